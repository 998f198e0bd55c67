import { followVerdicts } from "../../log/follow.js";
import { isAsked } from "../../log/filter.js";
import type { LogFilter } from "../../log/filter.js";
import { PrettyLog } from "../../log/pretty.js";
import { printableJson } from "../../lint/format/printable_json.js";
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

/** Ends on SIGINT and SIGTERM, after `count` records, when the reader of our output leaves, or when every stream ended. */
async function follow(instances: readonly string[], options: LogsOptions): Promise<number> {
  const json = (value: unknown) => printableJson(JSON.stringify(value));
  const pretty = new PrettyLog(colorsFor(process.stdout, options.color));
  let left = options.count ?? Infinity;
  const write = (line: string) => void process.stdout.write(`${line}\n`);
  const followed = followVerdicts(
    instances,
    (record) => {
      if (left <= 0 || !isAsked(record, options)) return;
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
  for (const failure of failures) fail("logs", failure.error, failure);
  return failures.length > 0 ? EXIT.usage : EXIT.ok;
}
