/** Who can reach whom among all pods of an inventory: files to the last pair, as a whole process. */
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { packageRoot } from "../../src/source/package_root.js";
import { table } from "../table.js";
import { generateRepo, writeRepo } from "./repo.js";
import type { Cost } from "./run_node.js";
import { inTemporaryFolder, costOf, runNode } from "./run_node.js";

export interface ReachRow extends Cost {
  readonly policies: number;
  readonly workloads: number;
  /** Pairs of workloads of which one may open a connection to the other. */
  readonly pairs: number;
  /** From the parsed files on. */
  readonly analysis_ms: number;
}

const dist = (path: string) => JSON.stringify(pathToFileURL(join(packageRoot(), "dist/src", path)).href);

/** The library, since no command prints all pairs. */
const PROGRAM = `
import { writeSync } from "node:fs";
const { loadProject } = await import(${dist("parser/project.js")});
const { reachability } = await import(${dist("analysis/reachability/reachability.js")});
const project = await loadProject(["."]);
const begun = performance.now();
let pairs = 0;
for (const { from, to } of reachability(project)) pairs += from.at.length * to.at.length;
const ms = performance.now() - begun;
console.log(JSON.stringify({ workloads: project.inventory.pods.length, pairs, ms }));
writeSync(3, String(process.resourceUsage().maxRSS));
`;

interface Answer {
  readonly workloads: number;
  readonly pairs: number;
  readonly ms: number;
}

export function benchReach(counts: readonly number[], runs: number): ReachRow[] {
  return counts.map((policies) =>
    inTemporaryFolder((cwd) => {
      writeRepo(cwd, generateRepo(policies));
      const words = ["--input-type=module", "-e", PROGRAM];
      const ran = Array.from({ length: runs }, () => runNode(words, { cwd }));
      const answers = ran.map(({ stdout }) => JSON.parse(stdout) as Answer);
      const { workloads, pairs } = answers[0]!;
      const analysis_ms = Math.round(Math.min(...answers.map(({ ms }) => ms)));
      return { policies, workloads, pairs, analysis_ms, ...costOf(ran, 0) };
    }),
  );
}

export function reachTable(rows: readonly ReachRow[]): string {
  return table(
    ["policies", "workloads", "pairs", "analysis ms", "median ms", "min ms", "peak MB"],
    rows.map((row) => [
      row.policies,
      row.workloads,
      row.pairs,
      row.analysis_ms,
      row.median_ms,
      row.min_ms,
      row.peak_mb,
    ]),
  );
}
