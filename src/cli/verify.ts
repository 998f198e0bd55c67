import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { EXIT } from "./exit.js";

interface VerifyCommandOptions {
  readonly format: "pretty" | "json";
  readonly maxPackets?: number;
}

export function define(command: Command): void {
  command
    .argument("<bundle>", "what polc build made")
    .addOption(
      new Option("-f, --format <format>", "how the result is written")
        .choices(["pretty", "json"])
        .default("pretty"),
    )
    .option(
      "--max-packets <n>",
      "of one policy set; of more an even sample is taken (default: 1000000)",
      parseCount,
    )
    .addHelpText(
      "after",
      `
Loads the programs into this machine's kernel and attaches nothing. Needs root.
Exit: 0 every verdict is the reference's, 1 one is not, 2 it could not be run.`,
    )
    .action(run);
}

function parseCount(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It is not a number from 1.");
  return Number(text);
}

async function run(directory: string, options: VerifyCommandOptions): Promise<void> {
  process.exitCode = await verify(directory, options);
}

async function verify(directory: string, options: VerifyCommandOptions): Promise<number> {
  const started = performance.now();
  const [{ readBundle }, { needRoot }, { PACKET_LIMIT, verifyBundle }, { TestRunError }] = await Promise.all([
    import("../bundle/read_bundle.js"),
    import("../node/need_root.js"),
    import("../verify/verify.js"),
    import("../verify/test_run.js"),
  ]);
  const bundle = await readBundle(directory);
  if (Array.isArray(bundle)) return fail(bundle[0]!.message, bundle[0]!.help);
  const wrong = needRoot();
  if (wrong) return fail(`skipped: ${wrong.error}`, wrong.help);
  try {
    const reports = await verifyBundle(bundle, {
      packetLimit: options.maxPackets ?? PACKET_LIMIT,
      onSet: progress,
    });
    if (process.stderr.isTTY) process.stderr.write("\r\x1b[K");
    const { describeReports } = await import("../verify/describe_reports.js");
    process.stdout.write(
      options.format === "json"
        ? `${JSON.stringify({ version: 1, sets: reports })}\n`
        : describeReports(reports, performance.now() - started),
    );
    return reports.some(({ mismatches }) => mismatches.length > 0) ? EXIT.findings : EXIT.ok;
  } catch (error) {
    if (!(error instanceof TestRunError)) throw error;
    return fail(error.message, error.help);
  }
}

async function fail(message: string, help: string | undefined): Promise<number> {
  const { printable } = await import("../source/printable.js");
  process.stderr.write(`polc verify: ${printable(message)}\n${help ? `help: ${printable(help)}\n` : ""}`);
  return EXIT.usage;
}

function progress(set: string, done: number, total: number): void {
  if (process.stderr.isTTY) process.stderr.write(`\r\x1b[Kverifying ${set} (${done + 1}/${total})`);
}
