/** A private copy of a kustomization's files, so that its renderer cannot read or write the rest of the project. */
import { mkdirSync, mkdtempSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join, parse, relative, resolve } from "node:path";
import { slashed } from "../../source/paths.js";
import type { Closure } from "./closure.js";

export interface Workspace {
  /** The folder to render, which adds each object's origin. */
  readonly folder: string;
  readonly home: string;
  /** The absolute path of the project's file for a path in an origin. */
  originalOf(path: string): string;
  /** A message without the paths of the copy. */
  inWords(text: string): string;
  remove(): void;
}

export function makeWorkspace({ folder, files, isComponent }: Closure): Workspace {
  const base = realpathSync(mkdtempSync(join(tmpdir(), "polc-kustomize-")));
  const copies = join(base, "files");
  const top = join(base, "top");
  const home = join(base, "home");
  // The folder of the copies stands for the root, or for the drive of Windows.
  const { root } = parse(folder);
  const copyOf = (path: string) => join(copies, relative(root, path));
  const remove = () => rmSync(base, { recursive: true, force: true });
  try {
    for (const [path, content] of files) {
      const copy = copyOf(path);
      mkdirSync(dirname(copy), { recursive: true });
      writeFileSync(copy, content);
    }
    mkdirSync(home);
    mkdirSync(top);
    const inner = JSON.stringify(slashed(relative(top, copyOf(folder))));
    const field = isComponent ? "components" : "resources";
    writeFileSync(
      join(top, "kustomization.yaml"),
      `${field}: [${inner}]\nbuildMetadata: [originAnnotations]\n`,
    );
  } catch (error) {
    remove();
    throw error;
  }
  return {
    folder: top,
    home,
    originalOf: (path) => resolve(root, relative(copies, resolve(top, path))),
    inWords: (text) => text.replaceAll(copies, "").replaceAll(`${slashed(relative(top, copies))}/`, "/"),
    remove,
  };
}
