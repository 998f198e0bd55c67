/** `polc lint` as a whole process over generated repositories: its time, and the most memory that it held. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";
import { median, table } from "../table.js";
import { generateRepo, writeRepo } from "./repo.js";

export interface ScaleRow {
  readonly policies: number;
  readonly files: number;
  readonly median_ms: number;
  readonly peak_mb: number;
  readonly findings: number;
  readonly planted: number;
}

/** Writes the process's peak memory, in kilobytes, to a descriptor of its own when it ends. */
const REPORT_PEAK = `data:text/javascript,${encodeURIComponent(
  'import{writeSync}from"node:fs";process.on("exit",()=>writeSync(3,String(process.resourceUsage().maxRSS)))',
)}`;

/** Throws if what is found is not as much as was planted. */
export function benchScale(counts: readonly number[], runs: number): ScaleRow[] {
  return counts.map((policies) => {
    const folder = mkdtempSync(join(tmpdir(), "polc-bench-"));
    try {
      const repo = generateRepo(policies);
      writeRepo(folder, repo);
      const took = Array.from({ length: runs }, () => lintOnce(folder));
      const { findings } = took[0]!;
      if (findings !== repo.planted.length)
        throw new Error(`${findings} findings where ${repo.planted.length} were planted`);
      return {
        policies,
        files: repo.files.size,
        median_ms: Math.round(median(took.map(({ ms }) => ms))),
        peak_mb: Math.round(Math.max(...took.map(({ kb }) => kb)) / 1024),
        findings,
        planted: repo.planted.length,
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

function lintOnce(folder: string): { ms: number; kb: number; findings: number } {
  const main = join(packageRoot(), "dist/src/cli/main.js");
  const start = process.hrtime.bigint();
  const { status, stdout, stderr, output } = spawnSync(
    process.execPath,
    ["--import", REPORT_PEAK, main, "lint", "--format", "json", "."],
    { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe", "pipe"], maxBuffer: 2 ** 30 },
  );
  const ms = Number(process.hrtime.bigint() - start) / 1e6;
  if (status !== 0 && status !== 1) throw new Error(`polc lint ended with ${status}: ${stderr}`);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly unknown[] };
  return { ms, kb: Number(output[3]), findings: diagnostics.length };
}

export function scaleTable(rows: readonly ScaleRow[]): string {
  return table(
    ["policies", "files", "median ms", "peak MB", "findings", "planted"],
    rows.map((row) => [row.policies, row.files, row.median_ms, row.peak_mb, row.findings, row.planted]),
  );
}
