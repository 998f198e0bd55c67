/**
 * A node's services as rules of nftables, in the form of kube-proxy's: translation by the kernel's own NAT, replies through
 * the node that translated. The baseline that direct server return is shown beside, and the proof that the lab itself works.
 */
import type { Family } from "../../ir/address.js";
import type {
  EndpointEntry,
  FrontendEntry,
  PortEntry,
  WholeServices,
} from "../../services/node/services_state.js";
import { MARK_FOR_MASQUERADE, TABLE, tableCommands } from "./nftables_table.js";

const CLUSTER_IP = 0;
const OUTSIDE = 1;
const INSIDE = 2;

/**
 * @param inside blocks of the cluster's pods
 */
export function nftablesRules(state: WholeServices, inside: readonly string[]): string {
  return FAMILIES.map((family) => {
    const rules = new Rules(family, state, inside);
    const table = `${rules.ip} ${TABLE}`;
    return lines([
      ...[`add table ${table}`, `delete table ${table}`, `add table ${table}`],
      ...tableCommands(family, rules.inside),
      ...rules.addresses(),
      ...rules.commandsOf(() => true),
    ]);
  }).join("");
}

/** What kube-proxy writes when the endpoints of one port of a Service are others: its chains anew, and nothing else. */
export function nftablesChange(state: WholeServices, inside: readonly string[], servicePort: number): string {
  return FAMILIES.map((family) =>
    lines(new Rules(family, state, inside).chainsOf((each) => each.servicePort === servicePort)),
  ).join("");
}

const FAMILIES = [4, 6] as const;

type Choosing = (frontend: FrontendEntry) => boolean;

class Rules {
  readonly ip: "ip" | "ip6";
  readonly inside: readonly string[];
  private readonly ports: ReadonlyMap<number, PortEntry>;
  private readonly endpoints: ReadonlyMap<number, EndpointEntry>;
  private readonly endpointSets: ReadonlyMap<number, readonly number[]>;
  private readonly ranges = new Map<number, string[]>();

  constructor(
    private readonly family: Family,
    private readonly state: WholeServices,
    inside: readonly string[],
  ) {
    this.ip = family === 4 ? "ip" : "ip6";
    this.inside = inside.filter((block) => this.isOurs({ address: block }));
    this.ports = new Map(state.ports.map((port) => [port.id, port]));
    this.endpoints = new Map(state.endpoints.map((endpoint) => [endpoint.id, endpoint]));
    this.endpointSets = new Map(state.sets.map(({ id, endpoints }) => [id, endpoints]));
    for (const { servicePort, block } of state.sourceRanges)
      if (this.isOurs({ address: block }))
        this.ranges.set(servicePort, [...(this.ranges.get(servicePort) ?? []), block]);
  }

  addresses(): string[] {
    const of = (flag: "own" | "cluster-ip") =>
      this.state.destinations.filter((each) => this.isOurs(each) && each.flags.includes(flag));
    return [
      ...of("cluster-ip").map(({ address }) => this.element("cluster-ips", address)),
      ...of("own").map(({ address }) => this.element("nodeport-ips", address)),
      ...this.state.endpoints
        .filter((each) => this.isOurs(each) && each.flags.includes("local"))
        .flatMap(({ address, port, servicePort }) =>
          this.protocolsOf(servicePort).map((protocol) =>
            this.element("hairpin-connections", `${address} . ${address} . ${protocol} . ${port}`),
          ),
        ),
    ];
  }

  commandsOf(chosen: Choosing): string[] {
    return [...this.chainsOf(chosen), ...this.frontends(chosen).flatMap((each) => this.elementsOf(each))];
  }

  /** The chains come before what leads to them. */
  chainsOf(chosen: Choosing): string[] {
    const frontends = this.frontends(chosen);
    const choices = new Map<string, string[]>();
    for (const { servicePort, protocol, kind } of frontends)
      for (const whom of kind === "cluster-ip" ? [CLUSTER_IP] : [OUTSIDE, INSIDE]) {
        const name = this.choiceName(servicePort, whom);
        if (!choices.has(name)) choices.set(name, this.choose(name, servicePort, protocol, whom));
      }
    return [
      ...[...choices.values()].flat(),
      ...frontends.filter(({ kind }) => kind !== "cluster-ip").flatMap((each) => this.externalChain(each)),
    ];
  }

  private isOurs({ address }: { readonly address: string }): boolean {
    return address.includes(":") === (this.family === 6);
  }

  private frontends(chosen: Choosing): readonly FrontendEntry[] {
    return this.state.frontends.filter((each) => this.isOurs(each) && chosen(each));
  }

  private protocolsOf(servicePort: number): string[] {
    this.protocols ??= new Map(
      this.state.frontends.map((each) => [each.servicePort, each.protocol.toLowerCase()]),
    );
    const protocol = this.protocols.get(servicePort);
    return protocol === undefined ? [] : [protocol];
  }
  private protocols: Map<number, string> | undefined;

