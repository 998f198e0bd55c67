/** What was probed, for people and as JSON. */
import type { Colors } from "../../source/pretty.js";
import { printable } from "../../source/printable.js";
import type { Pod } from "../../ir/inventory.js";
import type { VerdictRecord } from "../../log/record.js";
import type { ProbedCell } from "../probe/cells.js";
import { deniedLines, lastOfEachPolicy } from "./denied.js";
import { INTERNET } from "../lab.js";
import { portName } from "../probe/ports.js";
import { servicesJson, servicesTable } from "../services/service_report.js";
import type { TriedPorts } from "../probe/ports.js";
import type { Probed } from "../session.js";
import { reachabilityTable } from "./table.js";

/** Denied connections that the text report ends with. */
const DENIED_SHOWN = 12;
const NAMED_SHOWN = 20;

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
  { plan, inventory, cells, tried: on, ports, denied, services }: Probed,
  width: number,
  colors: Colors,
): string {
  const tried = new Set(cells.flatMap(({ from, to }) => [from, to]));
  const pods = inventory.pods.map((pod) => ({
    name: `${pod.namespace}/${pod.name}`,
    ports: ports.get(`${pod.namespace}/${pod.name}`) ?? [],
  }));
  const ends = [...pods, { name: INTERNET, ports: [] }].filter(({ name }) => tried.has(name));
  const parts: string[] = [];
  const listed = cells.some(
    ({ to, protocol }) => !ends.some(({ name }) => name === to) || protocol === "ICMP",
  );
  parts.push(listed ? listOf(cells, colors) : reachabilityTable(ends, cells, width, colors));
  if (!listed && on.named.length > 0) parts.push(`${triedWords(on)}\n`);
  if (services && services.results.length > 0)
    parts.push(servicesTable(services.results, services.mode, colors));
  if (denied.length > 0) {
    const shown = lastOfEachPolicy(denied, servedBy(ports)).slice(-DENIED_SHOWN);
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
    ...said(ended, "ended", "a pod that has ended has no network"),
  ];
}

export function jsonReport({ plan, inventory, cells, tried, denied, services }: Probed): string {
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
    tried: {
      ports: tried.all.map(portName),
      named_by_policies_only: tried.named.map(portName),
      left_out: tried.left,
    },
    cells: cells.map(({ outcome, ...cell }) => ({
      ...cell,
      result: outcome.result,
      ...(outcome.reason && { reason: outcome.reason }),
    })),
    denied,
    ...(services && { services: servicesJson(services.results, services.mode) }),
    summary: summaryOf(cells),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}

/** Is the port of a record one of its destination's? */
function servedBy(ports: Probed["ports"]): (record: VerdictRecord) => boolean {
  const served = new Set([...ports].flatMap(([name, own]) => own.map((port) => `${name} ${portName(port)}`)));
  return ({ dest, connection }) =>
    served.has(`${dest?.pod_namespace}/${dest?.pod_name} ${connection.dest_port}/${connection.protocol}`);
}

/** What was tried though no container declares it. */
function triedWords({ named, left }: TriedPorts): string {
  const shown = named.slice(0, NAMED_SHOWN).map(portName);
  const more = named.length > shown.length ? ` and ${named.length - shown.length} more` : "";
  const over = left > 0 ? `; ${left} more were left out, since pairs and ports together are too many` : "";
  return `also tried, as policies name them (of a range the first and last): ${shown.join(", ")}${more}${over}`;
}
