/** A flow as people write it, `--from shop/web --to shop/db --port 5432/tcp`, found in an inventory. */
import { formatAddress, parseAddress } from "../ir/address.js";
import type { Family } from "../ir/address.js";
import type { Inventory, Pod } from "../ir/inventory.js";
import type { Protocol } from "../ir/policy.js";
import { namedPort } from "./decide.js";
import type { Endpoint, Flow } from "./decide.js";
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
  const from = findEnd(text.from, inventory);
  if ("message" in from) return from;
  const to = findEnd(text.to, inventory);
  if ("message" in to) return to;
  if (!("pod" in from) && !("pod" in to))
    return { message: "one end must be a pod: policies speak of no other flows", near: [] };
  const families = commonFamilies(from, to);
  if (families.length === 0)
    return { message: `${text.from} and ${text.to} have no address of one family`, near: [] };
  const ends = {
    from: endpointOf(from, to, families[0]!, inventory),
    to: endpointOf(to, from, families[0]!, inventory),
  };
  const port = resolvePort(text.port, ends.to);
  return "message" in port ? port : { ...ends, ...port };
}

type End = { readonly pod: Pod; readonly ip?: string } | { readonly ip: string };

function findEnd(text: string, inventory: Inventory): End | Unresolved {
  const address = parseAddress(text);
  if (address) {
    const ip = formatAddress(address);
    const pod = inventory.pods.find(({ ips, hostNetwork }) => !hostNetwork && ips.includes(ip));
    return pod ? { pod, ip } : { ip };
  }
  const [namespace, name, ...rest] = text.split("/");
  if (!namespace || !name || rest.length > 0) {
    return { message: `${text} is neither NAMESPACE/POD nor an address`, near: nearPods(text, inventory) };
  }
  const pod =
    inventory.pods.find((each) => each.namespace === namespace && each.name === name) ??
    inventory.pods.find((each) => each.namespace === namespace && each.workload?.name === name);
  return pod
    ? { pod }
    : { message: `no pod or workload ${text} in the files`, near: nearPods(text, inventory) };
}

/** At most five names, the likeliest first: by the letter pairs that they share with the text. */
function nearPods(text: string, inventory: Inventory): readonly string[] {
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

function resolvePort(text: string, to: Endpoint): Pick<Flow, "protocol" | "port"> | Unresolved {
  const [number = "", suffix, ...rest] = text.split("/");
  if (suffix === undefined && /^icmp(v6)?$/i.test(number)) return { protocol: "other", port: 0 };
  const protocol = (suffix ?? "tcp").toUpperCase();
  if (!isProtocol(protocol) || rest.length > 0)
    return { message: `${text} is no port: write it as 8080/tcp, 53/udp, 9999/sctp or icmp`, near: [] };
  if (/^\d+$/.test(number)) {
    const port = Number(number);
    if (port < 1 || port > 65535) return { message: `${number} is no port: ports are 1 to 65535`, near: [] };
    return { protocol, port };
  }
  const port = namedPort(to, protocol, number);
  if (port !== undefined) return { protocol, port };
  const known = to.kind === "pod" ? to.pod.ports.filter(({ name }) => name !== undefined) : [];
  return {
    message: `the destination has no ${protocol} port named ${number}`,
    near: known.map((each) => `${each.name}/${each.protocol.toLowerCase()}`),
  };
}

function isProtocol(text: string): text is Protocol {
  return text === "TCP" || text === "UDP" || text === "SCTP";
}
