/** The addresses of a Service that a connection may ask for, and the endpoints that its node chooses from for each. */
import type { Lead } from "../../analysis/question/services.js";
import type { Question } from "../../analysis/question/question.js";
import { formatAddress, parseAddress } from "../../ir/address.js";
import type { Inventory } from "../../ir/inventory.js";
import type { FrontendKind } from "../../services/frontends/claim.js";
import { resolve } from "../../services/resolve.js";
import type { Client, Outcome } from "../../services/resolve.js";
import type { ServiceSettings } from "../../services/settings.js";

export interface Asked {
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
  /** `NAMESPACE/NAME` of the Service that has it; left out with `kind`: none answers there. */
  readonly service?: string;
  readonly kind?: FrontendKind;
  readonly outcome: Outcome["kind"];
  /** Why there is no answer. */
  readonly why?: string;
  readonly endpoints: readonly AskedEndpoint[];
  /** The clients of which this holds, if it does not hold of all. */
  readonly from?: readonly string[];
}

interface AskedEndpoint {
  readonly address: string;
  readonly port: number;
  /** As `NAMESPACE/NAME`. */
  readonly pod?: string;
  readonly node?: string;
}

/** @param to what was written: an address, or a name for all addresses of the Service */
export function askedOf(
  question: Question,
  to: string,
  inventory: Inventory,
  settings: Partial<ServiceSettings>,
): readonly Asked[] {
  if (!isKnown(question, inventory)) return [];
  const written = parseAddress(to);
  const targets = new Map(
    question.leads.flatMap((lead) =>
      (written ? [formatAddress(written)] : (lead.service.clusterIps ?? [])).flatMap((address) => {
        const port = portAt(lead, address);
        const target = { address, port: port!, protocol: lead.port.protocol, lead };
        return port === undefined ? [] : [[`${address} ${port} ${lead.port.protocol}`, target] as const];
      }),
    ),
  );
  return [...targets.values()].flatMap(({ address, port, protocol, lead }) => {
    const found = new Map<string, { asked: Asked; from: string[] }>();
    for (const { name, client, at } of clientsOf(question, address, lead, inventory)) {
      const outcome = resolve(inventory, { from: client, at, address, port, protocol }, settings);
      const asked = { address, port, protocol, ...described(outcome) };
      const key = JSON.stringify(asked);
      const same = found.get(key);
      if (same) same.from.push(name);
      else found.set(key, { asked, from: [name] });
    }
    const all = [...found.values()];
    return all.map(({ asked, from }) => (all.length > 1 ? { ...asked, from: [...new Set(from)] } : asked));
  });
}

/** Templates have no addresses: which endpoints there are is then not known, and not none. */
function isKnown({ cases, leads }: Question, { slices = [] }: Inventory): boolean {
  return (
    cases.some(({ stands }) => stands.to.some(({ ips }) => ips.length > 0)) ||
    slices.some(({ namespace, service: name }) =>
      leads.some(({ service }) => service.namespace === namespace && service.name === name),
    )
  );
}

function portAt({ service, port }: Lead, address: string): number | undefined {
  const own = [...(service.clusterIps ?? []), ...(service.externalIps ?? [])];
  return own.includes(address) ? port.port : port.nodePort;
}

interface AskingClient {
  readonly name: string;
  readonly client: Client;
  readonly at: string;
}

/** Each client with an address of the family. */
function clientsOf(
  { cases }: Question,
  address: string,
  { service }: Lead,
  { nodes }: Inventory,
): readonly AskingClient[] {
  const isV6 = address.includes(":");
  const nodeOf = (ip: string) => nodes.find(({ ips }) => ips.includes(ip))?.name;
  return cases.flatMap(({ from, stands }): AskingClient[] => {
    if (from.kind === "address") {
      if (from.ip.includes(":") !== isV6) return [];
      const own = nodeOf(from.ip);
      const client = { kind: own === undefined ? ("outside" as const) : ("node" as const), address: from.ip };
      const at = own ?? nodeOf(address);
      if (at !== undefined || nodes.length === 0) return [{ name: from.ip, client, at: at ?? "" }];
      // The network outside chooses the node.
      return nodes.map(({ name }) => ({ name: `${from.ip} by node ${name}`, client, at: name }));
    }
    return stands.from.flatMap(({ namespace, name, ips, hostNetwork, node = "" }) => {
      const own = ips.find((ip) => ip.includes(":") === isV6);
      // Whether source ranges let in a pod without an address is not known.
      if (own === undefined && (ips.length > 0 || service.sourceRanges)) return [];
      const kind = hostNetwork ? ("node" as const) : ("pod" as const);
      const client = { kind, address: own ?? (isV6 ? "::" : "0.0.0.0") };
      return [{ name: `${namespace}/${name}`, client, at: node }];
    });
  });
}

function described(outcome: Outcome): Pick<Asked, "service" | "kind" | "outcome" | "why" | "endpoints"> {
  if (outcome.kind !== "connected")
    return {
      outcome: outcome.kind,
      ...(outcome.kind === "silent" && { why: outcome.why }),
      endpoints: [],
    };
  const { service, frontend, choices } = outcome.to;
  return {
    service: `${service.namespace}/${service.name}`,
    kind: frontend,
    outcome: "connected",
    endpoints: choices.map(({ backend: { address, port, pod, node } }) => ({
      ...{ address, port },
      ...(pod !== undefined && { pod }),
      ...(node !== undefined && { node }),
    })),
  };
}

const KINDS: Readonly<Record<FrontendKind, string>> = {
  "cluster-ip": "the cluster IP",
  "node-port": "a node port",
  "load-balancer": "a load balancer's address",
  "external-ip": "an external IP",
};

/** Such as `10.96.0.10:80/TCP, the cluster IP of Service shop/db: 10.0.0.1:8080 (shop/db-0 on n1)`. */
export function askedWords({ from, ...asked }: Asked): string {
  const { address, port, protocol, service, kind } = asked;
  const what = `${addressText(address, port)}/${protocol}`;
  const whose = kind === undefined ? "" : `, ${KINDS[kind]} of Service ${service}`;
  const whom = from === undefined ? "" : `, asked from ${firstOf(from)}`;
  return `${what}${whose}${whom}: ${outcomeWords(asked)}`;
}

function firstOf(names: readonly string[]): string {
  const more = names.length - 3;
  return names.slice(0, 3).join(", ") + (more > 0 ? ` and ${more} more` : "");
}

function outcomeWords({ outcome, why, endpoints }: Omit<Asked, "from">): string {
  switch (outcome) {
    case "connected":
      return endpoints.map(endpointWords).join(", ");
    case "refused":
      return "no endpoint is ready, clients are refused";
    case "silent":
      return `no answer, because of the ${why}`;
    case "passed":
      return "not served, packets are routed as they are";
  }
}

function endpointWords({ address, port, pod, node }: AskedEndpoint): string {
  const words = [pod, node === undefined ? undefined : `on ${node}`].filter((each) => each !== undefined);
  return addressText(address, port) + (words.length > 0 ? ` (${words.join(" ")})` : "");
}

function addressText(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
