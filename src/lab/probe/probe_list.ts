/** `polc lab --probe FILE`: what to try, one connection a line. */
import { readFileSync } from "node:fs";
import { parseAddress } from "../../ir/address.js";
import type { Family } from "../../ir/address.js";
import { printable } from "../../source/printable.js";
import { addressesOf } from "./cells.js";
import type { Cell } from "./cells.js";
import { LabError } from "../command.js";
import type { LabPlan } from "../plan.js";

/**
 * Lines `FROM TO PORT/PROTOCOL` or `FROM TO icmp`; `#` begins a comment. FROM is a pod or `internet`, TO may be an address too.
 * Without an address a connection is tried in each family that both ends have.
 * @throws LabError with the line that makes no sense.
 */
export function readProbeList(path: string, plan: LabPlan): Cell[] {
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    throw new LabError(
      `${printable(path)} cannot be read: ${error instanceof Error ? error.message : error}`,
    );
  }
  return text.split(/\r?\n/).flatMap((line, index) => {
    const words = line.replace(/#.*/, "").trim().split(/\s+/).filter(Boolean);
    return words.length === 0 ? [] : cellsOf(words, plan, `${printable(path)}:${index + 1}`);
  });
}

function cellsOf(words: readonly string[], plan: LabPlan, at: string): Cell[] {
  const [from = "", to = "", what = ""] = words;
  const port = portOf(what);
  if (words.length !== 3 || !port)
    throw new LabError(`${at}: a line is FROM TO PORT/PROTOCOL, such as shop/web shop/api 8080/tcp`);
  const addresses = addressesOf(plan);
  const source = addresses.get(from);
  const destination = addresses.get(to) ?? ofAddress(to);
  if (!source) throw new LabError(`${at}: there is no ${printable(from)} in the lab`);
  if (!destination)
    throw new LabError(`${at}: there is no ${printable(to)} in the lab, and it is no address`);
  const families = ([4, 6] as const).filter((family) => source[family] && destination[family]);
  if (families.length === 0)
    throw new LabError(
      `${at}: ${printable(from)} and ${printable(to)} have no family of addresses in common`,
    );
  return families.map((family) => ({ from, to, ...port, family }));
}

function portOf(text: string): Pick<Cell, "protocol" | "port"> | undefined {
  if (text.toLowerCase() === "icmp") return { protocol: "ICMP", port: 0 };
  const [, digits, protocol = "tcp"] = /^([0-9]{1,5})(?:\/(tcp|udp|sctp))?$/i.exec(text) ?? [];
  const port = Number(digits);
  return port >= 1 && port <= 65535
    ? { protocol: protocol.toUpperCase() as Cell["protocol"], port }
    : undefined;
}

function ofAddress(text: string): { readonly [family in Family]: string | undefined } | undefined {
  const address = parseAddress(text);
  return (
    address && { 4: address.family === 4 ? text : undefined, 6: address.family === 6 ? text : undefined }
  );
}
