/** The compiled programs of services: those of a folder, or made by clang where there is one. */
import { existsSync, mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compile, findCompiler, templateDirectory } from "../../bundle/compiler.js";
import { sha256 } from "../../bundle/digest.js";
import type { Failure } from "../../node/failure.js";
import type { ServiceObject, ServiceObjects } from "../../services/node/services_state.js";

const NAMES = ["tc", "xdp", "socket"] as const;

export async function serviceObjects(directory: string): Promise<ServiceObjects | Failure> {
  const missing = NAMES.filter((name) => !existsSync(pathOf(directory, name)));
  const failure = missing.length > 0 ? await compileAll(directory, missing) : undefined;
  if (failure) return failure;
  const [tc, xdp, socket] = NAMES.map((name): ServiceObject => {
    const path = pathOf(directory, name);
    return { path, sha256: sha256(readFileSync(path)) };
  });
  return { tc: tc!, xdp: xdp!, socket: socket! };
}

async function compileAll(directory: string, names: readonly string[]): Promise<Failure | undefined> {
  const compiler = await findCompiler();
  if ("rule" in compiler) return { error: compiler.message, ...(compiler.help && { help: compiler.help }) };
  mkdirSync(directory, { recursive: true, mode: 0o700 });
  for (const name of names) {
    const source = join(templateDirectory(), "service", `service_${name}.bpf.c`);
    const problem = await compile(compiler, directory, source, `service_${name}.bpf.o`);
    if (problem) return { error: problem.message, ...(problem.help && { help: problem.help }) };
  }
  return undefined;
}

function pathOf(directory: string, name: string): string {
  return join(directory, `service_${name}.bpf.o`);
}
