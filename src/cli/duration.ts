import { InvalidArgumentError } from "commander";

const UNITS = { ms: 1, s: 1000, m: 60_000, h: 3_600_000 };

/** `90s`, `5m`, `1h`, or seconds without a unit; as milliseconds. */
export function duration(text: string): number {
  const [, number, unit = "s"] = /^(\d+(?:\.\d+)?)(ms|s|m|h)?$/.exec(text) ?? [];
  if (number === undefined) throw new InvalidArgumentError("Not a time such as 90s or 5m.");
  return Number(number) * UNITS[unit as keyof typeof UNITS];
}