  /** What leads to a frontend, or refuses a client whom no endpoint can serve. */
  private elementsOf(frontend: FrontendEntry): string[] {
    const { kind, address, port, protocol, servicePort } = frontend;
    const { sets, empty, flags } = this.ports.get(servicePort)!;
    const isNodePort = kind === "node-port";
    const key = `${isNodePort ? "" : `${address} . `}${protocol.toLowerCase()} . ${port}`;
    const whom = kind === "cluster-ip" ? CLUSTER_IP : OUTSIDE;
    const left = sets[whom] !== 0 || (whom === OUTSIDE && sets[INSIDE] !== 0);
    const chain = whom === CLUSTER_IP ? this.choiceName(servicePort, whom) : externalName(frontend);
    const refusal = empty[whom] === "drop" ? "drop" : "goto reject-chain";
    return [
      ...(left
        ? [this.element(isNodePort ? "service-nodeports" : "service-ips", `${key} : goto ${chain}`)]
        : []),
      ...(sets[whom] === 0
        ? [this.element(isNodePort ? "no-endpoint-nodeports" : "no-endpoint-services", `${key} : ${refusal}`)]
        : []),
      ...(kind === "load-balancer" && flags.includes("source-ranges")
        ? this.firewall(servicePort, key, frontend)
        : []),
    ];
  }

  /** Who of a load balancer's clients may not come. */
  private firewall(servicePort: number, key: string, frontend: FrontendEntry): string[] {
    const blocks = this.ranges.get(servicePort) ?? [];
    const name = `firewall-${externalName(frontend)}`;
    const rules = [...blocks.map((block) => `${this.ip} saddr ${block} return`), "drop"];
    return [...this.chain(name, rules), this.element("firewall-ips", `${key} : goto ${name}`)];
  }

  /** From the pods and from this node, whatever the traffic policy for clients outside. */
  private externalChain(frontend: FrontendEntry): string[] {
    const { servicePort } = frontend;
    const { sets } = this.ports.get(servicePort)!;
    const [outside, inside] = [this.choiceName(servicePort, OUTSIDE), this.choiceName(servicePort, INSIDE)];
    if (sets[OUTSIDE] === sets[INSIDE])
      return sets[OUTSIDE] === 0
        ? []
        : this.chain(externalName(frontend), [MARK_FOR_MASQUERADE, `goto ${outside}`]);
    return this.chain(externalName(frontend), [
      ...(this.inside.length > 0 && sets[INSIDE] !== 0
        ? [`${this.ip} saddr { ${this.inside.join(", ")} } goto ${inside}`]
        : []),
      ...(sets[INSIDE] !== 0
        ? [`fib saddr type local ${MARK_FOR_MASQUERADE}`, `fib saddr type local goto ${inside}`]
        : []),
      ...(sets[OUTSIDE] !== 0 ? [`goto ${outside}`] : []),
    ]);
  }

  private choose(name: string, servicePort: number, protocol: string, whom: number): string[] {
    const { sets, affinity } = this.ports.get(servicePort)!;
    const ids = this.endpointSets.get(sets[whom]!) ?? [];
    if (ids.length === 0) return [];
    const of = `numgen random mod ${ids.length}`;
    const l4 = `meta l4proto ${protocol.toLowerCase()} dnat ${this.ip}`;
    if (affinity === 0) {
      const places = ids.map((id, index) => `${index} : ${this.placeOf(id)}`).join(", ");
      return this.chain(name, [`${l4} addr . port to ${of} map { ${places} }`]);
    }
    const verdicts = ids.map((id, index) => `${index} : goto endpoint-${id}`).join(", ");
    return [
      ...ids.flatMap((id) => this.stickyEndpoint(id, affinity, l4)),
      ...this.chain(name, [
        ...ids.map((id) => `${this.ip} saddr @affinity-${id} goto endpoint-${id}`),
        `${of} vmap { ${verdicts} }`,
      ]),
    ];
  }

  /** An endpoint that keeps its clients, and the set of those that it has. */
  private stickyEndpoint(id: number, seconds: number, l4: string): string[] {
    const type = this.family === 4 ? "ipv4_addr" : "ipv6_addr";
    const { address, port } = this.endpoints.get(id)!;
    return [
      `add set ${this.ip} ${TABLE} affinity-${id} { type ${type}; flags dynamic,timeout; timeout ${seconds}s; }`,
      ...this.chain(`endpoint-${id}`, [
        `update @affinity-${id} { ${this.ip} saddr }`,
        `${l4} to ${this.family === 4 ? `${address}:${port}` : `[${address}]:${port}`}`,
      ]),
    ];
  }

  private placeOf(id: number): string {
    const { address, port } = this.endpoints.get(id)!;
    return `${address} . ${port}`;
  }

  /** Equal sets of a port have one chain. */
  private choiceName(servicePort: number, whom: number): string {
    return `service-${servicePort}-${this.ports.get(servicePort)!.sets.indexOf(this.ports.get(servicePort)!.sets[whom]!)}`;
  }

  private element(set: string, element: string): string {
    return `add element ${this.ip} ${TABLE} ${set} { ${element} }`;
  }

  /** Whatever was in it before. */
  private chain(name: string, rules: readonly string[]): string[] {
    const chain = `${this.ip} ${TABLE} ${name}`;
    return [
      `add chain ${chain}`,
      `flush chain ${chain}`,
      ...rules.map((rule) => `add rule ${chain} ${rule}`),
    ];
  }
}

/** Of the frontend's own fields alone; they are the key of the list. */
function externalName({ kind, address, port, protocol }: FrontendEntry): string {
  return `${kind}-${address.replace(/[.:]/g, "_")}-${port}-${protocol.toLowerCase()}`;
}

function lines(commands: readonly string[]): string {
  return commands.map((command) => `${command}\n`).join("");
}
