/** `polc lint` as a whole process over generated repositories: its time, and the most memory that it held. */
import { table } from "../table.js";
import type { Repo } from "./repo.js";
import { generateRepo, writeRepo } from "./repo.js";
import type { Cost } from "./run_node.js";
import { inTemporaryFolder, costOf, runPolc } from "./run_node.js";

export interface ScaleRow extends Cost {
  readonly policies: number;
  readonly files: number;
  /** Just those that were planted. */
  readonly findings: number;
}

/** Throws if what is found is not exactly what was planted. */
export function benchScale(counts: readonly number[], runs: number): ScaleRow[] {
  return counts.map((policies) =>
    inTemporaryFolder((cwd) => {
      const repo = generateRepo(policies);
      writeRepo(cwd, repo);
      const ran = Array.from({ length: runs }, () => runPolc(["lint", "--format", "json", "."], { cwd }));
      const findings = repo.planted.length;
      checkFound(ran[0]!.stdout, repo);
      return { policies, files: repo.files.size, ...costOf(ran, findings > 0 ? 1 : 0), findings };
    }),
  );
}

interface JsonFinding {
  readonly rule: string;
  readonly file: string;
  readonly start: { readonly line: number };
}

function checkFound(json: string, { planted }: Repo): void {
  const { diagnostics } = JSON.parse(json) as { diagnostics: readonly JsonFinding[] };
  const found = diagnostics.map(({ rule, file, start }) => `${file}:${start.line} ${rule}`);
  const expected = planted.map(({ rule, file, line }) => `${file}:${line} ${rule}`);
  const missed = expected.filter((each) => !found.includes(each));
  const extra = found.filter((each) => !expected.includes(each));
  if (missed.length > 0 || extra.length > 0)
    throw new Error(
      `planted but not found: ${missed.join(", ")}; found but not planted: ${extra.join(", ")}`,
    );
}

export function scaleTable(rows: readonly ScaleRow[]): string {
  return table(
    ["policies", "files", "median ms", "min ms", "peak MB", "findings"],
    rows.map((row) => [row.policies, row.files, row.median_ms, row.min_ms, row.peak_mb, row.findings]),
  );
}
