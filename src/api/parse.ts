import { resolve } from "node:path";
import type { ReadProject } from "../parser/project.js";

export interface ParseOptions {
  /** The folder that relative paths start from, and that spans are relative to. Defaults to the working folder. */
  readonly cwd?: string;
  /** Texts that replace those of files, by path. The files need not exist. */
  readonly contents?: Readonly<Record<string, string>>;
}

/** The contents of policy files as written, with their places. */
export interface ParsedProject extends ReadProject {
  readonly cwd: string;
}

/**
 * Reads policy files and folders: NetworkPolicies and tiers in YAML, `*.policy.ts`, and manifests of what runs.
 * @returns never throws because of the files or their names: `diagnostics` reports what is wrong
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
