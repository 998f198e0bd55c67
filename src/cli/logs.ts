import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import type { Failure } from "../node/failure.js";
import type { LogRecord } from "../log/record.js";
import { EXIT } from "./exit.js";

interface LogsOptions {
  readonly instance?: string;
  readonly format: "pretty" | "json";
  readonly denied: boolean;
  readonly policy?: string;
  readonly once: boolean;
  readonly count?: number;
  readonly color: boolean;
}

export function define(command: Command): void {
  command
    .option("--instance <name>", "only this one; by default all of this machine")
    .addOption(
      new Option("-f, --format <format>", "how records are written")
        .choices(["pretty", "json"])
        .default("pretty"),
    )
    .option("--denied", "only what was denied, or would be in audit mode", false)
    .option("--policy <name>", "only what this policy decided: NAMESPACE/NAME, or NAME for a tier")
    .option("--once", "what is there already, then end", false)
    .option("-n, --count <number>", "end after this many records", parseCount)
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText(
      "after",
      "\nRecords are described in docs/log-format.md. Exit: 0 ended as asked, 2 nothing to follow.",
    )
    .action(run);
}

function parseCount(text: string): number {
  if (!/^[1-9]\d*$/.test(text)) throw new InvalidArgumentError("It is not a number from 1.");
  return Number(text);
}

async function run(options: LogsOptions): Promise<void> {
  const [{ instances }, { needRoot }] = await Promise.all([
    import("../node/run_dir.js"),
    import("../node/need_root.js"),
  ]);
  const denied = needRoot();
  if (denied) return failed([denied]);
  const known = instances();
  const wanted = options.instance === undefined ? known : known.filter((name) => name === options.instance);
  if (wanted.length === 0) {
    const which = options.instance === undefined ? "on this machine" : "under this name";
    await failed([
      {
        error: `nothing is installed ${which}, so there is no log`,
        help: "polc deploy --local installs a bundle",
      },
    ]);
    return;
  }
  await follow(wanted, options);
}

/** Ends on SIGINT and SIGTERM, after `count` records, when the reader of our output leaves, or when every stream ended. */
async function follow(instances: readonly string[], options: LogsOptions): Promise<void> {
  const [{ followVerdicts }, { PrettyLog }, { colorsFor }, { printableJson }] = await Promise.all([
    import("../log/follow.js"),
    import("../log/pretty.js"),
    import("../source/pretty.js"),
    import("../lint/format/printable_json.js"),
  ]);
  const json = (value: unknown) => printableJson(JSON.stringify(value));
  const pretty = new PrettyLog(colorsFor(process.stdout, options.color));
  let left = options.count ?? Infinity;
  const write = (line: string) => void process.stdout.write(`${line}\n`);
  const followed = followVerdicts(
    instances,
    (record) => {
      if (left <= 0 || !wanted(record, options)) return;
      write(options.format === "json" ? json(record) : pretty.line(record));
      if (--left === 0) void followed.stop();
    },
    {
      once: options.once,
      onLost: (lost, instance) =>
        write(options.format === "json" ? json({ lost, instance }) : pretty.lost(lost, instance)),
    },
  );
  const stop = () => void followed.stop();
  process.on("SIGINT", stop).on("SIGTERM", stop);
  process.stdout.on("error", stop);
  const failures = await followed.ended;
  if (failures.length > 0) await failed(failures);
}

function wanted({ disposition, policies }: LogRecord, { denied, policy }: LogsOptions): boolean {
  if (denied && disposition === "allow") return false;
  if (policy === undefined) return true;
  return (
    policies?.some(
      ({ namespace, name }) => (namespace === undefined ? name : `${namespace}/${name}`) === policy,
    ) ?? false
  );
}

async function failed(failures: readonly Failure[]): Promise<void> {
  const { describeFailure } = await import("../node/failure.js");
  for (const failure of failures) process.stderr.write(`polc logs: ${describeFailure(failure)}\n`);
  process.exitCode = EXIT.usage;
}
