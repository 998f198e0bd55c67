import { resolve } from "node:path";
import type { ReadProject } from "../parser/project.js";

export interface ParseOptions {
  /** What relative paths start from, and what spans are relative to. By default the working directory. */
  readonly cwd?: string;
  /** Texts that stand in place of those of files, by path; the files need not be there. */
  readonly contents?: Readonly<Record<string, string>>;
}

/** What policy files hold, as it is written, with where it was read. */
export interface ParsedProject extends ReadProject {
  readonly cwd: string;
}

/**
 * Reads policy files and folders: NetworkPolicies and tiers in YAML, `*.policy.ts`, and manifests of what runs.
 * @returns never throws for what is in the files or what they are called: `diagnostics` say what is wrong
 */
export async function parse(
  paths: string | readonly string[],
  options: ParseOptions = {},
): Promise<ParsedProject> {
  const { readProject } = await import("../parser/project.js");
  const cwd = options.cwd ?? process.cwd();
  const contents = new Map(
    Object.entries(options.contents ?? {}).map(([path, text]) => [resolve(cwd, path), Buffer.from(text)]),
  );
  return { ...(await readProject(typeof paths === "string" ? [paths] : paths, { cwd, contents })), cwd };
}
