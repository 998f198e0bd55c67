/** `npm run bench -- --only node`: how long a node takes for a change, in one network namespace that the benchmark makes. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { BeforeBench } from "./before.js";
import { compileSets } from "./bundles.js";
import { NODE_SIZE } from "./cluster.js";
import { firstState } from "./inputs.js";
import { NodeLinks } from "./links.js";
import type { Measured } from "./now.js";
import { NowBench } from "./now.js";
import { children } from "./processes.js";

const FIRST_RUNS = 5;
const CHANGE_RUNS = 1000;

export interface NodeBenchOptions {
  /** Of every measurement, at most; left out: 5 of the first state and 1,000 of a change. */
  readonly runs?: number;
  /** A built checkout of d2da432, measured in the same network. */
  readonly before?: string;
  readonly beforeRuns: number;
}

export async function benchNode(options: NodeBenchOptions): Promise<Measured> {
  const links = new NodeLinks();
  const directory = mkdtempSync(join(tmpdir(), "polc-bench-"));
  const removals: (() => Promise<void> | void)[] = [
    () => rmSync(directory, { recursive: true, force: true }),
    () => links.remove(),
  ];
  const removeAll = async () => {
    for (let remove = removals.pop(); remove; remove = removals.pop()) await remove();
  };
  let signalled = false;
  const onSignal = (signal: NodeJS.Signals) => {
    signalled = true;
    process.stderr.write(`node: ${signal}: removing what was made\n`);
    for (const pid of children()) end(pid);
    const exit = () => process.exit(signal === "SIGINT" ? 130 : 143);
    void removeAll().then(exit, (error: Error) => {
      process.stderr.write(`${error.message}\n`);
      exit();
    });
  };
  for (const signal of ["SIGINT", "SIGTERM"] as const) process.on(signal, onSignal);
  try {
    process.stderr.write(
      `node: ${NODE_SIZE.pods} pods, ${NODE_SIZE.policies} policies, ${NODE_SIZE.local} pods here\n`,
    );
    const first = firstState();
    const compiled = await compileSets(first, directory);
    const before = options.before === undefined ? undefined : await BeforeBench.load(options.before, links);
    links.make();
    const { runs = CHANGE_RUNS } = options;
    const now = new NowBench(links, first, compiled, { first: Math.min(runs, FIRST_RUNS), changes: runs });
    removals.push(() => now.remove());
    const measured = await now.measure();
    if (!before)
      return {
        ...measured,
        notes: [...measured.notes, "before: left out; --before DIR names a built checkout of d2da432"],
      };
    removals.push(() => before.remove());
    return { ...measured, rows: [...measured.rows, ...(await before.measure(options.beforeRuns))] };
  } finally {
    if (signalled) await new Promise(() => undefined); // it exits when all is removed
    for (const signal of ["SIGINT", "SIGTERM"] as const) process.off(signal, onSignal);
    await removeAll();
  }
}

function end(pid: number): void {
  try {
    process.kill(pid, "SIGTERM");
  } catch {
    // It has ended by itself.
  }
}
