/** Resolves a question such as `--from shop/web --to shop/db --port 5432/tcp` to the flows that it covers. */
import { parseAddress } from "../../ir/address.js";
import type { Family } from "../../ir/address.js";
import type { Inventory, Pod } from "../../ir/inventory.js";
import type { Policy } from "../../ir/policy.js";
import type { Endpoint } from "../semantics/decide.js";
import { nodeAddresses } from "../semantics/node_addresses.js";
import { isSamePod, termsOf } from "../semantics/pod_variants.js";
import { impliedNamespace } from "../semantics/select.js";
import type { Ends } from "./explain_ports.js";
import { destinationOf } from "./destination.js";
import type { Destination } from "./destination.js";
import { findEnd } from "./find_end.js";
import { addressParty, partiesOf } from "./parties.js";
import type { Party } from "./parties.js";
import { readPorts } from "./ports.js";
import type { PortSpan } from "../sets/port_spans.js";
import { serviceName } from "./services.js";
import type { Lead } from "./services.js";
import { unresolved } from "./unresolved.js";
import type { Unresolved } from "./unresolved.js";

export interface QuestionText {
  /**
   * `NAMESPACE/NAME` or `NAMESPACE/KIND/NAME` of a pod or workload, `NAMESPACE/KEY=VALUE,...` for a pod with exactly these
   * labels, whether one exists or not, or an address; as `to`, also a Service.
   */
  readonly from: string;
  readonly to: string;
  /** `8080/tcp`, `8080` (TCP), `http/tcp` for a named port of the destination, or `icmp`; comma-separated; or `any`. */
  readonly port: string;
}

/** Two ends, in one family of addresses. */
export interface Case extends Ends {
  readonly ports: readonly PortSpan[];
  /** undefined: no address of either end is known. */
  readonly family?: Family;
  /** The pods that each end stands for; none of an address. */
  readonly stands: Readonly<Record<"from" | "to", readonly Pod[]>>;
}

export interface Question {
  /** At least one. */
  readonly cases: readonly Case[];
  /** Where the Service leads that was asked about. */
  readonly leads: readonly Lead[];
  /** How many pods are at each end in all. */
  readonly pods: Readonly<Record<"from" | "to", number>>;
  /** A node forwards the connection, so pods may see its address instead of the sender's. */
  readonly masked: boolean;
  readonly untranslated?: Destination["untranslated"];
}

export function ask(
  text: QuestionText,
  inventory: Inventory,
  policies: readonly Policy[],
): Question | Unresolved {
  const asked = readPorts(text.port);
  if ("message" in asked) return asked;
  const from = findEnd(text.from, inventory);
  if ("message" in from) return from;
  if (from.kind === "service")
    return unresolved(`${serviceName(from.service)} opens no connections: use one of its pods`);
  const to = findEnd(text.to, inventory);
  if ("message" in to) return to;
  const terms = termsOf(policies);
  const sources = from.kind === "pods" ? partiesOf(from.pods, from.ip, terms) : [addressParty(from)];
  const destination = destinationOf(to, asked, inventory, terms);
  if ("message" in destination) return destination;
  if (![...sources, ...destination.parties].some(({ pod }) => pod))
    return unresolved("one end must be a pod: policies apply to no other connections");
  const cases = new Pairs(inventory, sources, destination).cases();
  if ("message" in cases) return cases;
  if (cases.length === 0) return unresolved(`${text.from} and ${text.to} have no address family in common`);
  return {
    cases,
    leads: destination.leads,
    pods: { from: podsAt(sources), to: podsAt(destination.parties) },
    masked: destination.viaNode && from.kind === "address",
    ...(destination.untranslated && { untranslated: destination.untranslated }),
  };
}

function podsAt(parties: readonly Party[]): number {
  return parties.reduce((sum, { stands }) => sum + stands.length, 0);
}

/** Every source with every destination, in every family of addresses that both have. */
class Pairs {
  private readonly namespaces: ReadonlyMap<string, Inventory["namespaces"][number]>;
  private readonly nodes: ReadonlyMap<string, ReadonlySet<string>>;

  constructor(
    inventory: Inventory,
    private readonly sources: readonly Party[],
    private readonly destination: Destination,
  ) {
    this.namespaces = new Map(inventory.namespaces.map((namespace) => [namespace.name, namespace]));
    this.nodes = nodeAddresses(inventory);
  }

  cases(): readonly Case[] | Unresolved {
    const cases: Case[] = [];
    for (const to of this.destination.parties) {
      const ports = this.destination.portsOf(to);
      if ("message" in ports) return ports;
      for (const from of this.sources) cases.push(...this.casesOf(from, to, ports));
    }
    return cases;
  }

  private casesOf(from: Party, to: Party, ports: readonly PortSpan[]): readonly Case[] {
    const stands = { from: from.stands, to: to.stands };
    const isSame =
      from.pod && to.pod ? isSamePod(from.pod, to.pod) : Boolean(from.isLoopback ?? to.isLoopback);
    // Of several pods each is asked about the others.
    if (isSame && from.pod && to.pod && this.sources.length * this.destination.parties.length > 1) return [];
    if (isSame) {
      const ends = { from: this.endpoint(from, to), to: this.endpoint(to, from) };
      return [{ ...ends, toItself: true, ports, stands }];
    }
    const families = ([4, 6] as const).filter(
      (family) =>
        hasFamily(from, family) && hasFamily(to, family) && (this.destination.family ?? family) === family,
    );
    const isKnown = [from, to].some(({ pod, ip }) => ip !== undefined || (pod && pod.ips.length > 0));
    if (!isKnown) return [{ from: this.endpoint(from, to), to: this.endpoint(to, from), ports, stands }];
    return families.map((family) => ({
      from: this.endpoint(from, to, family),
      to: this.endpoint(to, from, family),
      family,
      ports,
      stands,
    }));
  }

  private endpoint(party: Party, other: Party, family?: Family): Endpoint {
    const { pod } = party;
    const node = other.pod?.node;
    if (!pod) {
      const ownNode = node !== undefined && this.nodes.get(node)?.has(party.ip!) === true;
      return { kind: "address", ip: party.ip!, ...(ownNode && { ownNode }) };
    }
    const ip = party.ip ?? pod.ips.find((each) => family === undefined || familyOf(each) === family);
    const ownNode = pod.hostNetwork && node !== undefined && node === pod.node;
    return {
      kind: "pod",
      pod,
      namespace: this.namespaces.get(pod.namespace) ?? impliedNamespace(pod.namespace),
      ...(ip !== undefined && { ip }),
      ...(ownNode && { ownNode }),
    };
  }
}

/** A pod whose addresses are not known may have both. */
function hasFamily({ pod, ip }: Party, family: Family): boolean {
  if (ip !== undefined) return familyOf(ip) === family;
  return !pod || pod.ips.length === 0 || pod.ips.some((each) => familyOf(each) === family);
}

function familyOf(ip: string): Family {
  return parseAddress(ip)!.family;
}
