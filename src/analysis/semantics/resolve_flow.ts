/** A flow as people write it, `--from shop/web --to shop/db --port 5432/tcp`, found in an inventory. */
import { formatAddress, parseAddress } from "../../ir/address.js";
import type { Family } from "../../ir/address.js";
import type { Inventory, Pod } from "../../ir/inventory.js";
import type { Protocol } from "../../ir/policy.js";
import { NO_SPAN } from "../../source/span.js";
import { namedPort } from "./decide.js";
import type { Endpoint, Flow } from "./decide.js";
import type { PortSpan } from "../sets/port_spans.js";
import { impliedNamespace } from "./select.js";

export interface FlowText {
  readonly from: string;
  readonly to: string;
  /** `8080/tcp`, `8080` (TCP), `http/tcp` by a name of the destination's, or `icmp`. */
  readonly port: string;
}

/** Why there is no such flow. `near` are names that might have been meant. */
export interface Unresolved {
  readonly message: string;
  readonly near: readonly string[];
}

export function resolveFlow(text: FlowText, inventory: Inventory): Flow | Unresolved {
  const ends = resolveEnds(text, inventory);
  if ("message" in ends) return ends;
  const port = resolvePort(text.port, ends.to);
  if ("message" in port) return port;
  if (port.from !== port.to) return { message: `${text.port} is a range: a flow has one port`, near: [] };
  return { ...ends, protocol: port.protocol, port: port.from };
}

export type Ends = Pick<Flow, "from" | "to">;

/**
 * An end is `NAMESPACE/POD`, a workload's name in place of the pod's, `NAMESPACE/KEY=VALUE,...` for a pod with just these
 * labels, be there one or not, or an address.
 */
export function resolveEnds(text: Pick<FlowText, "from" | "to">, inventory: Inventory): Ends | Unresolved {
  const from = findEnd(text.from, inventory);
  if ("message" in from) return from;
  const to = findEnd(text.to, inventory);
  if ("message" in to) return to;
  if (!("pod" in from) && !("pod" in to))
    return { message: "one end must be a pod: policies speak of no other flows", near: [] };
  const families = commonFamilies(from, to);
  if (families.length === 0)
    return { message: `${text.from} and ${text.to} have no address of one family`, near: [] };
  return {
    from: endpointOf(from, to, families[0]!, inventory),
    to: endpointOf(to, from, families[0]!, inventory),
  };
}

type End = { readonly pod: Pod; readonly ip?: string } | { readonly ip: string };

function findEnd(text: string, inventory: Inventory): End | Unresolved {
  const address = parseAddress(text);
  if (address) {
    const ip = formatAddress(address);
    const pod = inventory.pods.find(({ ips, hostNetwork }) => !hostNetwork && ips.includes(ip));
    return pod ? { pod, ip } : { ip };
  }
  const [namespace, ...parts] = text.split("/");
  const name = parts.join("/");
  if (!namespace || !name || (parts.length > 1 && !name.includes("="))) {
    return {
      message: `${text} is neither NAMESPACE/POD nor NAMESPACE/KEY=VALUE nor an address`,
      near: neighbourPods(text, inventory),
    };
  }
  if (name.includes("=")) return podWithLabels(namespace, name);
  const pod =
    inventory.pods.find((each) => each.namespace === namespace && each.name === name) ??
    inventory.pods.find((each) => each.namespace === namespace && each.workload?.name === name);
  return pod
    ? { pod }
    : { message: `no pod or workload ${text} in the files`, near: neighbourPods(text, inventory) };
}

function podWithLabels(namespace: string, text: string): End | Unresolved {
  const labels: Record<string, string> = {};
  for (const pair of text.split(",")) {
    const [, key, value] = /^([^=\s]+)={1,2}([^=\s]*)$/.exec(pair) ?? [];
    if (key === undefined || value === undefined)
      return { message: `${pair} is no label: write KEY=VALUE, several with commas between`, near: [] };
    labels[key] = value;
  }
  return {
    pod: { namespace, name: text, labels, ports: [], ips: [], hostNetwork: false, span: NO_SPAN },
  };
}

