/** The programs of services, compiled for a lab: once for all labs of a user, as long as their sources are the same. */
import { mkdirSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { compile, compilerFlags, findCompiler, templateDirectory } from "../../bundle/compiler.js";
import type { Compiler } from "../../bundle/compiler.js";
import { sha256 } from "../../bundle/digest.js";
import { objectCacheDir } from "../../bundle/object_cache.js";
import type { ServiceObject, ServiceObjects } from "../../services/node/services_state.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { readEntry, writeEntry } from "../../source/private_cache.js";
import { LabError } from "../command.js";
import type { Mode } from "./mode.js";

const NONE = { path: "", sha256: "" };

/**
 * Compiled into `directory`; rules of nftables need none.
 * @throws LabError
 */
export async function serviceObjects(mode: Mode, directory: string): Promise<ServiceObjects> {
  if (mode === "nftables") return { tc: NONE, xdp: NONE, socket: NONE };
  const compiler = await findCompiler();
  if ("rule" in compiler) throw failure(compiler);
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  const sources = sourcesDigest(compiler);
  const [tc, xdp, socket] = await Promise.all(
    ["tc", "xdp", "socket"].map((name) => objectOf(name, compiler, directory, sources)),
  );
  return { tc: tc!, xdp: xdp!, socket: socket! };
}

async function objectOf(
  name: string,
  compiler: Compiler,
  directory: string,
  sources: string,
): Promise<ServiceObject> {
  const key = sha256(JSON.stringify(["service object 1", name, sources]));
  const path = join(directory, `service_${name}.bpf.o`);
  const kept = readEntry(objectCacheDir(), key);
  if (kept) writeFileSync(path, kept);
  else {
    const source = join(templateDirectory(), "service", `service_${name}.bpf.c`);
    const problem = await compile(compiler, directory, source, `service_${name}.bpf.o`);
    if (problem) throw failure(problem);
    writeEntry(objectCacheDir(), key, readFileSync(path));
  }
  return { path, sha256: sha256(readFileSync(path)) };
}

/** Of everything that makes the objects but the system's headers. */
function sourcesDigest({ name }: Compiler): string {
  const directory = templateDirectory();
  const files = readdirSync(directory, { recursive: true, withFileTypes: true }).flatMap((entry) =>
    entry.isFile() ? [join(entry.parentPath, entry.name)] : [],
  );
  const digests = files.sort().map((file) => [file, sha256(readFileSync(file))]);
  return sha256(JSON.stringify([name, compilerFlags(), digests]));
}

function failure({ message, help }: Diagnostic): LabError {
  return new LabError(message, help);
}
