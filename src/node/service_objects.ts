/** The compiled programs of services: those of a folder, as a bundle has them, or made by clang once for a user. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { findCompiler } from "../bundle/compiler.js";
import { sha256 } from "../bundle/digest.js";
import { ObjectCache, objectCacheDir } from "../bundle/object_cache.js";
import { compileObjects } from "../bundle/objects.js";
import type { ServiceObjects } from "../services/node/services_state.js";
import type { Failure } from "./failure.js";

const FILES = { tc: "service-tc.bpf.o", xdp: "service-xdp.bpf.o", socket: "service-socket.bpf.o" } as const;

/** Those that `directory` has. */
export function givenServiceObjects(directory: string): ServiceObjects | Failure {
  const missing = Object.values(FILES).find((file) => !existsSync(join(directory, file)));
  if (missing !== undefined)
    return {
      error: `there is no ${join(directory, missing)}`,
      help: "give the folder of a bundle with Services",
    };
  const of = (file: string) => {
    const path = join(directory, file);
    return { path, sha256: sha256(readFileSync(path)) };
  };
  return { tc: of(FILES.tc), xdp: of(FILES.xdp), socket: of(FILES.socket) };
}

/** Compiled into `directory`, unless the user's cache has them. */
export async function compileServiceObjects(directory: string): Promise<ServiceObjects | Failure> {
  const compiler = await findCompiler();
  if ("message" in compiler)
    return { error: compiler.message, ...(compiler.help && { help: compiler.help }) };
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const made = await compileObjects(compiler, directory, [], {
    cache: new ObjectCache(objectCacheDir(), compiler),
    services: true,
  });
  if (!Array.isArray(made)) return givenServiceObjects(directory);
  const { message = "the programs of services cannot be compiled", help } = made[0] ?? {};
  return { error: message, ...(help && { help }) };
}
