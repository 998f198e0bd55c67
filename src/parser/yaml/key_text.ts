/** A key of another type is sent to the API as its text, as kubectl converts YAML to JSON. */
import { quoted } from "../quoted.js";
import type { Findings } from "./findings.js";
import type { Node } from "./node.js";
import { plainScalar } from "./plain_scalar.js";
import type { Problem } from "./problem.js";

export function keyText(key: Node, problems: Problem[], findings: Findings): string | undefined {
  if (key.type === "string") return key.value;
  const written = findings.textAt(key);
  const sent = sentText(key, written);
  if (sent === undefined) {
    problems.push({
      rule: "yaml-key",
      severity: "error",
      message: refusal(key, written),
      range: key,
      help: "write a key, and quote it if it contains symbols",
    });
    return undefined;
  }
  if (sent !== written)
    problems.push({
      rule: "ambiguous-key",
      severity: "warning",
      message: `kubectl sends the key ${quoted(written)} as "${sent}", because YAML 1.1 reads it as a ${typeName(key)}`,
      range: key,
      help: "quote the key",
    });
  return sent;
}

function typeName(key: Node): string {
  return key.type === "integer" || key.type === "float" ? "number" : key.type;
}

function refusal(key: Node, written: string): string {
  if (key.type === "integer") return "the number is too large for a key";
  if (key.type !== "null") return "a key must be text, not a collection";
  return written === "" ? "a key is missing before the `:`" : "a key must be text, not null";
}

function sentText(key: Node, text: string): string | undefined {
  // A tag makes a number of what is in quotes too.
  const written = text.replace(/^(["'])(.*)\1$/, "$2");
  switch (key.type) {
    case "boolean":
      return String(key.value);
    case "integer":
    case "float": {
      // A whole number may be written as a float, and then its text is another.
      const read = plainScalar(written);
      return read.type === "float" ? floatText(read.value as number) : integerText(key.value, written);
    }
    default:
      return undefined;
  }
}

/** undefined for a number that needs the sign's bit too. */
function integerText(value: number, written: string): string | undefined {
  if (Number.isSafeInteger(value)) return String(value);
  const match = /^([-+]?)(0[xXbBoO])?(0*)(.*)$/.exec(written.replaceAll("_", ""))!;
  const [, sign, prefix, zeros, digits] = match;
  const radix = prefix?.toLowerCase() ?? (zeros === "" ? "" : "0o");
  const exact = BigInt(`${radix}${digits}`);
  if (exact > 2n ** 63n - (sign === "-" ? 0n : 1n)) return undefined;
  return String(sign === "-" ? -exact : exact);
}

/** As Go's `FormatFloat(value, 'g', -1, 32)`: the fewest digits that tell the float of 32 bits from others. */
function floatText(value: number): string {
  if (Number.isNaN(value)) return ".nan";
  const single = Math.fround(value);
  if (!Number.isFinite(single)) return single > 0 ? ".inf" : "-.inf";
  let digits = single.toExponential(8);
  for (let count = 0; count < 8; count++) {
    const shorter = single.toExponential(count);
    if (Math.fround(Number(shorter)) !== single) continue;
    digits = shorter;
    break;
  }
  const sign = Object.is(single, -0) ? "-" : "";
  const [mantissa, exponent = "0"] = digits.split("e");
  const power = Number(exponent);
  if (power >= -4 && power < 21 && (power < 6 || mantissa!.replace(/[-.]/g, "").length > power))
    return `${sign}${fixed(digits)}`;
  return `${sign}${mantissa}e${power < 0 ? "-" : "+"}${String(Math.abs(power)).padStart(2, "0")}`;
}

function fixed(digits: string): string {
  const value = Number(digits);
  const [mantissa, exponent = "0"] = digits.split("e");
  const places = Math.max(mantissa!.replace(/^-?[0-9]\.?/, "").length - Number(exponent), 0);
  return value.toFixed(places);
}
