import type { PortMatch, Protocol } from "../../../ir/policy.js";
import { portNameError } from "../../kubernetes/names.js";
import type { Place, Untrusted } from "./place.js";
import { isNode, shown } from "./report.js";
import type { Report } from "./report.js";

const PROTOCOLS: ReadonlySet<unknown> = new Set<Protocol>(["TCP", "UDP", "SCTP"]);

/** `undefined` in the list is a port that could not be lowered; `at` is a port's place among the arguments. */
export function lowerPorts(
  values: unknown,
  at: (index: number) => Place | undefined,
  fallback: Place,
  report: Report,
): PortMatch[] | undefined {
  if (!Array.isArray(values))
    return report.error("invalid-port", fallback.span, `${shown(values)} is not a list of ports`);
  const ports = values.map((value, index) => {
    const made = isNode(value, "port") ? report.sites.of(value, fallback) : fallback;
    return lowerPort(value, at(index) ?? made, report);
  });
  return ports.includes(undefined) ? undefined : (ports as PortMatch[]);
}

function lowerPort(node: unknown, place: Place, report: Report): PortMatch | undefined {
  const { span } = place;
  if (!isNode(node, "port") || !PROTOCOLS.has(node["protocol"]) || !Array.isArray(node["port"]))
    return report.error("invalid-port", span, `${shown(node)} is not a port`, {
      help: "write tcp(...), udp(...) or sctp(...)",
    });
  const protocol = node["protocol"] as Protocol;
  if (node["port"].length === 0) return { kind: "range", protocol, from: 0, to: 65535, span };
  const value: unknown = node["port"][0];
  const valueAt = report.sites.argument(node, undefined, 0) ?? place;
  if (typeof value === "string") {
    const error = portNameError(value);
    if (error) return report.error("invalid-port-name", valueAt.span, `"${value}" ${error}`);
    return { kind: "named", protocol, name: value, span };
  }
  const [from, to] = isNode(value, "range") ? [value["from"], value["to"]] : [value, value];
  return (
    numbers(from, to, value, valueAt, report) && {
      kind: "range",
      protocol,
      from: from as number,
      to: to as number,
      span,
    }
  );
}

function numbers(from: unknown, to: unknown, value: unknown, place: Place, report: Report): true | undefined {
  const rangeNode = isNode(value, "range") ? (value as Untrusted) : undefined;
  for (const [index, end] of [from, to].entries()) {
    if (Number.isInteger(end) && (end as number) >= 1 && (end as number) <= 65535) continue;
    const at = (rangeNode && report.sites.argument(rangeNode, undefined, index)) ?? place;
    return report.error("port-out-of-range", at.span, `${shown(end)} is not a port number from 1 to 65535`);
  }
  if ((from as number) <= (to as number)) return true;
  return report.error(
    "invalid-end-port",
    place.span,
    `the range ends below its start: ${shown(from)} to ${shown(to)}`,
  );
}
