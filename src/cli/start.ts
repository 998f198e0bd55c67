/**
 * The package's `bin`: runs `program.ts`, which the build has bundled beside this file, with the code that V8 compiled
 * for it before. Loading 170 modules and compiling them takes longer than linting a few files.
 */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, statSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { setFlagsFromString } from "node:v8";
import { Script } from "node:vm";
import { isPrivate, userCacheDir } from "../source/private_folder.js";

/** The bundled build has this; it is a script whose value is a function of a CommonJS module's own names. */
declare const __dirname: string;

type Program = (require: NodeJS.Require, module: { exports: object }, filename: string) => void;

/** How many programs' codes are kept: of polc's versions, of Node's, and of the two kinds of commands. */
const KEPT = 6;

/**
 * Commands that run for a second or two, and whose work is spread over hundreds of functions. To compile these with all that
 * they call took a third of the CPU time of linting 10,000 policies, and made it no faster.
 */
const BRIEF: ReadonlySet<string> = new Set(["lint", "diff"]);
const isBrief = BRIEF.has(process.argv[2] ?? "");
// Before the program is loaded: V8 takes code only under the flags that it was made under.
if (isBrief) setFlagsFromString("--max-inlined-bytecode-size-cumulative=100");

const file = join(__dirname, "program.cjs");
const source = readFileSync(file, "latin1");
// The bundle begins with its own digest in a comment. V8 rejects another version's code by itself, but not that of
// another source of the same length.
const name = `${source.slice(2, 34)}-${process.version}-${process.arch}${isBrief ? "-brief" : ""}.code`;
const folder = join(userCacheDir(), "code");

const made = readCode(__dirname) ?? readCode(folder);
const script = new Script(source, { filename: file, ...(made && { cachedData: made }) });
const program = script.runInThisContext() as Program;
// At the end, so that the functions that were needed are among those that are kept.
if (!made || script.cachedDataRejected) process.once("exit", storeCode);
program(createRequire(file), { exports: {} }, file);

function readCode(from: string): Buffer | undefined {
  try {
    const path = join(from, name);
    if (from === folder && !(isPrivate(folder) && isPrivate(path))) return undefined;
    return readFileSync(path);
  } catch {
    return undefined;
  }
}

/** Written whole or not at all. A cache that cannot be written is no error. */
function storeCode(): void {
  const temporary = join(folder, `.${name}.${process.pid}`);
  try {
    mkdirSync(folder, { recursive: true, mode: 0o700 });
    if (!isPrivate(folder)) return;
    writeFileSync(temporary, script.createCachedData(), { mode: 0o600, flag: "wx" });
    renameSync(temporary, join(folder, name));
    const byAge = readdirSync(folder)
      .map((each) => ({ path: join(folder, each), used: statSync(join(folder, each)).mtimeMs }))
      .sort((a, b) => b.used - a.used);
    for (const { path } of byAge.slice(KEPT)) rmSync(path, { force: true });
  } catch {
    rmSync(temporary, { force: true });
  }
}
