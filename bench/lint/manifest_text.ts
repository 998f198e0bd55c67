/** Kubernetes objects as people write them: block style, lists not indented further than their key. */

/** What a generated object is made of. A `Planted` value is one that a linter has to find. */
export type Value =
  string | number | boolean | readonly Value[] | { readonly [key: string]: Value } | Planted;

/** A value with the rules that have to report it, which its first line, or that of its key, says in a comment. */
export class Planted {
  constructor(
    readonly rules: string,
    readonly value: Value,
    readonly at: "value" | "key" = "value",
  ) {}
}

export const PLANTED_COMMENT = " # planted: ";

/** One document, without `---`. */
export function manifestText(object: Value): string {
  return `${lines(object).join("\n")}\n`;
}

function lines(value: Value): string[] {
  if (value instanceof Planted) {
    const [first, ...rest] = lines(value.value);
    return [`${first}${value.at === "value" ? comment(value) : ""}`, ...rest];
  }
  if (isList(value))
    return value.length === 0
      ? ["[]"]
      : value.flatMap((item) => lines(item).map((line, i) => `${i === 0 ? "- " : "  "}${line}`));
  if (typeof value !== "object") return [scalar(value)];
  const entries = Object.entries(value);
  return entries.length === 0 ? ["{}"] : entries.flatMap(([key, each]) => entry(scalar(key), each));
}

function entry(key: string, value: Value): string[] {
  const [first, ...rest] = lines(value);
  const plain = value instanceof Planted ? value.value : value;
  if (typeof plain !== "object" || /^(\{\}|\[\])/.test(first!)) return [`${key}: ${first}`, ...rest];
  const planted = value instanceof Planted && value.at === "key" ? comment(value) : "";
  return [`${key}:${planted}`, ...[first!, ...rest].map((line) => (isList(plain) ? line : `  ${line}`))];
}

function comment({ rules }: Planted): string {
  return `${PLANTED_COMMENT}${rules}`;
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function scalar(value: string | number | boolean): string {
  if (typeof value !== "string") return String(value);
  return /^[a-zA-Z][-a-zA-Z0-9_./]*$/.test(value) && !/^(true|false|yes|no|on|off|null|y|n)$/i.test(value)
    ? value
    : JSON.stringify(value);
}
