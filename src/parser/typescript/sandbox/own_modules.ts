/** polc's own files that policy files see (the surface) or that run beside them in the sandbox. */
import { readFileSync } from "node:fs";
import { dirname, join, posix, relative } from "node:path";
import { fileURLToPath } from "node:url";
import type TS from "typescript";
import { ts } from "../typescript.js";
import { slashed } from "../../../source/paths.js";
import type { SandboxModule } from "./sandbox_worker.js";

const HERE = fileURLToPath(import.meta.url);
/** A checkout runs `.ts` files (in tests); an installed polc runs `.js` files with `.d.ts` files beside them. */
const FROM_SOURCE = HERE.endsWith(".ts");
const EXTENSION = FROM_SOURCE ? ".ts" : ".js";
const SOURCES = join(dirname(HERE), "../../..");

/** The surface's folder, with `/` as the TypeScript compiler has paths. */
const SURFACE_FOLDER = slashed(join(SOURCES, "dsl"));

/** The declarations of the module `polc`. */
export const SURFACE_TYPES = posix.join(SURFACE_FOLDER, FROM_SOURCE ? "index.ts" : "index.d.ts");
export const SURFACE = "polc:dsl/index";
export const NODE = "polc:dsl/node";
export const PRELUDE = "polc:parser/typescript/sandbox/prelude";

/** Is it a file of the surface? As {@link ownImport}, this takes paths with `/`. */
export function isOwnFile(path: string): boolean {
  return path.startsWith(`${SURFACE_FOLDER}/`);
}

/** The declarations that an import in the surface's own declarations means. */
export function ownImport(from: string, specifier: string): string {
  return posix.join(posix.dirname(from), specifier.replace(/\.js$/, FROM_SOURCE ? ".ts" : ".d.ts"));
}

/** The modules of the sandbox by name, as JavaScript. */
export function ownModules(): Record<string, SandboxModule> {
  const modules: Record<string, SandboxModule> = {};
  const lockdown = load(modules, join(SOURCES, "parser/typescript/sandbox/guest/lockdown" + EXTENSION));
  const collect = load(modules, join(SOURCES, "parser/typescript/sandbox/guest/collect" + EXTENSION));
  modules[PRELUDE] = {
    code: `import "${lockdown}"; export * from "${collect}";`,
    imports: { [lockdown]: lockdown, [collect]: collect },
  };
  return modules;
}

/** The text of the thread's program, where it is not a file that Node.js runs. */
export function workerProgram(): { readonly file: URL } | { readonly code: string } {
  const file = new URL(`./sandbox_worker${EXTENSION}`, import.meta.url);
  return FROM_SOURCE ? { code: transpile(readFileSync(file, "utf8"), ts.ModuleKind.CommonJS) } : { file };
}

function load(modules: Record<string, SandboxModule>, path: string): string {
  const name = "polc:" + slashed(relative(SOURCES, path)).slice(0, -EXTENSION.length);
  if (modules[name]) return name;
  const text = readFileSync(path, "utf8");
  const code = FROM_SOURCE ? transpile(text, ts.ModuleKind.ESNext) : text;
  const imports: Record<string, string> = {};
  modules[name] = { code, imports };
  for (const { fileName } of ts.preProcessFile(code).importedFiles)
    imports[fileName] = load(modules, join(dirname(path), fileName.replace(/\.js$/, EXTENSION)));
  return name;
}

function transpile(text: string, module: TS.ModuleKind): string {
  const compilerOptions = { target: ts.ScriptTarget.ES2022, module };
  return ts.transpileModule(text, { compilerOptions }).outputText;
}
