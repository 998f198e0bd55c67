/** `npm run bench`: one table a subject, ratios within one run. */
import { writeFileSync } from "node:fs";
import { Command, Option } from "commander";
import { agentTable, benchAgent } from "./agent/run.js";
import { EMPTY_FRESH, benchDataplane, dataplaneTable } from "./dataplane/run.js";
import { benchLint, lintTable } from "./lint/cold_start.js";
import { nodeTable } from "./node/rows.js";
import { benchNode } from "./node/run.js";
import { benchLabServices, labServicesTable } from "./services/lab/run.js";
import { servicesTable } from "./services/rows.js";
import { benchServices } from "./services/run.js";

const PARTS = ["lint", "dataplane", "services", "lab-services", "node", "agent"] as const;
type Part = (typeof PARTS)[number];

interface Options {
  readonly runs: string;
  readonly policies: string;
  readonly services: string;
  readonly only?: Part;
  readonly kubeProxy?: string;
  readonly before?: string;
  readonly beforeRuns: string;
  readonly seconds: string;
  readonly alone: boolean;
  readonly json?: string;
}

const command = new Command("bench")
  .description("Measures polc beside its baselines. All but the linter need root and a kernel with tcx.")
  .option(
    "--runs <n>",
    "runs of each measurement (the node's own default: 5 first states, 1000 changes)",
    "11",
  )
  .option("--policies <list>", "numbers of policies of the dataplane", "1,10,100,1000,10000")
  .option(
    "--services <list>",
    "numbers of services (of lab-services by default 10, 1,000 and 10,000)",
    "1,100,10000",
  )
  .addOption(new Option("--only <part>", "only this part").choices(PARTS))
  .option(
    "--kube-proxy <program>",
    "services: also measure the time of kube-proxy itself for a changed endpoint",
  )
  .option("--before <dir>", "node: also measure this built checkout of d2da432")
  .option("--before-runs <n>", "node: runs of each measurement of --before, about four minutes a run", "1")
  .option("--seconds <n>", "agent: for how long processor time is measured", "30")
  .option("--no-alone", "agent: only with Services, not without")
  .option("--json <file>", "also write the rows as JSON, one a line; of the linter only with --only lint")
  .parse();
const options = command.opts<Options>();
const runs = Number(options.runs);
const rows: object[] = [];

const parts: Record<Part, () => Promise<void>> = {
  async lint() {
    const lint = benchLint(Math.max(runs, 7));
    if (options.only === "lint") rows.push(...lint);
    process.stdout.write(`${lintTable(lint)}\n\n`);
  },
  async dataplane() {
    const dataplane = await benchDataplane(options.policies.split(",").map(Number), runs);
    rows.push(...dataplane.filter((row) => row.case !== EMPTY_FRESH));
    process.stdout.write(`${dataplaneTable(dataplane)}\n\n`);
  },
  async services() {
    const services = await benchServices(options.services.split(",").map(Number), runs, options.kubeProxy);
    rows.push(...services);
    process.stdout.write(`${servicesTable(services)}\n\n`);
  },
  async "lab-services"() {
    const given = command.getOptionValueSource("services") === "cli";
    const counts = given ? options.services.split(",").map(Number) : [10, 1000, 10000];
    const rowsOfLab = await benchLabServices(
      counts,
      command.getOptionValueSource("runs") === "cli" ? runs : 5,
    );
    rows.push(...rowsOfLab);
    process.stdout.write(`${labServicesTable(rowsOfLab)}\n\n`);
  },
  async node() {
    const node = await benchNode({
      ...(command.getOptionValueSource("runs") === "cli" && { runs }),
      ...(options.before !== undefined && { before: options.before }),
      beforeRuns: Number(options.beforeRuns),
    });
    rows.push(...node.rows);
    process.stdout.write(`${nodeTable(node.rows)}\n${node.notes.join("\n")}\n\n`);
  },
  async agent() {
    const agent = await benchAgent({ seconds: Number(options.seconds), alone: options.alone });
    rows.push(...agent);
    process.stdout.write(`${agentTable(agent)}\n`);
  },
};

for (const part of PARTS) {
  if (options.only !== undefined && options.only !== part) continue;
  if (part !== "lint" && process.getuid?.() !== 0) process.stdout.write(`${part}: skipped, it needs root\n`);
  else await parts[part]();
}
if (options.json) writeFileSync(options.json, rows.map((row) => `${JSON.stringify(row)}\n`).join(""));
