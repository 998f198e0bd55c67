/** Whom a connection is to: the parties behind an end, and the ports that a Service's lead to on each. */
import { parseAddress } from "../../ir/address.js";
import type { Family } from "../../ir/address.js";
import type { Inventory, Service } from "../../ir/inventory.js";
import type { Peer } from "../../ir/policy.js";
import { nodeAddresses } from "../semantics/node_addresses.js";
import { isSamePod } from "../semantics/pod_variants.js";
import type { PortSpan } from "../sets/port_spans.js";
import type { End } from "./find_end.js";
import { addressParty, partiesOf } from "./parties.js";
import type { Party } from "./parties.js";
import { portsOn } from "./ports.js";
import type { AskedPort } from "./ports.js";
import {
  podsBehind,
  portText,
  serviceAtNodePort,
  serviceName,
  servicePorts,
  slicedEndpoints,
  targetOn,
  untranslatedPort,
} from "./services.js";
import type { Lead, SlicedEndpoint } from "./services.js";
import { unresolved } from "./unresolved.js";
import type { Unresolved } from "./unresolved.js";

export interface Destination {
  readonly parties: readonly Party[];
  readonly leads: readonly Lead[];
  /** On what is at an end. */
  portsOf(party: Party): readonly PortSpan[] | Unresolved;
  readonly viaNode: boolean;
  /** That of the Service's address which was asked about: it leads to addresses of its own family. */
  readonly family?: Family;
  /** A port of a headless Service, which leads nowhere but to the pods' own port of this number. */
  readonly untranslated?: Pick<Lead, "service" | "port">;
}

export function destinationOf(
  to: End,
  asked: readonly AskedPort[],
  inventory: Inventory,
  terms: readonly Peer[],
): Destination | Unresolved {
  if (to.kind === "service") return at(to.ip, ofService(to.service, "port", asked, inventory, terms));
  if (to.kind === "pods") return plain(partiesOf(to.pods, to.ip, terms), asked);
  const isNode = [...nodeAddresses(inventory).values()].some((ips) => ips.has(to.ip));
  const service = isNode ? serviceAtNodePort(asked, inventory) : undefined;
  return service
    ? at(to.ip, ofService(service, "nodePort", asked, inventory, terms))
    : plain([addressParty(to)], asked);
}

function at(ip: string | undefined, destination: Destination | Unresolved): Destination | Unresolved {
  return ip === undefined || "message" in destination
    ? destination
    : { ...destination, family: parseAddress(ip)!.family };
}

function plain(parties: readonly Party[], asked: readonly AskedPort[]): Destination {
  return { parties, leads: [], portsOf: ({ pod }) => portsOn(asked, pod), viaNode: false };
}

function ofService(
  service: Service,
  by: "port" | "nodePort",
  asked: readonly AskedPort[],
  inventory: Inventory,
  terms: readonly Peer[],
): Destination | Unresolved {
  const sliced = slicedEndpoints(service, inventory);
  if (sliced) return ofSlices(service, by, asked, sliced, terms);
  const pods = podsBehind(service, inventory);
  if ("message" in pods) return pods;
  if (service.headless) {
    const untranslated = untranslatedPort(asked, service);
    const destination = plain(partiesOf(pods, undefined, terms), asked);
    return untranslated ? { ...destination, untranslated: { service, port: untranslated } } : destination;
  }
  const ports = servicePorts(asked, service, by);
  if ("message" in ports) return ports;
  const leads = ports.flatMap((port) => {
    const targets = pods.map((pod) => ({ pod, target: targetOn(port, pod) }));
    const numbers = [...new Set(targets.flatMap(({ target }) => target ?? []))];
    return numbers.map((target): Lead => {
      const led = targets
        .filter((each) => each.target === target)
        .map(({ pod }) => `${pod.namespace}/${pod.name}`);
      return { service, port, target, pods: led };
    });
  });
  const dead = ports.find((port) => !leads.some((lead) => lead.port === port));
  if (dead && (leads.length === 0 || asked.every(({ kind }) => kind !== "any")))
    return unresolved(
      `${portText(dead)} of ${serviceName(service)} leads to a port named ${dead.targetPort}, but none of its pods has one`,
    );
  const led = pods.filter((pod) => ports.some((port) => targetOn(port, pod) !== undefined));
  return {
    parties: partiesOf(led, undefined, terms),
    leads,
    portsOf: ({ pod }) =>
      ports.flatMap((port) => {
        const target = targetOn(port, pod!);
        return target === undefined ? [] : [{ protocol: port.protocol, from: target, to: target }];
      }),
    viaNode: isViaNode(service, by),
  };
}

function isViaNode({ externalIps = [], localTraffic }: Service, by: "port" | "nodePort"): boolean {
  return (by === "nodePort" || externalIps.length > 0) && !localTraffic;
}

/** Of a Service without a selector: the pods and addresses that its slices name. */
function ofSlices(
  service: Service,
  by: "port" | "nodePort",
  asked: readonly AskedPort[],
  sliced: readonly SlicedEndpoint[],
  terms: readonly Peer[],
): Destination | Unresolved {
  const ports = service.headless ? service.ports : servicePorts(asked, service, by);
  if ("message" in ports) return ports;
  const led = sliced.filter(({ port }) => ports.includes(port));
  if (led.length === 0)
    return unresolved(`${serviceName(service)} has no ready endpoint in its EndpointSlices`);
  const pods = [...new Set(led.flatMap(({ pod }) => pod ?? []))];
  const addresses = [...new Set(led.flatMap(({ pod, ip }) => (pod ? [] : [ip])))];
  const parties = [
    ...partiesOf(pods, undefined, terms),
    ...addresses.map((ip) => addressParty({ kind: "address", ip, isLoopback: false })),
  ];
  if (service.headless) return plain(parties, asked);
  const isAt = ({ pod, ip }: SlicedEndpoint, party: Party) =>
    pod ? party.pod !== undefined && isSamePod(pod, party.pod) : ip === party.ip;
  return {
    parties,
    leads: leadsOf(service, led),
    portsOf: (party) => {
      const spans = led
        .filter((each) => isAt(each, party))
        .map(({ port: { protocol }, target }) => ({ protocol, from: target, to: target }));
      return [...new Map(spans.map((span) => [`${span.protocol} ${span.from}`, span])).values()];
    },
    viaNode: isViaNode(service, by),
  };
}

function leadsOf(service: Service, led: readonly SlicedEndpoint[]): Lead[] {
  const leads = new Map<string, Lead & { pods: string[] }>();
  for (const { port, target, ip, pod } of led) {
    const key = `${portText(port)} ${target}`;
    const lead = leads.get(key) ?? { service, port, target, pods: [] };
    const name = pod ? `${pod.namespace}/${pod.name}` : ip;
    if (!lead.pods.includes(name)) lead.pods.push(name);
    leads.set(key, lead);
  }
  return [...leads.values()];
}
