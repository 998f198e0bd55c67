/** Where records go: as lines, until there are as many as were asked for. */
import { isAsked } from "../../log/filter.js";
import type { Lost } from "../../log/event.js";
import { PrettyLog } from "../../log/pretty.js";
import type { LogRecord } from "../../log/record.js";
import { printableJson } from "../../lint/format/printable_json.js";
import { colorsFor } from "../../source/pretty.js";
import type { LogsOptions } from "./logs_options.js";

export interface Shown {
  asked(record: LogRecord): boolean;
  /** False: no more are wanted. */
  show(record: LogRecord): boolean;
  /** @param of the instance or the node */
  lost(lost: Lost, of: string, label: "instance" | "node_name"): void;
  readonly left: number;
}

export function shown(options: LogsOptions): Shown {
  const json = (value: unknown) => printableJson(JSON.stringify(value));
  const pretty = new PrettyLog(colorsFor(process.stdout, options.color));
  const write = (line: string) => void process.stdout.write(`${line}\n`);
  const isJson = options.format === "json";
  let left = options.count ?? Infinity;
  return {
    asked: (record) => left > 0 && isAsked(record, options),
    show: (record) => {
      write(isJson ? json(record) : pretty.line(record, options.withNode));
      return --left > 0;
    },
    lost: (lost, of, label) => write(isJson ? json({ lost, [label]: of }) : pretty.lost(lost, of)),
    get left() {
      return left;
    },
  };
}
