/** What is asked after one file of many has changed: `polc lint --cache` again, and `polc diff`. */
import { cpSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { table } from "../table.js";
import { generateRepo, writeRepo } from "./repo.js";
import type { Repo } from "./repo.js";
import { inTemporaryFolder, costOf, runPolc } from "./run_node.js";
import type { Cost, Ran } from "./run_node.js";

export interface ChangeRow extends Cost {
  readonly policies: number;
  readonly subject: string;
}

/** A file with a few policies, and a change of it that opens a connection and makes no finding. */
function changeOf({ files }: Repo): { readonly path: string; readonly changed: (run: number) => string } {
  const [path, text] = [...files].find(([, each]) => each.includes("port: 8443"))!;
  return { path, changed: (run) => text.replace("port: 8443", `port: ${8500 + run}`) };
}

export function benchChanges(counts: readonly number[], runs: number): ChangeRow[] {
  return counts.flatMap((policies) =>
    inTemporaryFolder((folder) => {
      const repo = generateRepo(policies, { clean: true });
      const before = join(folder, "before");
      const after = join(folder, "after");
      writeRepo(before, repo);
      cpSync(before, after, { recursive: true });
      const { path, changed } = changeOf(repo);
      const lint = () => runPolc(["lint", "--cache", "."], { cwd: after, cache: join(folder, "cache") });
      const series = (make: (run: number) => Ran) => Array.from({ length: runs }, (_, run) => make(run));
      const first = lint();
      const unchanged = series(lint);
      const oneChanged = series((run) => {
        writeFileSync(join(after, path), changed(run));
        return lint();
      });
      const differ = (words: readonly string[]) =>
        series(() => runPolc(["diff", "--fail-on", "any", ...words, "before", "after"], { cwd: folder }));
      return [
        { policies, subject: "lint --cache, nothing kept yet", ...costOf([first], 0) },
        { policies, subject: "lint --cache, nothing changed", ...costOf(unchanged, 0) },
        { policies, subject: "lint --cache, one file changed", ...costOf(oneChanged, 0) },
        { policies, subject: "diff, one policy changed", ...costOf(differ([]), 1) },
        {
          policies,
          subject: "diff --world every-cluster, one policy changed",
          ...costOf(differ(["--world", "every-cluster"]), 1),
        },
      ];
    }),
  );
}

export function changesTable(rows: readonly ChangeRow[]): string {
  return table(
    ["policies", "polc", "median ms", "min ms", "peak MB"],
    rows.map((row) => [row.policies, row.subject, row.median_ms, row.min_ms, row.peak_mb]),
  );
}
