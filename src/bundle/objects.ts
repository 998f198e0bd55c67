/** Object files from generated C: programs that are alike are compiled once and share one. */
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { GeneratedC } from "../codegen/generate.js";
import type { Diagnostic } from "../source/diagnostic.js";
import type { Compiler } from "./compiler.js";
import { compile, templateDirectory } from "./compiler.js";
import { sha256 } from "./digest.js";
import type { ManifestFile, ServiceProgram } from "./manifest.js";
import type { ObjectCache } from "./object_cache.js";

const SHELL: Template = { source: "shell.bpf.c", path: "shell.bpf.c", object: "shell.bpf.o" };

const SERVICES: Readonly<Record<ServiceProgram, Template>> = {
  tc: { source: "service_tc.bpf.c", path: "service/service_tc.bpf.c", object: "service-tc.bpf.o" },
  xdp: { source: "service_xdp.bpf.c", path: "service/service_xdp.bpf.c", object: "service-xdp.bpf.o" },
  socket: {
    ...{ source: "service_socket.bpf.c", path: "service/service_socket.bpf.c" },
    object: "service-socket.bpf.o",
  },
};

/** A program that is compiled as it is. */
interface Template {
  readonly source: string;
  /** Below the templates. */
  readonly path: string;
  readonly object: string;
}

/**
 * What the compiler sees as its input's name, whatever the policy set: the line information that the kernel's verifier
 * quotes from holds this name and the lines, so equal code gives equal bytes.
 */
const SOURCE = "policy_set.bpf.c";

export interface Objects {
  readonly shell: ManifestFile;
  /** By the code that they were made of. */
  readonly byCode: ReadonlyMap<string, ManifestFile>;
  /** Only if they were asked for. */
  readonly services?: Readonly<Record<ServiceProgram, ManifestFile>>;
}

export interface ObjectOptions {
  readonly cache?: ObjectCache;
  /** The programs of services as well. */
  readonly services?: boolean;
  /** Called when policy sets have their objects, with how many there are. */
  readonly onProgress?: (done: number, total: number) => void;
}

/** At most one run of the compiler. */
interface Job {
  readonly code: string;
  /** What the compiler is told that the code is in. */
  readonly source: string;
  /** Where an error is reported. */
  readonly file: string;
  /** Policy sets that have this code. */
  readonly sets: number;
  /** Name of the object; left out: it follows from its content. */
  readonly object?: string;
}

/** Compiles the shell and each distinct code into `directory`. The first compilers run when this returns its promise. */
export async function compileObjects(
  compiler: Compiler,
  directory: string,
  programs: readonly GeneratedC[],
  { cache, onProgress, services = false }: ObjectOptions = {},
): Promise<Objects | Diagnostic[]> {
  const shell = templateJob(SHELL);
  const served = services ? PROGRAMS.map((name) => [name, templateJob(SERVICES[name])] as const) : [];
  const jobs = [shell, ...served.map(([, job]) => job), ...distinct(programs)];
  const made = new Map<string, ManifestFile>();
  const problems: Diagnostic[] = [];
  let done = 0;
  await inParallel(jobs, async (job, scratch) => {
    if (problems.length > 0) return;
    const kept = cache?.read(job.source, job.code);
    const object = kept ?? (await compiled(compiler, scratch, job, cache));
    if (!Buffer.isBuffer(object)) return void problems.push(object);
    const digest = sha256(object);
    const file = job.object ?? `${digest.slice(0, 16)}.bpf.o`;
    writeFileSync(join(directory, file), object);
    made.set(job.code, { file, sha256: digest });
    onProgress?.((done += job.sets), programs.length);
  });
  cache?.removeOldest();
  if (problems.length > 0) return problems;
  const objects = Object.fromEntries(served.map(([name, { code }]) => [name, made.get(code)!]));
  return {
    shell: made.get(shell.code)!,
    byCode: made,
    ...(services && { services: objects as NonNullable<Objects["services"]> }),
  };
}

const PROGRAMS = ["tc", "xdp", "socket"] as const satisfies readonly ServiceProgram[];

function templateJob({ source, path, object }: Template): Job {
  const code = readFileSync(join(templateDirectory(), path), "utf8");
  return { code, source, file: source, sets: 0, object };
}

function distinct(programs: readonly GeneratedC[]): Job[] {
  const jobs = new Map<string, Job>();
  for (const { code, file } of programs) {
    const alike = jobs.get(code);
    jobs.set(code, alike ? { ...alike, sets: alike.sets + 1 } : { code, source: SOURCE, file, sets: 1 });
  }
  return [...jobs.values()];
}

async function compiled(
  compiler: Compiler,
  scratch: string,
  { code, source, file }: Job,
  cache: ObjectCache | undefined,
): Promise<Buffer | Diagnostic> {
  writeFileSync(join(scratch, source), code);
  const problem = await compile(compiler, scratch, source, "object.o", "included.d");
  if (problem) return { ...problem, span: { ...problem.span, file } };
  const object = readFileSync(join(scratch, "object.o"));
  const included = join(scratch, "included.d");
  // A compiler that does not say what it read is not believed to make the same of it again.
  if (existsSync(included)) {
    cache?.write(source, code, object, filesInRule(readFileSync(included, "utf8")));
    rmSync(included);
  }
  return object;
}

/** What the target of a rule of make depends on. */
function filesInRule(rule: string): readonly string[] {
  const names = rule.replaceAll("\\\n", " ").replace(/^.*?:\s/, "");
  return names
    .split(/(?<!\\)\s+/)
    .filter((name) => name !== "")
    .map((name) => name.replaceAll("\\ ", " "));
}

/** As many jobs at a time as there are processors, each worker with a folder of its own. */
async function inParallel(
  jobs: readonly Job[],
  work: (job: Job, scratch: string) => Promise<void>,
): Promise<void> {
  const root = mkdtempSync(join(tmpdir(), "polc-build-"));
  const queue = jobs.values();
  const worker = async (_: unknown, number: number) => {
    const scratch = join(root, String(number));
    mkdirSync(scratch);
    for (const job of queue) await work(job, scratch);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, worker));
  } finally {
    rmSync(root, { recursive: true, force: true });
  }
}
