/** Whole processes, timed as a user waits for them. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";
import { median } from "../table.js";

export const POLC = join(packageRoot(), "dist/bundle/polc.cjs");

export interface Ran {
  readonly ms: number;
  /** The most memory that the process held. */
  readonly mb: number;
  /** What all its threads took of the processors: on a machine that others use too, more telling than `ms`. */
  readonly cpu: number;
  readonly status: number | null;
  readonly stdout: string;
}

export interface RunOptions {
  readonly cwd: string;
  /** What is kept between runs is kept here. By default where the user's is. */
  readonly cache?: string;
}

/** Writes the process's peak memory and CPU time to a descriptor of its own when it ends. */
const REPORT = `data:text/javascript,${encodeURIComponent(
  'import{writeSync}from"node:fs";process.on("exit",()=>{const{maxRSS,userCPUTime,systemCPUTime}=process.resourceUsage();' +
    "writeSync(3,`${maxRSS} ${userCPUTime+systemCPUTime}`)})",
)}`;

/** With its peak memory and CPU time. Its report makes a short process a little slower. */
export function runPolc(words: readonly string[], options: RunOptions, polc = POLC): Ran {
  return runReporting([polc, ...words], options);
}

export function runReporting(words: readonly string[], options: RunOptions): Ran {
  return runNode(["--import", REPORT, ...words], options);
}

/** Throws unless the exit status is 0 or 1, an answer. */
export function runNode(words: readonly string[], { cwd, cache }: RunOptions): Ran {
  const begun = process.hrtime.bigint();
  const { status, stdout, stderr, output } = spawnSync(process.execPath, words, {
    cwd,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe", "pipe"],
    maxBuffer: 2 ** 30,
    env: { ...process.env, ...(cache !== undefined && { XDG_CACHE_HOME: cache }) },
  });
  const ms = Number(process.hrtime.bigint() - begun) / 1e6;
  if (status !== 0 && status !== 1)
    throw new Error(`node ${words.join(" ")} ended with ${status}: ${stderr}`);
  const [peak = Number.NaN, cpu = Number.NaN] = (output[3] ?? "").split(" ").map(Number);
  return { ms, mb: peak / 1024, cpu: cpu / 1000, status, stdout };
}

export interface Cost {
  readonly median_ms: number;
  readonly min_ms: number;
  readonly peak_mb: number;
}

/** Throws if a run has another exit status than this. */
export function costOf(runs: readonly Ran[], status: number): Cost {
  const other = runs.find((ran) => ran.status !== status);
  if (other)
    throw new Error(`exit status ${other.status} instead of ${status}: ${other.stdout.slice(0, 1000)}`);
  return {
    median_ms: Math.round(median(runs.map(({ ms }) => ms))),
    min_ms: Math.round(Math.min(...runs.map(({ ms }) => ms))),
    peak_mb: Math.round(Math.max(...runs.map(({ mb }) => mb))),
  };
}

/** A folder that is gone afterwards. */
export function inTemporaryFolder<T>(work: (folder: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), "polc-bench-"));
  try {
    return work(folder);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
