/** What was probed, for people and as JSON. */
import type { Colors } from "../../source/pretty.js";
import { printable } from "../../source/printable.js";
import type { Inventory, Pod } from "../../ir/inventory.js";
import type { LogRecord } from "../../log/record.js";
import type { ProbedCell } from "../probe/cells.js";
import { deniedLines, lastOfEachPolicy } from "./denied.js";
import { INTERNET } from "../lab.js";
import type { Probed } from "../session.js";
import { reachabilityTable } from "./table.js";

/** Denied connections that the text report ends with. */
const DENIED_SHOWN = 12;

export interface Summary {
  readonly cells: number;
  readonly same: number;
  readonly different: number;
}

export function summaryOf(cells: readonly ProbedCell[]): Summary {
  const different = cells.filter((cell) => cell.found !== cell.expected).length;
  return { cells: cells.length, same: cells.length - different, different };
}

export function textReport(
  { plan, inventory, cells, denied }: Probed,
  width: number,
  colors: Colors,
): string {
  const tried = new Set(cells.flatMap(({ from, to }) => [from, to]));
  const pods = inventory.pods.map((pod) => ({
    name: `${pod.namespace}/${pod.name}`,
    ports: distinctPorts(pod.ports),
  }));
  const ends = [...pods, { name: INTERNET, ports: [] }].filter(({ name }) => tried.has(name));
  const parts: string[] = [];
  const listed = cells.some(
    ({ to, protocol }) => !ends.some(({ name }) => name === to) || protocol === "ICMP",
  );
  parts.push(listed ? listOf(cells, colors) : reachabilityTable(ends, cells, width, colors));
  if (denied.length > 0) {
    const shown = lastOfEachPolicy(denied, servedBy(inventory)).slice(-DENIED_SHOWN);
    const title = `${denied.length} denied, the last of each policy:`;
    parts.push([colors.bold(title), ...deniedLines(shown, colors)].join("\n") + "\n");
  }
  const { cells: total, same, different } = summaryOf(cells);
  const wrong = cells
    .filter((cell) => cell.found !== cell.expected)
    .map((cell) => colors.red(cellLine(cell)));
  if (wrong.length > 0) parts.push(wrong.slice(0, 50).join("\n") + "\n");
  const words = `${total} cells, ${same} as the policies say, ${different} different`;
  parts.push(`${different > 0 ? colors.red(words) : colors.green(words)}\n`);
  return [...leftOut(plan), parts.join("\n")].join("\n");
}

/** One line a connection: for lists that name addresses or ICMP, which the table has no place for. */
function listOf(cells: readonly ProbedCell[], colors: Colors): string {
  return (
    cells
      .map((cell) => (cell.found === "allow" ? colors.green(cellLine(cell)) : colors.red(cellLine(cell))))
      .join("\n") + "\n"
  );
}

function cellLine({ from, to, protocol, port, family, expected, found, outcome }: ProbedCell): string {
  const what = protocol === "ICMP" ? "icmp" : `${port}/${protocol.toLowerCase()}`;
  const got = found === "error" ? `error ${outcome.reason ?? ""}` : `${found} (${outcome.result})`;
  const verdict = found === expected ? got : `${got}, the policies say ${expected}`;
  return printable(`${from} -> ${to} ${what} IPv${family}: ${verdict}`);
}

function leftOut({ hostNetwork, inventory: { ended = [] } }: Probed["plan"]): readonly string[] {
  const said = (pods: readonly Pod[], kind: string, why: string) =>
    pods.length > 0
      ? [`${pods.length} ${kind} pod${pods.length === 1 ? " is" : "s are"} left out: ${why}`]
      : [];
  return [
    ...said(hostNetwork, "host-network", "policies do not apply to them"),
    ...said(ended, "ended", "they have no network"),
  ];
}

export function jsonReport({ plan, inventory, cells, denied }: Probed): string {
  const report = {
    version: 1,
    lab: plan.name,
    nodes: plan.nodes.map(({ name, netns, instance, ipv4, ipv6 }) => ({
      name,
      netns,
      instance,
      ips: [ipv4, ipv6],
    })),
    pods: plan.pods.map(({ pod, netns, node }, index) => ({
      namespace: pod.namespace,
      name: pod.name,
      labels: inventory.pods[index]!.labels,
      ports: pod.ports,
      ips: pod.ips,
      node: node.name,
      netns,
    })),
    cells: cells.map(({ outcome, ...cell }) => ({
      ...cell,
      result: outcome.result,
      ...(outcome.reason && { reason: outcome.reason }),
    })),
    denied,
    summary: summaryOf(cells),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** Does the destination of a record listen on its port? */
function servedBy(inventory: Inventory): (record: LogRecord) => boolean {
  const served = new Set(
    inventory.pods.flatMap((pod) =>
      pod.ports.map(({ port, protocol }) => `${pod.namespace}/${pod.name} ${port}/${protocol.toLowerCase()}`),
    ),
  );
  return ({ dest, connection }) =>
    served.has(`${dest?.pod_namespace}/${dest?.pod_name} ${connection.dest_port}/${connection.protocol}`);
}

function distinctPorts<T extends { readonly port: number; readonly protocol: string }>(
  ports: readonly T[],
): T[] {
  return [...new Map(ports.map((port) => [`${port.port}/${port.protocol}`, port])).values()];
}
