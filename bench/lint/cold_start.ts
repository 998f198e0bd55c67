/** The time a user waits for `polc lint` of a few files, beside `node -e 0` in the same run. */
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";
import { median, table } from "../table.js";
import { generateRepo } from "./repo.js";
import { inTemporaryFolder, POLC, runNode } from "./run_node.js";

export interface LintRow {
  readonly subject: string;
  readonly median_ms: number;
  readonly min_ms: number;
  readonly runs: number;
}

interface Subject {
  readonly name: string;
  readonly words: readonly string[];
  readonly cwd: string;
  /** Nothing is kept from the run before. */
  readonly cold?: true;
}

export function benchLint(runs: number): LintRow[] {
  return inTemporaryFolder((folder) => {
    const subjects = subjectsIn(folder);
    const took = subjects.map((): number[] => []);
    for (let run = -1; run < runs; run++)
      subjects.forEach(({ words, cwd, cold }, i) => {
        const cache = join(folder, cold ? `cold-${i}-${run}` : "cache");
        const { ms, status } = runNode(words, { cwd, cache });
        if (status !== 0) throw new Error(`node ${words.join(" ")} ended with ${status}`);
        if (run >= 0) took[i]!.push(ms);
      });
    return subjects.map(({ name }, i) => ({
      subject: name,
      median_ms: round(median(took[i]!)),
      min_ms: round(Math.min(...took[i]!)),
      runs,
    }));
  });
}

function subjectsIn(folder: string): readonly Subject[] {
  const yaml = join(folder, "yaml");
  mkdirSync(yaml);
  const { files } = generateRepo(12);
  const documents = [...files.values()].flatMap((text) => text.split(/^---$/m)).slice(-10);
  for (const [i, text] of documents.entries()) writeFileSync(join(yaml, `${i}.yaml`), text);
  const root = packageRoot();
  const typescript = [POLC, "lint", "examples/online-boutique-ts"];
  return [
    { name: "node -e 0", words: ["-e", "0"], cwd: root },
    { name: "polc lint, ten YAML files", words: [POLC, "lint", "."], cwd: yaml },
    {
      name: "polc lint examples/online-boutique",
      words: [POLC, "lint", "examples/online-boutique"],
      cwd: root,
    },
    { name: "polc lint examples/online-boutique-ts", words: typescript, cwd: root, cold: true },
    { name: "the same, unchanged since", words: typescript, cwd: root },
  ];
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
