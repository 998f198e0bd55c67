import type { PortMatch, Protocol } from "../../../ir/policy.js";
import { quoted } from "../../quoted.js";
import { get, textOf } from "../../yaml/node.js";
import type { Node, ScalarNode } from "../../yaml/node.js";
import { spanOf } from "../../yaml/problem.js";
import { portNameError } from "../names.js";
import type { ObjectReport } from "../object_report.js";

const PROTOCOLS: readonly string[] = ["TCP", "UDP", "SCTP"];

/** One entry of `ports`; undefined, after reporting it, if it has an error. */
export function readPort(node: Node, path: string, report: ObjectReport): PortMatch | undefined {
  if (!report.readable(node)) return undefined;
  const protocol = readProtocol(get(node, "protocol"), `${path}.protocol`, report);
  const port = get(node, "port");
  const endPort = get(node, "endPort");
  const span = spanOf(report.file, node);
  if (port?.type === "integer") {
    const valid = checkNumber(port, `${path}.port`, report);
    const end = endPort?.type === "integer" ? checkEnd(endPort, port, `${path}.endPort`, report) : port.value;
    if (!protocol || !valid || end === undefined) return undefined;
    return Object.freeze({ kind: "range", protocol, from: port.value, to: end, span });
  }
  const name = textOf(port);
  if (endPort?.type === "integer") {
    const text = port ? "endPort needs a numeric port" : "endPort needs a port to start from";
    report.error("invalid-end-port", endPort, `${path}.endPort`, text, {
      help: port ? "write the port as a number, or remove endPort" : "add `port`, or remove endPort",
    });
  }
  if (name !== undefined) {
    const error = portNameError(name);
    if (error)
      report.error("invalid-port-name", port!, `${path}.port`, `${quoted(name)} ${error}`, portHelp(name));
    if (!protocol || error || endPort) return undefined;
    return Object.freeze({ kind: "named", protocol, name, span });
  }
  if (!protocol || endPort) return undefined;
  return Object.freeze({ kind: "range", protocol, from: 0, to: 65535, span });
}

/** A protocol left out is TCP. */
export function readProtocol(
  node: Node | undefined,
  path: string,
  report: ObjectReport,
): Protocol | undefined {
  if (!node) return "TCP";
  const text = textOf(node) ?? "";
  if (PROTOCOLS.includes(text)) return text as Protocol;
  const upper = text.trim().toUpperCase();
  report.error("unsupported-protocol", node, path, `${quoted(text)} is not a port protocol`, {
    help: PROTOCOLS.includes(upper) ? `write ${upper}` : "write TCP, UDP or SCTP",
  });
  return undefined;
}

type IntegerNode = ScalarNode & { readonly type: "integer" };

function checkNumber(node: IntegerNode, path: string, report: ObjectReport): boolean {
  if (node.value >= 1 && node.value <= 65535) return true;
  report.error("port-out-of-range", node, path, `${node.value} is not between 1 and 65535`, {
    help: "write a port between 1 and 65535, or remove `port` for every port",
  });
  return false;
}

function checkEnd(
  end: IntegerNode,
  port: IntegerNode,
  path: string,
  report: ObjectReport,
): number | undefined {
  if (end.value < 1 || end.value > 65535) {
    report.error("port-out-of-range", end, path, `${end.value} is not between 1 and 65535`, {
      help: "write a port between 1 and 65535",
    });
    return undefined;
  }
  if (end.value >= port.value) return end.value;
  report.error("invalid-end-port", end, path, `endPort ${end.value} is below port ${port.value}`, {
    help: "write the smaller number as `port`",
    notes: [{ message: "the port", span: spanOf(report.file, port) }],
  });
  return undefined;
}

function portHelp(name: string): { help: string } {
  if (/^[0-9]+$/.test(name)) return { help: `write ${name} without quotes` };
  return { help: "write the container port's name, or its number" };
}
