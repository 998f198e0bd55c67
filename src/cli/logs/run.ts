import { followVerdicts } from "../../log/follow.js";
import { isAsked } from "../../log/filter.js";
import type { LogFilter } from "../../log/filter.js";
import { PassedOver } from "../../log/passed_over.js";
import { PrettyLog } from "../../log/pretty.js";
import type { LogRecord } from "../../log/record.js";
import { printableJson } from "../../lint/format/printable_json.js";
import { isFailure } from "../../node/failure.js";
import { needRoot } from "../../node/need_root.js";
import { instances } from "../../node/run_dir.js";
import { colorsFor } from "../../source/pretty.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";

interface LogsOptions extends LogFilter {
  readonly instance?: string;
  readonly format: "pretty" | "json";
  readonly once: boolean;
  readonly count?: number;
  readonly color: boolean;
}

export async function run(options: LogsOptions): Promise<number> {
  const { instance } = options;
  const unable = needRoot();
  if (unable) return fail("logs", unable.error, unable);
  const wanted = instance === undefined ? instances() : instances().filter((name) => name === instance);
  if (wanted.length > 0) return follow(wanted, options);
  const which = instance === undefined ? "on this machine" : "under this name";
  return fail("logs", `nothing is installed ${which}, so there is no log`, {
    help: "polc deploy --local installs a bundle",
  });
}

/**
 * Ends on SIGINT and SIGTERM, after `count` records, when the reader of our output leaves, or when every stream ended. What
 * is not shown is kept for the next reader.
 */
async function follow(names: readonly string[], options: LogsOptions): Promise<number> {
  const json = (value: unknown) => printableJson(JSON.stringify(value));
  const pretty = new PrettyLog(colorsFor(process.stdout, options.color));
  let left = options.count ?? Infinity;
  const write = (line: string) => void process.stdout.write(`${line}\n`);
  const asked = (record: LogRecord) => left > 0 && isAsked(record, options);
  const show = (record: LogRecord) => {
    write(options.format === "json" ? json(record) : pretty.line(record));
    return --left > 0;
  };
  const passedOver = new Map<string, PassedOver>();
  let code: number = EXIT.ok;
  for (const name of names) {
    const opened = PassedOver.open(name);
    if (isFailure(opened)) code = fail("logs", opened.error, opened);
    else passedOver.set(name, opened);
  }
  try {
    for (const records of passedOver.values()) records.take(asked, show);
    if (left <= 0) return code;
    const followed = followVerdicts(
      [...passedOver.keys()],
      (record, instance) => {
        if (!asked(record)) passedOver.get(instance)!.add(record);
        else if (!show(record)) void followed.stop();
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
    for (const failure of failures) fail("logs", failure.error, failure);
    return failures.length > 0 ? EXIT.usage : code;
  } finally {
    for (const records of passedOver.values()) records.close();
  }
}
