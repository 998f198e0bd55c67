import { existsSync, realpathSync } from "node:fs";
import { resolve } from "node:path";
import { userCacheDir } from "../../source/private_folder.js";
import type { SourceFile } from "../../source/source_file.js";
import type { ParsedFile } from "../parsed_file.js";
import { cacheKey, load, store } from "./cache.js";
import type { Question } from "./compile.js";
import { freezeDeep } from "./freeze.js";
import { Inputs } from "./inputs.js";
import { LIMITS } from "./limits.js";

export interface TypeScriptOptions {
  /** The project's folder: files outside it are never read. */
  readonly root: string;
  /** What paths in spans are relative to, where they are inside it. Default: the working directory. */
  readonly cwd?: string;
  /** Where results are kept; false: nowhere. Default: `polc` in the user's cache folder. */
  readonly cacheDir?: string | false;
  /** Texts that stand in place of those of files, by absolute path. Nothing is cached then. */
  readonly contents?: ReadonlyMap<string, Buffer>;
  /** Milliseconds for the evaluation of all files together. Default: 5000. */
  readonly timeMs?: number;
}

export interface ParsedTypeScript {
  readonly files: SourceFile[];
  readonly parsed: ParsedFile;
}

/** What depends on how fast and how full this machine is, and may be another the next time. */
const UNSTABLE: ReadonlySet<string> = new Set([
  "time-limit",
  "memory-limit",
  "stack-limit",
  "result-limit",
  "sandbox-error",
]);

/**
 * Reads policy files in TypeScript. They are type-checked, and those without errors are evaluated in a sandbox.
 * @returns the source files that spans point into, and what the policy files hold; never throws for what is in them
 */
export async function parseTypeScriptFiles(
  paths: readonly string[],
  options: TypeScriptOptions,
): Promise<ParsedTypeScript> {
  const question: Question = {
    paths: paths.map((path) => resolve(path)),
    // The folder of texts that are only given need not be there.
    root: existsSync(options.root) ? realpathSync(options.root) : options.root,
    cwd: options.cwd ?? process.cwd(),
    timeMs: options.timeMs ?? LIMITS.timeMs,
  };
  const dir = options.cacheDir ?? userCacheDir();
  const replaced = options.contents !== undefined && options.contents.size > 0;
  if (dir === false || replaced) return run(question, new Inputs(question.root, options.contents));
  const key = cacheKey(question);
  const cached = load(dir, key, question.root);
  if (cached) return cached;
  const inputs = new Inputs(question.root);
  const result = await run(question, inputs);
  if (!result.parsed.diagnostics.some(({ rule }) => UNSTABLE.has(rule)))
    store(dir, key, { ...result, observations: inputs.observations() }, question.cwd);
  return result;
}

/** TypeScript and the sandbox are loaded here. */
async function run(question: Question, inputs: Inputs): Promise<ParsedTypeScript> {
  const { compile } = await import("./compile.js");
  const { files, parsed } = await compile(question, inputs);
  return { files: [...files], parsed: freezeDeep(parsed) };
}
