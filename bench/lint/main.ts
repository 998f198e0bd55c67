/** `npm run bench:lint`: the time a user waits for `polc lint` and what is beside it, and the memory that it takes. */
import { Command } from "commander";
import { benchBeside, besideTable } from "./beside.js";
import { benchChanges, changesTable } from "./changes.js";
import { benchLint, lintTable } from "./cold_start.js";
import { benchReach, reachTable } from "./reach.js";
import { benchScale, scaleTable } from "./scale.js";
import { benchWorstCase, worstTable } from "./worst_case.js";

const options = new Command("bench:lint")
  .option("--runs <n>", "runs of each measurement", "5")
  .option("--policies <list>", "numbers of policies to lint, at least 12", "12,100,1000,10000,50000")
  .option("--only <part>", "beside, start, scale, worst, changes or reach")
  .option("--before <dir>", "measure the build in this folder too, in turn with this one")
  .parse()
  .opts<{ runs: string; policies: string; only?: string; before?: string }>();

const runs = Number(options.runs);
const PARTS: Readonly<Record<string, () => string>> = {
  beside: () => besideTable(benchBeside(runs, options.before)),
  start: () => lintTable(benchLint(Math.max(runs, 7))),
  scale: () => scaleTable(benchScale(options.policies.split(",").map(Number), runs)),
  worst: () => worstTable(benchWorstCase(runs)),
  changes: () => changesTable(benchChanges([1000, 10000], runs)),
  reach: () => reachTable(benchReach([100, 1000, 10000], runs)),
};

if (options.only !== undefined && !Object.hasOwn(PARTS, options.only))
  throw new Error(`${options.only} is none of ${Object.keys(PARTS).join(", ")}`);
for (const [name, measure] of Object.entries(PARTS))
  if (options.only === undefined || options.only === name) process.stdout.write(`${measure()}\n\n`);
