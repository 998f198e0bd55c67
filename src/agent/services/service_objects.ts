/** The compiled programs of services: those of a folder, or made by clang once for these templates and this compiler. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync, readFileSync, readdirSync, renameSync } from "node:fs";
import { join } from "node:path";
import { compile, compilerFlags, findCompiler, templateDirectory } from "../../bundle/compiler.js";
import { sha256 } from "../../bundle/digest.js";
import type { Failure } from "../../node/failure.js";
import { isFailure } from "../../node/failure.js";
import { userCacheDir } from "../../source/private_folder.js";
import type { ServiceObject, ServiceObjects } from "../../services/node/services_state.js";

const NAMES = ["tc", "xdp", "socket"] as const;

/** @param given a folder that has them */
export async function serviceObjects(given?: string): Promise<ServiceObjects | Failure> {
  const directory = given ?? (await compiledFolder());
  if (isFailure(directory)) return directory;
  const missing = NAMES.find((name) => !existsSync(pathOf(directory, name)));
  if (missing !== undefined)
    return {
      error: `there is no ${pathOf(directory, missing)}`,
      help: "give the folder of an image, or install clang",
    };
  const [tc, xdp, socket] = NAMES.map((name): ServiceObject => {
    const path = pathOf(directory, name);
    return { path, sha256: sha256(readFileSync(path)) };
  });
  return { tc: tc!, xdp: xdp!, socket: socket! };
}

async function compiledFolder(): Promise<string | Failure> {
  const compiler = await findCompiler();
  if ("rule" in compiler) return { error: compiler.message, ...(compiler.help && { help: compiler.help }) };
  const directory = join(userCacheDir(), "service-objects", digestOfTemplates(compiler.name));
  for (const name of NAMES) {
    if (existsSync(pathOf(directory, name))) continue;
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    const source = join(templateDirectory(), "service", `service_${name}.bpf.c`);
    // Several agents of one machine may do this at once.
    const beside = `service_${name}.${process.pid}.o`;
    const problem = await compile(compiler, directory, source, beside);
    if (problem) return { error: problem.message, ...(problem.help && { help: problem.help }) };
    renameSync(join(directory, beside), pathOf(directory, name));
  }
  return directory;
}

/** Of all that they are made of, but the system's headers. */
function digestOfTemplates(compiler: string): string {
  const hash = createHash("sha256").update(compiler).update(compilerFlags().join());
  const root = templateDirectory();
  for (const entry of readdirSync(root, { recursive: true, encoding: "utf8" }).sort())
    if (/\.[ch]$/.test(entry)) hash.update(entry).update(readFileSync(join(root, entry)));
  return hash.digest("hex").slice(0, 16);
}

function pathOf(directory: string, name: string): string {
  return join(directory, `service_${name}.bpf.o`);
}
