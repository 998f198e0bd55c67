import { spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, mkdirSync, mkdtempSync, readdirSync, renameSync, rmSync } from "node:fs";
import { availableParallelism } from "node:os";
import { join } from "node:path";
import type { Failure } from "../failure.js";
import type { NativeProgram } from "./programs.js";

/**
 * Builds a copy of the sources, in `folder`, and moves the program to `path` when it is whole: who else does the same at this
 * moment is not disturbed. Throws what the file system throws.
 */
export function buildProgram(
  root: string,
  program: NativeProgram,
  folder: string,
  path: string,
): Failure | undefined {
  const work = mkdtempSync(join(folder, ".build-"));
  try {
    for (const name of program.folders) copySources(join(root, name), join(work, name));
    const made = join(work, program.folders[0]);
    const failure = make(program, made);
    if (failure) return failure;
    chmodSync(join(made, program.name), 0o755);
    renameSync(join(made, program.name), path);
    return undefined;
  } finally {
    rmSync(work, { recursive: true, force: true });
  }
}

function copySources(from: string, to: string): void {
  mkdirSync(to);
  for (const { name, path } of sourcesIn(from)) copyFileSync(path, join(to, name));
}

/** Warnings of compilers that nobody here has seen yet are no reason to stop. */
function make({ name, variable }: NativeProgram, folder: string): Failure | undefined {
  const { MAKEFLAGS: _, ...env } = process.env;
  const args = ["-s", `-j${availableParallelism()}`, "-C", folder, "WERROR=", name];
  const { status, stdout, stderr, error } = spawnSync("make", args, { env, encoding: "utf8" });
  if (status === 0) return undefined;
  const lines = `${stderr}\n${stdout}`.split("\n").map((line) => line.trim());
  const first = error?.message ?? lines.find((line) => /error|undefined reference/i.test(line)) ?? lines[0];
  return {
    error: `${name} could not be built: ${first}`,
    help: `set CC to another compiler, or ${variable} to a path of ${name}`,
  };
}

/** What `make` needs of a folder, without what it made there. */
export function sourcesIn(folder: string): readonly { readonly name: string; readonly path: string }[] {
  return readdirSync(folder)
    .filter((name) => /\.[ch]$|\.sh$|^Makefile$/.test(name))
    .sort()
    .map((name) => ({ name, path: join(folder, name) }));
}
