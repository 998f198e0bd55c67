/** The ports of tier policies: `protocols` of v1alpha2, `ports` of v1alpha1. */
import type { NamedPort, PortMatch, PortRange, Protocol } from "../../../ir/policy.js";
import { quoted } from "../../quoted.js";
import { get, textOf } from "../../yaml/node.js";
import type { Node } from "../../yaml/node.js";
import { spanOf } from "../../yaml/problem.js";
import { portNameError } from "../names.js";
import { oneField, requiredField } from "../object_fields.js";
import type { ObjectReport } from "../object_report.js";
import { readProtocol } from "../policies/policy_port.js";

/** The meaning of one entry of a list of ports; empty, after reporting it, if it has an error. */
export type ReadPorts = (node: Node, path: string, report: ObjectReport) => readonly PortMatch[];

const PROTOCOLS = { tcp: "TCP", udp: "UDP", sctp: "SCTP" } as const;

export const readProtocols: ReadPorts = (node, path, report) => {
  const field = oneField(node, ["tcp", "udp", "sctp", "destinationNamedPort"], "port", path, report);
  if (!field) return [];
  const value = get(node, field)!;
  if (field === "destinationNamedPort") return namedPorts(node, value, `${path}.${field}`, report);
  const portPath = `${path}.${field}.destinationPort`;
  const port = requiredField(value, "destinationPort", `${path}.${field}`, report);
  const shape = port && oneField(port, ["number", "range"], "port", portPath, report);
  if (!shape) return [];
  const of = { node, protocol: PROTOCOLS[field], path: `${portPath}.${shape}` };
  const number = get(port, shape)!;
  if (shape === "range") return range(number, of, 1, report);
  return number.type === "integer" ? [portRange(of, number.value, number.value, report)] : [];
};

export const readAdminPorts: ReadPorts = (node, path, report) => {
  const field = oneField(node, ["portNumber", "portRange", "namedPort"], "port", path, report);
  if (!field) return [];
  const value = get(node, field)!;
  const fieldPath = `${path}.${field}`;
  if (field === "namedPort") return namedPorts(node, value, fieldPath, report);
  const protocol = readProtocol(get(value, "protocol"), `${fieldPath}.protocol`, report);
  if (!protocol) return [];
  const of = { node, protocol, path: fieldPath };
  if (field === "portRange") return range(value, of, 0, report);
  const port = requiredField(value, "port", fieldPath, report);
  return port?.type === "integer" ? [portRange(of, port.value, port.value, report)] : [];
};

interface PortsOf {
  /** The entry of the list. */
  readonly node: Node;
  readonly protocol: Protocol;
  readonly path: string;
}

/** @param least by how much the end must be above the start */
function range(value: Node, of: PortsOf, least: 0 | 1, report: ObjectReport): PortRange[] {
  const start = requiredField(value, "start", of.path, report);
  const end = requiredField(value, "end", of.path, report);
  if (start?.type !== "integer" || end?.type !== "integer") return [];
  if (end.value - start.value >= least) return [portRange(of, start.value, end.value, report)];
  const text = `the end ${end.value} is not above the start ${start.value}`;
  report.error("invalid-end-port", end, `${of.path}.end`, text, {
    help: "write the smaller number as `start`; for a single port, use `number`",
    notes: [{ message: "the start", span: spanOf(report.file, start) }],
  });
  return [];
}

function portRange({ node, protocol }: PortsOf, from: number, to: number, report: ObjectReport): PortRange {
  return Object.freeze({ kind: "range", protocol, from, to, span: spanOf(report.file, node) });
}

/** The name alone selects a container port, whatever its protocol. The API accepts any text. */
function namedPorts(node: Node, value: Node, path: string, report: ObjectReport): NamedPort[] {
  const name = textOf(value);
  if (name === undefined) return [];
  const error = portNameError(name);
  if (error)
    report.warning("invalid-port-name", value, path, `${quoted(name)} ${error}, so it matches nothing`, {
      help: "write the name of a container port",
    });
  const span = spanOf(report.file, node);
  return Object.values(PROTOCOLS).map((protocol) => Object.freeze({ kind: "named", protocol, name, span }));
}
