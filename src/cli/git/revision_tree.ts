/** The files of a commit around a kustomization, of any kind. Each is fetched from git when it is read. */
import { relative } from "node:path";
import type { SourceTree } from "../../parser/kustomize/source_tree.js";
import { foldersAround, slashed } from "../../source/paths.js";
import { LIMITS } from "../../parser/yaml/limits.js";
import { readObjects, rootOf } from "./files.js";
import { treeFiles } from "./tree.js";
import type { Revision, TreeFile } from "./tree.js";

/** @param base the folder that stands for the root of the repository */
export function revisionTree({ commit }: Revision, cwd: string, base: string): SourceTree {
  const root = rootOf(cwd);
  let known:
    { readonly files: ReadonlyMap<string, TreeFile>; readonly folders: ReadonlySet<string> } | undefined;
  const all = () => (known ??= index(treeFiles(root, commit, "")));
  return {
    read(absolute) {
      const path = slashed(relative(base, absolute));
      const file = all().files.get(path);
      if (!file?.regular) return undefined;
      const content = readObjects(root, [[path, file.object]]).get(path);
      return content && content.length <= LIMITS.fileBytes ? content : undefined;
    },
    isFolder: (absolute) => absolute === base || all().folders.has(slashed(relative(base, absolute))),
  };
}

function index(files: readonly TreeFile[]) {
  const folders = new Set<string>();
  for (const { path } of files) for (const folder of foldersAround(path)) folders.add(folder);
  return { files: new Map(files.map((file) => [file.path, file])), folders };
}
