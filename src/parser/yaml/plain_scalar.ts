/**
 * What an unquoted YAML scalar means. As kubectl reads it (go-yaml v2, YAML 1.1): `yes` and `on` are booleans, `010` is
 * octal, `1_000` is a number, dates are text. Reading it in another way would check another object than is applied.
 */
import type { ScalarNode } from "./node.js";

type Meaning = Pick<ScalarNode, "type" | "value">;

const WORDS = new Map<string, Meaning>();
for (const word of ["y", "Y", "yes", "Yes", "YES", "true", "True", "TRUE", "on", "On", "ON"])
  WORDS.set(word, { type: "boolean", value: true });
for (const word of ["n", "N", "no", "No", "NO", "false", "False", "FALSE", "off", "Off", "OFF"])
  WORDS.set(word, { type: "boolean", value: false });
for (const word of ["", "~", "null", "Null", "NULL"]) WORDS.set(word, { type: "null", value: null });
for (const word of [".nan", ".NaN", ".NAN"]) WORDS.set(word, { type: "float", value: Number.NaN });
for (const word of [".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF"])
  WORDS.set(word, { type: "float", value: Number.POSITIVE_INFINITY });
for (const word of ["-.inf", "-.Inf", "-.INF"])
  WORDS.set(word, { type: "float", value: Number.NEGATIVE_INFINITY });

const INTEGER = /^[-+]?(?:0|[1-9][0-9]*|0[xX][0-9a-fA-F]+|0[bB][01]+|0[oO]?[0-7]+)$/;
const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const DATE = /^[0-9]{4}-/;

export function plainScalar(text: string): Meaning {
  const word = WORDS.get(text);
  if (word) return word;
  const first = text.charCodeAt(0);
  const numeric = (first >= 0x30 && first <= 0x39) || first === 0x2b || first === 0x2d || first === 0x2e;
  if (!numeric || DATE.test(text)) return { type: "string", value: text };
  const digits = text.includes("_") ? text.replaceAll("_", "") : text;
  if (INTEGER.test(digits)) return { type: "integer", value: integer(digits) };
  if (FLOAT.test(digits)) return { type: "float", value: Number(digits) };
  return { type: "string", value: text };
}

function integer(text: string): number {
  const sign = text[0] === "-" ? -1 : 1;
  const digits = text[0] === "-" || text[0] === "+" ? text.slice(1) : text;
  const octal = /^0[0-7]+$/.test(digits);
  return sign * Number(octal ? `0o${digits.slice(1)}` : digits);
}
