import { join } from "node:path";
import type { OutputFile } from "./output_file.js";
import { sameMeaning } from "./same_meaning.js";
import type { Policy } from "../ir/policy.js";
import { loadProject } from "../parser/project.js";

/**
 * Reads back the files before they are written.
 * @throws if they are not proved to mean what the policies mean, which only a bug in polc can cause
 */
export async function prove(policies: readonly Policy[], files: readonly OutputFile[]): Promise<void> {
  const contents = new Map(
    files.map(({ path, text }) => [join(process.cwd(), path), Buffer.from(text)] as const),
  );
  const paths = [...contents.keys()].filter((path) => /\.(?:yaml|policy\.ts)$/.test(path));
  const read = await loadProject(paths, { contents });
  const [error] = read.diagnostics.filter(({ severity }) => severity === "error");
  if (error) throw new Error(`cannot read back the converted policies: ${error.message}`);
  if (!sameMeaning(policies, read.policies))
    throw new Error("cannot prove that the converted policies mean the same; nothing was written");
}
