/** Explicit tags, as kubectl obeys them: those of the YAML core tell what a scalar means, any other makes it text. */
import { quoted } from "../quoted.js";
import type { Range } from "./node.js";
import { plainScalar } from "./plain_scalar.js";
import type { Meaning } from "./plain_scalar.js";
import type { Problem } from "./problem.js";

const CORE = "tag:yaml.org,2002:";

export const MERGE_TAG = `${CORE}merge`;

const SCALARS: ReadonlyMap<string, Meaning["type"]> = new Map([
  ["int", "integer"],
  ["float", "float"],
  ["bool", "boolean"],
  ["null", "null"],
]);

/** Tags of the core that say no more than what stands behind them does. */
const SILENT: ReadonlySet<string> = new Set(["str", "seq", "map", "merge", "set", "omap", "pairs"]);

/** The tag of a handle and what follows it, with the handle's prefix; undefined if no such handle is known. */
export function fullTag(
  handle: string,
  suffix: string,
  prefixes: ReadonlyMap<string, string>,
): string | undefined {
  if (handle === "") return suffix;
  const prefix = prefixes.get(handle) ?? (handle === "!" ? "!" : handle === "!!" ? CORE : undefined);
  return prefix === undefined ? undefined : `${prefix}${suffix}`;
}

/** What a tagged scalar means, or the problem with its tag. */
export function taggedScalar(tag: string, range: Range, text: string): Meaning | Problem {
  const name = tag.startsWith(CORE) ? tag.slice(CORE.length) : undefined;
  if (name === "binary") return decoded(text, range);
  if (name === "timestamp") return isTimestamp(text) ? { type: "string", value: text } : wrong(name, range);
  const wanted = name === undefined ? undefined : SCALARS.get(name);
  if (wanted === undefined) return { type: "string", value: text };
  const plain = plainScalar(text);
  if (wanted === "float" && plain.type === "integer") return { type: "float", value: plain.value as number };
  return plain.type === wanted ? plain : wrong(name!, range);
}

/** The warning about a tag that kubectl does not know, if it is such. */
export function ignoredTag(tag: string, written: string, range: Range): Problem | undefined {
  const name = tag.startsWith(CORE) ? tag.slice(CORE.length) : "";
  const isKnown = SCALARS.has(name) || SILENT.has(name) || name === "binary" || name === "timestamp";
  if (tag === "!" || isKnown) return undefined;
  return {
    rule: "yaml-tag",
    severity: "warning",
    message: `kubectl ignores the tag ${quoted(written)} and reads the scalar after it as text`,
    range,
    help: "remove the tag, or render the file with the tool that defines it",
  };
}

function decoded(text: string, range: Range): Meaning | Problem {
  const base64 = text.replace(/[\r\n]/g, "");
  const isBase64 = base64.length % 4 === 0 && /^[A-Za-z0-9+/]*={0,2}$/.test(base64);
  return isBase64
    ? { type: "string", value: Buffer.from(base64, "base64").toString("utf8") }
    : wrong("binary", range);
}

const TIMESTAMP =
  /^([0-9]{4})-([0-9]{1,2})-([0-9]{1,2})(?:(?:[Tt]|( ))([0-9]{1,2}):([0-9]{1,2}):([0-9]{1,2})(?:[.,][0-9]+)?(Z|[-+][0-9]{2}:[0-9]{2})?)?$/;

/** A date, or a date and a time: behind a T with a time zone, behind a space without. */
function isTimestamp(text: string): boolean {
  const match = TIMESTAMP.exec(text);
  if (!match) return false;
  const [, year, month, day, space, hour, minute, second, zone] = match;
  if (hour !== undefined && (space === undefined) !== (zone !== undefined)) return false;
  const lastDay = new Date(Date.UTC(2000 + (Number(year) % 400), Number(month), 0)).getUTCDate();
  const isDate = Number(month) >= 1 && Number(month) <= 12 && Number(day) >= 1 && Number(day) <= lastDay;
  return isDate && Number(hour ?? 0) < 24 && Number(minute ?? 0) < 60 && Number(second ?? 0) < 60;
}

function wrong(name: string, range: Range): Problem {
  return {
    rule: "yaml-tag",
    severity: "error",
    message: `the value is not a ${name}, although its tag says so`,
    range,
    help: "remove the tag, or correct the value",
  };
}
