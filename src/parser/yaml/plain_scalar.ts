/**
 * What an unquoted YAML scalar means. As kubectl reads it (go-yaml v2, YAML 1.1): `yes` and `on` are booleans, `010` is
 * octal, `1_000` is a number, dates are text. Reading it in another way would check another object than is applied.
 */
import type { ScalarNode } from "./node.js";

export type Meaning = Pick<ScalarNode, "type" | "value">;

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

const FLOAT = /^[-+]?(?:\.[0-9]+|[0-9]+(?:\.[0-9]*)?)(?:[eE][-+]?[0-9]+)?$/;
const LEADING_POINT = /^\.[0-9]+(?:_[0-9]+)*(?:[eE][-+]?[0-9]+(?:_[0-9]+)*)?$/;
const INTEGER = /^([-+]?)(?:0[xX]([0-9a-fA-F]+)|0[bB]([01]+)|0[oO]?([0-7]+)|(0|[1-9][0-9]*))$/;
/** go-yaml reads what follows `0b` as a number of its own, with a sign. */
const SIGNED_BINARY = /^0b([-+])([01]+)$/;

export function plainScalar(text: string): Meaning {
  return WORDS.get(text) ?? number(text) ?? { type: "string", value: text };
}

function number(text: string): Meaning | undefined {
  const first = text.charCodeAt(0);
  const isDot = first === 0x2e;
  if (!isDot && !(first >= 0x30 && first <= 0x39) && first !== 0x2b && first !== 0x2d) return undefined;
  const digits = text.includes("_") ? text.replaceAll("_", "") : text;
  // Behind a point, underscores stand between digits only.
  if (isDot) return LEADING_POINT.test(text) ? float(digits) : undefined;
  const exact = integer(digits);
  if (exact !== undefined) return { type: "integer", value: exact };
  return FLOAT.test(digits) ? float(digits) : undefined;
}

/** A number too large for a float is text. */
function float(digits: string): Meaning | undefined {
  const value = Number(digits);
  return Number.isFinite(value) ? { type: "float", value } : undefined;
}

/** The value of an integer of 64 bits, with a sign or without. */
function integer(digits: string): number | undefined {
  const match = INTEGER.exec(digits);
  if (!match) return signedBinary(digits);
  const [, sign = "", hex, binary, octal, decimal] = match;
  const written = hex ? `0x${hex}` : binary ? `0b${binary}` : octal ? `0o${octal}` : decimal!;
  if (written.length >= 16) return large(sign, BigInt(written));
  return sign === "-" ? -Number(written) + 0 : Number(written);
}

function large(sign: string, value: bigint): number | undefined {
  const limit = sign === "" ? 2n ** 64n - 1n : sign === "-" ? 2n ** 63n : 2n ** 63n - 1n;
  return value <= limit ? Number(sign === "-" ? -value : value) : undefined;
}

function signedBinary(digits: string): number | undefined {
  const match = SIGNED_BINARY.exec(digits);
  return match && match[2]!.length < 64 ? Number(`${match[1]}${Number(`0b${match[2]}`)}`) : undefined;
}

/** A whole number from here on is sent with an exponent, which the API takes for no integer. */
const FIRST_WITH_EXPONENT = 1e21;

/** True for a number that the API gets as an integer, however it is written. */
export function isSentInDigits(value: number): boolean {
  return Number.isInteger(value) && Math.abs(value) < FIRST_WITH_EXPONENT;
}
