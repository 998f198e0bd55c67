/** `polc lint` as a whole process over generated repositories: its time, and the most memory that it held. */
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";
import { median, table } from "../table.js";
import type { Repo } from "./repo.js";
import { generateRepo, writeRepo } from "./repo.js";

export interface ScaleRow {
  readonly policies: number;
  readonly files: number;
  readonly median_ms: number;
  readonly peak_mb: number;
  /** Just those that were planted. */
  readonly findings: number;
}

/** Writes the process's peak memory, in kilobytes, to a descriptor of its own when it ends. */
const REPORT_PEAK = `data:text/javascript,${encodeURIComponent(
  'import{writeSync}from"node:fs";process.on("exit",()=>writeSync(3,String(process.resourceUsage().maxRSS)))',
)}`;

/** Throws if what is found is not exactly what was planted. */
export function benchScale(counts: readonly number[], runs: number): ScaleRow[] {
  return counts.map((policies) => {
    const folder = mkdtempSync(join(tmpdir(), "polc-bench-"));
    try {
      const repo = generateRepo(policies);
      writeRepo(folder, repo);
      const took = Array.from({ length: runs }, () => lintOnce(folder));
      const { found } = took[0]!;
      checkFound(found, repo);
      return {
        policies,
        files: repo.files.size,
        median_ms: Math.round(median(took.map(({ ms }) => ms))),
        peak_mb: Math.round(Math.max(...took.map(({ kb }) => kb)) / 1024),
        findings: found.length,
      };
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });
}

function checkFound(found: readonly string[], { planted }: Repo): void {
  const expected = planted.map(({ rule, file, line }) => `${file}:${line} ${rule}`);
  const missed = expected.filter((each) => !found.includes(each));
  const extra = found.filter((each) => !expected.includes(each));
  if (missed.length > 0 || extra.length > 0)
    throw new Error(
      `planted but not found: ${missed.join(", ")}; found but not planted: ${extra.join(", ")}`,
    );
}

interface JsonFinding {
  readonly rule: string;
  readonly file: string;
  readonly start: { readonly line: number };
}

/** `found`: as `file:line rule`. */
function lintOnce(folder: string): { ms: number; kb: number; found: readonly string[] } {
  const main = join(packageRoot(), "dist/src/cli/main.js");
  const begun = process.hrtime.bigint();
  const { status, stdout, stderr, output } = spawnSync(
    process.execPath,
    ["--import", REPORT_PEAK, main, "lint", "--format", "json", "."],
    { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe", "pipe"], maxBuffer: 2 ** 30 },
  );
  const ms = Number(process.hrtime.bigint() - begun) / 1e6;
  if (status !== 0 && status !== 1) throw new Error(`polc lint ended with ${status}: ${stderr}`);
  const { diagnostics } = JSON.parse(stdout) as { diagnostics: readonly JsonFinding[] };
  const found = diagnostics.map(({ rule, file, start }) => `${file}:${start.line} ${rule}`);
  return { ms, kb: Number(output[3]), found };
}

export function scaleTable(rows: readonly ScaleRow[]): string {
  return table(
    ["policies", "files", "median ms", "peak MB", "findings"],
    rows.map((row) => [row.policies, row.files, row.median_ms, row.peak_mb, row.findings]),
  );
}
