/** `npm run bench`: one table a subject, ratios within one run. */
import { writeFileSync } from "node:fs";
import { Command } from "commander";
import { EMPTY_FRESH, benchDataplane, dataplaneTable } from "./dataplane/run.js";
import { benchLint, lintTable } from "./lint/cold_start.js";

interface Options {
  readonly runs: string;
  readonly policies: string;
  readonly only?: "dataplane" | "lint";
  readonly json?: string;
}

const options = new Command("bench")
  .description("Measures polc beside its baselines. The dataplane needs root and a kernel with tcx.")
  .option("--runs <n>", "runs of each measurement", "11")
  .option("--policies <list>", "numbers of policies", "1,10,100,1000,10000")
  .option("--only <part>", "dataplane or lint")
  .option(
    "--json <file>",
    "also write the rows of the dataplane (or, with --only lint, of the linter) as JSON, one a line",
  )
  .parse()
  .opts<Options>();

const runs = Number(options.runs);
const counts = options.policies.split(",").map(Number);
let rows: readonly object[] = [];
if (options.only !== "dataplane") {
  const lint = benchLint(Math.max(runs, 7));
  rows = lint;
  process.stdout.write(`${lintTable(lint)}\n\n`);
}
if (options.only !== "lint") {
  if (process.getuid?.() !== 0) process.stdout.write("dataplane: skipped, it needs root\n");
  else {
    const dataplane = await benchDataplane(counts, runs);
    rows = dataplane.filter((row) => row.case !== EMPTY_FRESH);
    process.stdout.write(`${dataplaneTable(dataplane)}\n`);
  }
}
if (options.json) writeFileSync(options.json, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
