/** `npm run bench:lint`: the time a user waits for `polc lint`, and the memory that it takes. */
import { Command } from "commander";
import { benchLint, lintTable } from "./cold_start.js";
import { benchScale, scaleTable } from "./scale.js";

const options = new Command("bench:lint")
  .option("--runs <n>", "runs of each measurement", "5")
  .option("--policies <list>", "numbers of policies, at least 12", "12,100,1000,10000,50000")
  .parse()
  .opts<{ runs: string; policies: string }>();

const runs = Number(options.runs);
process.stdout.write(`${lintTable(benchLint(Math.max(runs, 7)))}\n\n`);
process.stdout.write(`${scaleTable(benchScale(options.policies.split(",").map(Number), runs))}\n`);
