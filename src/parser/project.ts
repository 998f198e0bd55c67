/** Everything that a list of paths holds. */
import type { Claim } from "../ir/claim.js";
import type { Inventory } from "../ir/inventory.js";
import type { Policy } from "../ir/policy.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { SourceMap } from "../source/source_file.js";
import type { SourceFile } from "../source/source_file.js";
import { removeDuplicates } from "./duplicates.js";
import { findFiles } from "./find_files.js";
import type { FoundFile } from "./find_files.js";
import { mergeInventories } from "./merge_inventory.js";
import type { ParsedFile } from "./parsed_file.js";
import { decodeSource, readSource, unread } from "./read_source.js";
import type { ReadSource } from "./read_source.js";
import { parseYamlFile } from "./yaml_file.js";

export interface Project {
  /** In order of path, then of writing; TypeScript after YAML. Each kind, namespace and name once. */
  readonly policies: readonly Policy[];
  readonly inventory: Inventory;
  readonly claims: readonly Claim[];
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: SourceMap;
  /** How many files were read. */
  readonly files: number;
  /** Kubernetes objects of kinds that are not read. */
  readonly ignored: number;
}

export interface LoadOptions {
  /** What relative paths start from, and what spans are relative to. By default the working directory. */
  readonly cwd?: string;
  /** Reads the path `-`. By default the standard input of this process. */
  readonly stdin?: () => Promise<Buffer>;
}

/** The name of standard input in spans. */
const STDIN_PATH = "<stdin>";

/** Reads files and folders; `-` is YAML on standard input. Never throws for what the user wrote or named. */
export async function loadProject(paths: readonly string[], options: LoadOptions = {}): Promise<Project> {
  const cwd = options.cwd ?? process.cwd();
  const found = findFiles(
    paths.filter((path) => path !== "-"),
    cwd,
  );
  const sources = new SourceMap();
  const parsed: ParsedFile[] = [];
  const diagnostics: Diagnostic[] = [];
  let ignored = 0;
  const take = ({ file, diagnostic }: ReadSource, named: boolean) => {
    sources.add(file);
    if (diagnostic) diagnostics.push(diagnostic);
    else if (named || mayHoldObjects(file)) {
      const result = parseYamlFile(file, { named });
      parsed.push(result);
      ignored += result.ignored;
    }
  };

  for (const { path, reason } of found.missing) take(unread(path, reason), true);
  if (paths.includes("-")) take(decodeSource(await (options.stdin ?? readStdin)(), STDIN_PATH), true);
  for (const file of found.files)
    if (file.kind === "yaml") take(readSource(file.absolute, file.path), file.named);
  const typescript = await parseTypeScript(found.files, cwd);
  for (const file of typescript?.files ?? []) sources.add(file);
  if (typescript) parsed.push(typescript.parsed);

  const unique = removeDuplicates(
    parsed.flatMap((file) => file.policies),
    mergeInventories(parsed.map((file) => file.inventory)),
  );
  return {
    policies: unique.policies,
    inventory: unique.inventory,
    claims: parsed.flatMap((file) => file.claims),
    diagnostics: [...diagnostics, ...parsed.flatMap((file) => file.diagnostics), ...unique.diagnostics].sort(
      byPlace,
    ),
    sources,
    files: found.files.length + (paths.includes("-") ? 1 : 0),
    ignored,
  };
}

/** TypeScript and its sandbox are heavy: they load only if some file needs them. */
async function parseTypeScript(
  files: readonly FoundFile[],
  root: string,
): Promise<{ files: SourceFile[]; parsed: ParsedFile } | undefined> {
  const paths = files.filter((file) => file.kind === "typescript").map((file) => file.absolute);
  if (paths.length === 0) return undefined;
  const { parseTypeScriptFiles } = await import("./typescript/parse.js");
  return parseTypeScriptFiles(paths, { root, cwd: root });
}

/** A file found in a folder that has neither word anywhere is something else's, and need not even be YAML. */
function mayHoldObjects(file: SourceFile): boolean {
  return file.text.includes("apiVersion") || file.text.includes("kind");
}

async function readStdin(): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of process.stdin) chunks.push(Buffer.from(chunk as Uint8Array));
  return Buffer.concat(chunks);
}

/** By file, then place; of two at one place the first found stays first. */
function byPlace(a: Diagnostic, b: Diagnostic): number {
  return a.span.file < b.span.file ? -1 : a.span.file > b.span.file ? 1 : a.span.start - b.span.start;
}
