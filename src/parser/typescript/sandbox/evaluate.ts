/** Runs the sandbox's thread and waits for it, but not for ever. */
import { Worker } from "node:worker_threads";
import { LIMITS } from "../limits.js";
import { PRELUDE, workerProgram } from "./own_modules.js";
import type { Outcome, SandboxMessage, SandboxModule, SandboxTask } from "./sandbox_worker.js";

/** What became of a root; `skipped`: the time was used up before it. */
export type Evaluation =
  Outcome | { readonly kind: "skipped" } | { readonly kind: "broken"; readonly reason: string };

/** @returns one evaluation for each root */
export function evaluate(
  modules: Readonly<Record<string, SandboxModule>>,
  roots: readonly string[],
  timeMs: number,
): Promise<Evaluation[]> {
  const { memoryPages, stackBytes, resultLength } = LIMITS;
  const task: SandboxTask = {
    modules,
    prelude: PRELUDE,
    roots,
    timeMs,
    memoryPages,
    stackBytes,
    resultLength,
  };
  const evaluations: Evaluation[] = roots.map(() => ({ kind: "skipped" }));
  const program = workerProgram();
  const options = {
    workerData: task,
    env: {},
    argv: [],
    execArgv: [],
    stdin: false,
    trackUnmanagedFds: true,
  };
  const worker =
    "code" in program
      ? new Worker(program.code, { ...options, eval: true })
      : new Worker(program.file, options);
  return new Promise((resolve) => {
    let current = 0;
    let timer: NodeJS.Timeout | undefined;
    const began = processorMs();
    const watch = () => {
      const left = began + timeMs + LIMITS.graceMs - processorMs();
      if (left > 0) {
        timer = setTimeout(watch, left);
        return;
      }
      evaluations[current] = { kind: "time" };
      finish();
    };
    const finish = () => {
      clearTimeout(timer);
      void worker.terminate();
      resolve(evaluations);
    };
    worker.on("message", (message: SandboxMessage) => {
      if (message.type === "end") return finish();
      current = message.root;
      if (message.type === "outcome") evaluations[current] = message.outcome;
      else timer ??= setTimeout(watch, timeMs + LIMITS.graceMs);
    });
    worker.on("error", (error) => {
      evaluations[current] = { kind: "broken", reason: error.message };
      finish();
    });
    worker.on("exit", finish);
  });
}

/** The time that the sandbox's thread goes by; it imports no file of polc. */
function processorMs(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
}
