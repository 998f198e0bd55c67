/** Object files from generated C: programs that are alike are compiled once and share one. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { availableParallelism, tmpdir } from "node:os";
import { join } from "node:path";
import type { GeneratedC } from "../codegen/generate.js";
import type { Diagnostic } from "../source/diagnostic.js";
import type { Compiler } from "./compiler.js";
import { compile, templateDirectory } from "./compiler.js";
import { sha256 } from "./digest.js";
import type { ManifestFile } from "./manifest.js";

const SHELL = { source: "shell.bpf.c", object: "shell.bpf.o" };

/**
 * What the compiler sees as its input's name, whatever the policy set: the line information that the kernel's verifier
 * quotes from holds this name and the lines, so equal code gives equal bytes.
 */
const SOURCE = "policy_set.bpf.c";

export interface Objects {
  readonly shell: ManifestFile;
  /** By the code that they were made of. */
  readonly byCode: ReadonlyMap<string, ManifestFile>;
}

/** One run of the compiler. */
interface Job {
  readonly code: string;
  /** What the compiler is told that the code is in. */
  readonly source: string;
  /** Where an error is reported. */
  readonly file: string;
  /** Policy sets that have this code. */
  readonly sets: number;
}

/** Compiles the shell and each distinct code into `directory`. */
export async function compileObjects(
  compiler: Compiler,
  directory: string,
  programs: readonly GeneratedC[],
  onProgress?: (done: number, total: number) => void,
): Promise<Objects | Diagnostic[]> {
  const shell = await readFile(join(templateDirectory(), SHELL.source), "utf8");
  const jobs = [{ code: shell, source: SHELL.source, file: SHELL.source, sets: 0 }, ...distinct(programs)];
  const made = new Map<string, ManifestFile>();
  const problems: Diagnostic[] = [];
  let done = 0;
  await inParallel(jobs, async (job, scratch) => {
    if (problems.length > 0) return;
    const object = await objectOf(compiler, scratch, job);
    if (!Buffer.isBuffer(object)) return void problems.push(object);
    const digest = sha256(object);
    const file = job.code === shell ? SHELL.object : `${digest.slice(0, 16)}.bpf.o`;
    await writeFile(join(directory, file), object);
    made.set(job.code, { file, sha256: digest });
    onProgress?.((done += job.sets), programs.length);
  });
  return problems.length > 0 ? problems : { shell: made.get(shell)!, byCode: made };
}

function distinct(programs: readonly GeneratedC[]): Job[] {
  const jobs = new Map<string, Job>();
  for (const { code, file } of programs) {
    const alike = jobs.get(code);
    jobs.set(code, alike ? { ...alike, sets: alike.sets + 1 } : { code, source: SOURCE, file, sets: 1 });
  }
  return [...jobs.values()];
}

async function objectOf(
  compiler: Compiler,
  scratch: string,
  { code, source, file }: Job,
): Promise<Buffer | Diagnostic> {
  await writeFile(join(scratch, source), code);
  const problem = await compile(compiler, scratch, source, "object.o");
  if (problem) return { ...problem, span: { ...problem.span, file } };
  return readFile(join(scratch, "object.o"));
}

/** As many jobs at a time as there are processors, each worker with a folder of its own. */
async function inParallel(
  jobs: readonly Job[],
  work: (job: Job, scratch: string) => Promise<void>,
): Promise<void> {
  const root = await mkdtemp(join(tmpdir(), "polc-build-"));
  const queue = jobs.values();
  const worker = async (_: unknown, number: number) => {
    const scratch = join(root, String(number));
    await mkdir(scratch);
    for (const job of queue) await work(job, scratch);
  };
  try {
    await Promise.all(Array.from({ length: Math.min(availableParallelism(), jobs.length) }, worker));
  } finally {
    await rm(root, { recursive: true, force: true });
  }
}
