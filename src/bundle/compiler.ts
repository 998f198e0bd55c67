/** Clang and llvm-strip: found on PATH, and run so that equal input gives equal bytes anywhere. */
import { execFile } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { delimiter, dirname, join } from "node:path";
import { promisify } from "node:util";
import type { Diagnostic } from "../source/diagnostic.js";
import { packageRoot } from "../source/package_root.js";
import { bundleError } from "./bundle_error.js";

const run = promisify(execFile);

/** The oldest clang whose output the kernel's verifier is known to take: docs/systems.md has what was tried. */
const CLANG_MIN = 13;

const INSTALL =
  "install them: apt-get install clang llvm libbpf-dev (or set CLANG and LLVM_STRIP to other ones)";

export interface Compiler {
  readonly clang: string;
  readonly strip: string;
  /** Its first line about itself, such as `Debian clang version 14.0.6`. */
  readonly name: string;
}

/** `CLANG` if set, else the newest `clang-N` or `clang` on PATH; with it `LLVM_STRIP` or the llvm-strip of that version. */
export async function findCompiler(env: NodeJS.ProcessEnv = process.env): Promise<Compiler | Diagnostic> {
  const candidates = env.CLANG ? [env.CLANG] : onPath(/^clang(-\d+)?$/, env);
  const found = (await Promise.all(candidates.map(identify))).filter((each) => each !== undefined);
  const best = found.sort((a, b) => b.major - a.major)[0];
  if (!best || best.major < CLANG_MIN) {
    const seen = best ? `, only ${best.name}` : env.CLANG ? ` at ${env.CLANG}` : " on PATH";
    return bundleError("compiler-missing", "", `no clang ${CLANG_MIN} or later${seen}`, INSTALL);
  }
  const strip = env.LLVM_STRIP ?? stripFor(best.clang, best.major, env);
  if (!strip)
    return bundleError("compiler-missing", "", `no llvm-strip of version ${best.major} on PATH`, INSTALL);
  return { clang: best.clang, strip, name: best.name };
}

async function identify(clang: string): Promise<{ clang: string; major: number; name: string } | undefined> {
  try {
    const { stdout } = await run(clang, ["--version"]);
    const name = stdout.split("\n")[0]!.trim();
    const major = /clang version (\d+)/.exec(name)?.[1];
    return major === undefined ? undefined : { clang, major: Number(major), name };
  } catch {
    return undefined;
  }
}

function stripFor(clang: string, major: number, env: NodeJS.ProcessEnv): string | undefined {
  const beside = join(dirname(clang), `llvm-strip-${major}`);
  if (existsSync(beside)) return beside;
  return onPath(new RegExp(`^llvm-strip-${major}$`), env)[0] ?? onPath(/^llvm-strip$/, env)[0];
}

function onPath(name: RegExp, env: NodeJS.ProcessEnv): string[] {
  return (env.PATH ?? "").split(delimiter).flatMap((directory) => {
    try {
      return readdirSync(directory)
        .filter((file) => name.test(file))
        .sort()
        .map((file) => join(directory, file));
    } catch {
      return [];
    }
  });
}

/** Where the templates are, which generated files include. */
export function templateDirectory(): string {
  return join(packageRoot(), "bpf-templates");
}

/** Headers of the C library that depend on the machine: clang does not look there when it compiles for BPF. */
const MULTIARCH: Partial<Record<NodeJS.Architecture, string>> = {
  x64: "x86_64-linux-gnu",
  arm64: "aarch64-linux-gnu",
  riscv64: "riscv64-linux-gnu",
  s390x: "s390x-linux-gnu",
};

/** All but those that name the files. */
export function compilerFlags(): readonly string[] {
  const templates = templateDirectory();
  const multiarch = MULTIARCH[process.arch];
  return [
    ...["-target", "bpf", "-mcpu=v3", "-O2", "-g", "-std=gnu11", "-fno-ident"],
    ...[`-ffile-prefix-map=${templates}=bpf-templates`, "-I", templates],
    ...["-I", join(templates, "service")],
    ...(multiarch ? ["-idirafter", `/usr/include/${multiarch}`] : []),
  ];
}

/**
 * Compiles `source` to `object`, both names in `directory`. Paths of this machine are mapped away; llvm-strip takes DWARF
 * out, BTF stays. `included` is the name of a file that gets the names of those that were read, as a rule of make.
 */
export async function compile(
  { clang, strip }: Compiler,
  directory: string,
  source: string,
  object: string,
  included?: string,
): Promise<Diagnostic | undefined> {
  const flags = [
    ...compilerFlags(),
    `-ffile-prefix-map=${directory}=.`,
    ...(included !== undefined ? ["-MD", "-MF", included] : []),
  ];
  try {
    await run(clang, [...flags, "-c", source, "-o", object], { cwd: directory, maxBuffer: 1 << 26 });
    await run(strip, ["-g", object], { cwd: directory });
    return undefined;
  } catch (error) {
    return compileError(source, error);
  }
}

function compileError(source: string, error: unknown): Diagnostic {
  const { stderr, message } = error as { stderr?: string; message: string };
  const lines = (stderr || message).split("\n");
  const first = (lines.find((line) => /error/i.test(line)) ?? lines[0]!).trim();
  const header = /'((?:bpf|linux|asm)\/[^']*)' file not found/.exec(first)?.[1];
  return bundleError(
    "compile-failed",
    source,
    first,
    header
      ? `${header} is missing: apt-get install libbpf-dev linux-libc-dev`
      : "clang refused generated code: this is a bug in polc",
  );
}
