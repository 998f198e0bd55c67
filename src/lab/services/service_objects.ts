/** The programs of services, compiled for a lab. */
import { mkdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { compile, findCompiler, templateDirectory } from "../../bundle/compiler.js";
import type { Compiler } from "../../bundle/compiler.js";
import { sha256 } from "../../bundle/digest.js";
import type { ServiceObject, ServiceObjects } from "../../services/node/services_state.js";
import type { Diagnostic } from "../../source/diagnostic.js";
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
  const [tc, xdp, socket] = await Promise.all(
    ["tc", "xdp", "socket"].map((name) => compiled(compiler, directory, name)),
  );
  return { tc: tc!, xdp: xdp!, socket: socket! };
}

async function compiled(compiler: Compiler, directory: string, name: string): Promise<ServiceObject> {
  const source = join(templateDirectory(), "service", `service_${name}.bpf.c`);
  const object = `service_${name}.bpf.o`;
  const problem = await compile(compiler, directory, source, object);
  if (problem) throw failure(problem);
  const path = join(directory, object);
  return { path, sha256: sha256(readFileSync(path)) };
}

function failure({ message, help }: Diagnostic): LabError {
  return new LabError(message, help);
}
