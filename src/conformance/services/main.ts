/** `npm run conformance:services -- [--mode opt|ipip|geneve|snat|hybrid|nftables] [--row TEXT] FILE` */
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { LabError } from "../../lab/command.js";
import { takeDownDead } from "../../lab/run/take_down.js";
import { MODES } from "../../lab/services/mode.js";
import type { Mode } from "../../lab/services/mode.js";
import { printable } from "../../source/printable.js";
import { CaseFileError } from "../case_fields.js";
import { runRows } from "./run_rows.js";
import { parseRows, rowKey } from "./rows.js";

const USAGE = `usage: npm run conformance:services -- [--mode ${MODES.join("|")}] [--row TEXT] FILE`;
const EXIT = { ok: 0, failed: 1, usage: 2 } as const;

process.exitCode = await main();

async function main(): Promise<number> {
  try {
    const options = { mode: { type: "string", default: "opt" }, row: { type: "string", default: "" } } as const;
    const { values, positionals } = parseArgs({ options, allowPositionals: true });
    const mode = MODES.find((each) => each === values.mode);
    if (!mode || positionals.length !== 1) throw new LabError(mode ? "name one file" : `unknown mode ${values.mode}`);
    return await run(positionals[0]!, mode, values.row);
  } catch (error) {
    if (!(error instanceof Error)) throw error;
    if (!(error instanceof LabError || error instanceof CaseFileError || "code" in error)) throw error;
    process.stderr.write(`conformance: ${printable(error.message)}\n${USAGE}\n`);
    return EXIT.usage;
  }
}

async function run(path: string, mode: Mode, wanted: string): Promise<number> {
  const rows = parseRows(readFileSync(path, "utf8")).filter((row) => rowKey(row).includes(wanted));
  await takeDownDead();
  const results = await runRows(rows, mode);
  for (const { row, outcome, why } of results)
    process.stdout.write(`${outcome.padEnd(6)} ${printable(rowKey(row))}${why === undefined ? "" : `: ${printable(why)}`}\n`);
  const count = (outcome: string) => results.filter((each) => each.outcome === outcome).length;
  process.stdout.write(`mode ${mode}: ${count("same")} the same, ${count("better")} better, ${count("failed")} failed\n`);
  return count("failed") > 0 ? EXIT.failed : EXIT.ok;
}
