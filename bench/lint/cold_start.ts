/** The time a user waits for `polc lint`, as a whole process, beside `node -e 0` in the same run. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";
import { median, table } from "../table.js";

export interface LintRow {
  readonly subject: string;
  readonly median_ms: number;
  readonly min_ms: number;
  readonly runs: number;
}

export function benchLint(runs: number): LintRow[] {
  const main = join(packageRoot(), "dist/src/cli/main.js");
  const subjects: [string, string[]][] = [
    ["node -e 0", ["-e", "0"]],
    ["polc lint examples/online-boutique", [main, "lint", "examples/online-boutique"]],
    ["polc lint examples/online-boutique-ts (cached)", [main, "lint", "examples/online-boutique-ts"]],
  ];
  const took = subjects.map((): number[] => []);
  for (let run = -1; run < runs; run++)
    subjects.forEach(([, words], i) => {
      const ms = once(words);
      if (run >= 0) took[i]!.push(ms);
    });
  return subjects.map(([subject], i) => ({
    subject,
    median_ms: round(median(took[i]!)),
    min_ms: round(Math.min(...took[i]!)),
    runs,
  }));
}

function once(words: readonly string[]): number {
  const start = process.hrtime.bigint();
  const { status, stderr } = spawnSync(process.execPath, words, { cwd: packageRoot(), encoding: "utf8" });
  if (status !== 0) throw new Error(`node ${words.join(" ")} ended with ${status}: ${stderr}`);
  return Number(process.hrtime.bigint() - start) / 1e6;
}

function round(ms: number): number {
  return Math.round(ms * 10) / 10;
}

export function lintTable(rows: readonly LintRow[]): string {
  const base = rows[0]!.median_ms;
  return table(
    ["command", "median ms", "min ms", "ratio"],
    rows.map((row) => [row.subject, row.median_ms, row.min_ms, `${(row.median_ms / base).toFixed(2)}x`]),
  );
}
