/** A line of the log as JSON, as `--format json` and the agent print it: a record, or what was lost. */
import { asLost } from "./event.js";
import type { Lost } from "./event.js";
import type { LogRecord } from "./record.js";

export type LogLine =
  | { readonly kind: "record"; readonly record: LogRecord }
  | { readonly kind: "lost"; readonly lost: Lost; readonly instance: string };

const DISPOSITIONS = ["allow", "deny", "audit", "drop"];

/** undefined: the line is something else. */
export function readLogLine(text: string): LogLine | undefined {
  if (!text.startsWith("{")) return undefined;
  const value = parse(text) as (Partial<LogRecord> & { instance?: unknown; lost?: unknown }) | undefined;
  if (typeof value !== "object" || value === null) return undefined;
  const lost = asLost(value);
  if (lost) return { kind: "lost", lost, instance: typeof value.instance === "string" ? value.instance : "" };
  const { timestamp, disposition, count } = value;
  if (typeof timestamp !== "string" || typeof count !== "number") return undefined;
  if (typeof disposition !== "string" || !DISPOSITIONS.includes(disposition)) return undefined;
  return { kind: "record", record: value as LogRecord };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}
