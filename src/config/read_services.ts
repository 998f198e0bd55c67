/** The section `services` of a configuration: how the cluster's services are served. */
import { parseBlock } from "../ir/address.js";
import type { Family } from "../ir/address.js";
import { nearestName } from "../source/nearest_name.js";
import type { ObjectReport } from "../parser/kubernetes/object_report.js";
import { quoted } from "../parser/quoted.js";
import { get, textOf } from "../parser/yaml/node.js";
import type { Node } from "../parser/yaml/node.js";
import type { Dispatch, Refusal, ServiceSettings } from "../services/settings.js";

type Writable = { -readonly [key in keyof ServiceSettings]?: ServiceSettings[key] };

const DISPATCHES = ["opt", "ipip", "geneve", "snat", "hybrid"] as const;
const REFUSALS = ["icmp", "rst", "drop"] as const;
/** Places are numbered with 16 bits, and 65535 stands for none. */
const TABLE_SIZE = { least: 251, most: 65521 };

export function readServices(node: Node | undefined, report: ObjectReport): Partial<ServiceSettings> {
  const settings: Writable = {};
  const at = (field: string) => get(node, field);
  const dispatch = word(at("dispatch"), "services.dispatch", DISPATCHES, report);
  if (dispatch) Object.assign(settings, dispatchesOf(dispatch));
  const refusal: Refusal | undefined = word(at("refusal"), "services.refusal", REFUSALS, report);
  if (refusal) settings.refusal = refusal;
  const [external, ranges] = [at("externalIPs"), at("sourceRangesOnNodePorts")];
  if (external?.type === "boolean") settings.externalIps = external.value;
  if (ranges?.type === "boolean") settings.sourceRangesOnNodePorts = ranges.value;
  const size = integer(at("tableSize"), "services.tableSize", TABLE_SIZE.least, TABLE_SIZE.most, report);
  if (size !== undefined && isPrimeOr(size, at("tableSize")!, report)) settings.tableSize = size;
  const seed = integer(at("seed"), "services.seed", 0, 2 ** 32 - 1, report);
  if (seed !== undefined) settings.seed = seed;
  const geneve = integer(at("genevePort"), "services.genevePort", 1, 65535, report);
  if (geneve !== undefined) settings.genevePort = geneve;
  Object.assign(settings, snatPorts(at("snatPorts"), report));
  const outer4 = block(get(at("outerSources"), "ipv4"), "ipv4", 4, report);
  const outer6 = block(get(at("outerSources"), "ipv6"), "ipv6", 6, report);
  return { ...settings, ...(outer4 && { outer4 }), ...(outer6 && { outer6 }) };
}

/** A value of `services.dispatch`. */
export type DispatchWord = (typeof DISPATCHES)[number];

/** `hybrid`: TCP by direct return, UDP by SNAT. */
export function dispatchesOf(word: DispatchWord): { dispatchTcp: Dispatch; dispatchUdp: Dispatch } {
  return word === "hybrid"
    ? { dispatchTcp: "opt", dispatchUdp: "snat" }
    : { dispatchTcp: word, dispatchUdp: word };
}

function word<T extends string>(
  node: Node | undefined,
  path: string,
  allowed: readonly T[],
  report: ObjectReport,
): T | undefined {
  const text = node && textOf(node);
  const found = allowed.find((each) => each === text);
  if (node && found === undefined) {
    const nearest = nearestName(text ?? "", allowed);
    report.error("invalid-service-setting", node, path, `${quoted(text ?? "")} is none of its values`, {
      help: nearest ? `did you mean \`${nearest}\`?` : `write ${allowed.join(", ")}`,
    });
  }
  return found;
}

function integer(
  node: Node | undefined,
  path: string,
  least: number,
  most: number,
  report: ObjectReport,
): number | undefined {
  if (node?.type !== "integer") return undefined;
  if (node.value >= least && node.value <= most) return node.value;
  report.error("invalid-service-setting", node, path, `${node.value} is not between ${least} and ${most}`, {
    help: `write a number from ${least} to ${most}`,
  });
  return undefined;
}

/** In a table whose size is no prime, members would not want every place. */
function isPrimeOr(size: number, node: Node, report: ObjectReport): boolean {
  if (isPrime(size)) return true;
  let next = size;
  while (!isPrime(next)) next++;
  report.error("invalid-service-setting", node, "services.tableSize", `${size} is not a prime`, {
    help: `write ${next}, the next one`,
  });
  return false;
}

function isPrime(number: number): boolean {
  for (let divisor = 2; divisor * divisor <= number; divisor++) if (number % divisor === 0) return false;
  return number > 1;
}

function snatPorts(
  node: Node | undefined,
  report: ObjectReport,
): Partial<Pick<ServiceSettings, "snatFirst" | "snatLast">> {
  if (!node) return {};
  const found = /^([0-9]{1,5})-([0-9]{1,5})$/.exec(textOf(node) ?? "");
  const [first, last] = [Number(found?.[1]), Number(found?.[2])];
  if (found && first >= 1024 && first < last && last <= 65535) return { snatFirst: first, snatLast: last };
  report.error(
    "invalid-service-setting",
    node,
    "services.snatPorts",
    "this is no range of ports above 1023",
    {
      help: "write one that no process of a node uses, such as 61000-65535",
    },
  );
  return {};
}

function block(
  node: Node | undefined,
  field: string,
  family: Family,
  report: ObjectReport,
): string | undefined {
  const text = node && textOf(node);
  if (!node || text === undefined) return undefined;
  if (parseBlock(text)?.family === family) return text;
  const path = `services.outerSources.${field}`;
  report.error("invalid-service-setting", node, path, `${quoted(text)} is no IPv${family} block`, {
    help: `write one that nothing is routed to, such as ${family === 4 ? "10.255.0.0/16" : "fd00:ffff::/64"}`,
  });
  return undefined;
}