/** At most five names, the likeliest first: by the letter pairs that they share with the text. */
function neighbourPods(text: string, inventory: Inventory): readonly string[] {
  const wanted = pairsOf(text);
  const names = [...new Set(inventory.pods.map(({ namespace, name }) => `${namespace}/${name}`))];
  const scored = names.map((name) => {
    const pairs = pairsOf(name);
    const shared = [...pairs].filter((pair) => wanted.has(pair)).length;
    return { name, score: shared / (pairs.size + wanted.size - shared) };
  });
  const enough = Math.max(0.2, 0.7 * Math.max(...scored.map(({ score }) => score)));
  return scored
    .filter(({ score }) => score >= enough)
    .sort((a, b) => b.score - a.score || (a.name < b.name ? -1 : 1))
    .slice(0, 5)
    .map(({ name }) => name);
}

function pairsOf(text: string): ReadonlySet<string> {
  const padded = ` ${text.toLowerCase()} `;
  return new Set(Array.from({ length: padded.length - 1 }, (_, i) => padded.slice(i, i + 2)));
}

/** The address families that both ends have, IPv4 first. A pod whose addresses are not known may have both. */
function commonFamilies(from: End, to: End): readonly Family[] {
  return ([4, 6] as const).filter((family) => hasFamily(from, family) && hasFamily(to, family));
}

function hasFamily(end: End, family: Family): boolean {
  if (end.ip !== undefined) return parseAddress(end.ip)!.family === family;
  return !("pod" in end) || end.pod.ips.length === 0 || addressOf(end.pod, family) !== undefined;
}

function addressOf(pod: Pod, family: Family): string | undefined {
  return pod.ips.find((ip) => parseAddress(ip)!.family === family);
}

function endpointOf(end: End, other: End, family: Family, inventory: Inventory): Endpoint {
  if (!("pod" in end)) {
    const node = "pod" in other ? other.pod.node : undefined;
    const ownNode = inventory.nodes.some(({ name, ips }) => name === node && ips.includes(end.ip));
    return { kind: "address", ip: end.ip, ...(ownNode && { ownNode }) };
  }
  const { pod } = end;
  const namespace =
    inventory.namespaces.find(({ name }) => name === pod.namespace) ?? impliedNamespace(pod.namespace);
  const ip = end.ip ?? addressOf(pod, family);
  return { kind: "pod", pod, namespace, ...(ip !== undefined && { ip }) };
}

const EVERY_PORT: readonly PortSpan[] = [
  ...(["TCP", "UDP", "SCTP"] as const).map((protocol) => ({ protocol, from: 1, to: 65535 })),
  { protocol: "other", from: 0, to: 0 },
];

/** Several ports with commas between, each as in `FlowText`, or a range such as `8000-8100/tcp`, or `any`. */
export function resolvePorts(text: string, to: Endpoint): readonly PortSpan[] | Unresolved {
  const spans: PortSpan[] = [];
  for (const part of text.split(",")) {
    if (part === "any") spans.push(...EVERY_PORT);
    else {
      const span = resolvePort(part, to);
      if ("message" in span) return span;
      spans.push(span);
    }
  }
  return spans;
}

function resolvePort(text: string, to: Endpoint): PortSpan | Unresolved {
  const [number = "", suffix, ...rest] = text.split("/");
  if (suffix === undefined && /^icmp(v6)?$/i.test(number)) return { protocol: "other", from: 0, to: 0 };
  const protocol = (suffix ?? "tcp").toUpperCase();
  if (!isProtocol(protocol) || rest.length > 0)
    return { message: `${text} is no port: write it as 8080/tcp, 53/udp, 9999/sctp or icmp`, near: [] };
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(number) ?? [];
  if (first !== undefined) {
    const [from, end] = [Number(first), Number(last)];
    const wrong = [from, end].find((port) => port < 1 || port > 65535);
    if (wrong !== undefined) return { message: `${wrong} is no port: ports are 1 to 65535`, near: [] };
    if (from > end) return { message: `the range ${number} ends below its start`, near: [] };
    return { protocol, from, to: end };
  }
  const port = namedPort(to, protocol, number);
  if (port !== undefined) return { protocol, from: port, to: port };
  const known = to.kind === "pod" ? to.pod.ports.filter(({ name }) => name !== undefined) : [];
  return {
    message: `the destination has no ${protocol} port named ${number}`,
    near: known.map((each) => `${each.name}/${each.protocol.toLowerCase()}`),
  };
}

function isProtocol(text: string): text is Protocol {
  return text === "TCP" || text === "UDP" || text === "SCTP";
}
