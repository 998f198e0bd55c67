/** The compiled shell that policies in force as data need. An image has it; where clang is, it is made once. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findCompiler } from "../bundle/compiler.js";
import { sha256 } from "../bundle/digest.js";
import { ObjectCache, objectCacheDir } from "../bundle/object_cache.js";
import { compileObjects } from "../bundle/objects.js";
import type { Failure } from "../node/failure.js";

export interface ShellObject {
  readonly path: string;
  readonly sha256: string;
}

/** @param given a compiled one; left out: `POLC_SHELL`, else it is compiled into `directory` */
export async function shellObject(
  directory: string,
  given = process.env.POLC_SHELL,
): Promise<ShellObject | Failure> {
  if (given !== undefined) {
    if (existsSync(given)) return { path: given, sha256: sha256(readFileSync(given)) };
    return { error: `there is no file ${given}`, help: "give the shell.bpf.o of a bundle" };
  }
  const compiler = await findCompiler();
  if ("message" in compiler)
    return {
      error: compiler.message,
      help: `${compiler.help ?? ""}; or give --shell the shell.bpf.o of a bundle`,
    };
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const made = await compileObjects(compiler, directory, [], {
    cache: new ObjectCache(objectCacheDir(), compiler),
  });
  if ("shell" in made) return { path: join(directory, made.shell.file), sha256: made.shell.sha256 };
  return { error: made[0]?.message ?? "the shell cannot be compiled" };
}
