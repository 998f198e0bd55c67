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

const CLUSTER_IP = 0;
const OUTSIDE = 1;
const INSIDE = 2;
const TABLE = "polc-lab-services";
const MASQUERADE = "0x4000";

/**
 * @param inside blocks of the cluster's pods: their source addresses stay with cluster IPs
 */
export function nftablesRules(state: WholeServices, inside: readonly string[]): string {
  return ([4, 6] as const).map((family) => familyTable(family, state, inside)).join("");
}

function familyTable(family: Family, state: WholeServices, inside: readonly string[]): string {
  const of = ({ address }: { readonly address: string }) => address.includes(":") === (family === 6);
  const frontends = state.frontends.filter(of);
  const rules = new Rules(family, state, inside.filter((block) => of({ address: block })));
  const table = `${rules.ip} ${TABLE}`;
  const addresses = state.destinations.filter(of);
  const own = addresses.filter(({ flags }) => flags.includes("own")).map(({ address }) => address);
  const clusterIps = addresses.filter(({ flags }) => flags.includes("cluster-ip")).map(({ address }) => address);
  const chains = frontends.flatMap((frontend) => rules.chainsOf(frontend));
  return `table ${table}
delete table ${table}
table ${table} {
${rules.sets()}
  chain mark-for-masquerade {
    meta mark set meta mark or ${MASQUERADE}
  }
${[...rules.endpointChains(), ...chains].join("\n")}
  chain services {
${frontends.flatMap((frontend) => rules.jump(frontend, own, "nat")).join("\n")}
  }
  chain outside-ranges {
${frontends.flatMap((frontend) => rules.jump(frontend, own, "ranges")).join("\n")}
  }
  chain refused {
${frontends.flatMap((frontend) => rules.jump(frontend, own, "filter")).join("\n")}
  }
  chain cluster-ips {
${clusterIps.map((address) => `    ${rules.ip} daddr ${address} ${rules.reject}`).join("\n")}
  }
  chain nat-prerouting {
    type nat hook prerouting priority -100;
    jump services
  }
  chain nat-output {
    type nat hook output priority -100;
    jump services
  }
  chain nat-postrouting {
    type nat hook postrouting priority 100;
    meta mark & ${MASQUERADE} == 0 return
    meta mark set meta mark and 0xffffbfff
    masquerade fully-random
  }
${filter("outside-ranges", ["prerouting", "output"], BEFORE)}
${filter("refused", ["input", "forward", "output"], BEFORE)}
${filter("cluster-ips", ["forward", "output"], AFTER)}
}
`;
}

/** Priorities: before the translation of a hook, and after it. */
const BEFORE = -110;
const AFTER = 0;

function filter(name: string, hooks: readonly string[], priority: number): string {
  return hooks
    .map((hook) => chain(`${name}-${hook}`, [`type filter hook ${hook} priority ${priority};`, `ct state new jump ${name}`]))
    .join("\n");
}

class Rules {
  readonly ip: "ip" | "ip6";
  readonly reject: string;
  private readonly ports: ReadonlyMap<number, PortEntry>;
  private readonly endpoints: ReadonlyMap<number, EndpointEntry>;
  private readonly sets_: ReadonlyMap<number, readonly number[]>;

  constructor(
    private readonly family: Family,
    private readonly state: WholeServices,
    private readonly inside: readonly string[],
  ) {
    this.ip = family === 4 ? "ip" : "ip6";
    this.reject = family === 4 ? "reject with icmp port-unreachable" : "reject with icmpv6 port-unreachable";
    this.ports = new Map(state.ports.map((port) => [port.id, port]));
    this.endpoints = new Map(state.endpoints.map((endpoint) => [endpoint.id, endpoint]));
    this.sets_ = new Map(state.sets.map(({ id, endpoints }) => [id, endpoints]));
  }

  /** Of each endpoint with affinity, the clients that it has. */
  sets(): string {
    return this.familyEndpoints()
      .filter(({ servicePort }) => this.affinityOf(servicePort) > 0)
      .map(
        ({ id, servicePort }) =>
          `  set affinity-${id} {
    type ${this.family === 4 ? "ipv4_addr" : "ipv6_addr"}
    flags dynamic,timeout
    timeout ${this.affinityOf(servicePort)}s
  }`,
      )
      .join("\n");
  }

  endpointChains(): string[] {
    return this.familyEndpoints().map(({ id, address, port, servicePort }) => {
      const to = this.family === 4 ? `${address}:${port}` : `[${address}]:${port}`;
      const affinity =
        this.affinityOf(servicePort) > 0 ? `    update @affinity-${id} { ${this.ip} saddr }\n` : "";
      return `  chain endpoint-${id} {
    ${this.ip} saddr ${address} jump mark-for-masquerade
${affinity}    meta l4proto { tcp, udp, sctp } dnat to ${to}
  }`;
    });
  }

  /** What a frontend does with what is to it. */
  chainsOf(frontend: FrontendEntry): string[] {
    const port = this.ports.get(frontend.servicePort)!;
    const name = chainName(frontend);
    const lines =
      frontend.kind === "cluster-ip"
        ? [
            ...this.unlessInside("jump mark-for-masquerade"),
            ...this.choose(port, CLUSTER_IP),
          ]
        : [...this.fromInside(port, name), ...this.fromOutside(port)];
    const inner = frontend.kind === "cluster-ip" ? [] : [chain(`${name}-inside`, this.choose(port, INSIDE))];
    return [...inner, chain(name, lines)];
  }

  /** A rule for a frontend: translation, or what a client gets whom no endpoint can serve. */
  jump(frontend: FrontendEntry, own: readonly string[], table: "nat" | "ranges" | "filter"): string[] {
    const port = this.ports.get(frontend.servicePort)!;
    const addresses = frontend.kind === "node-port" ? own : [frontend.address];
    const rules =
      table === "nat"
        ? this.isLeft(frontend, port)
          ? [`goto ${chainName(frontend)}`]
          : []
        : table === "ranges"
          ? this.ranges(frontend, port)
          : this.whenEmpty(frontend, port);
    return addresses.flatMap((address) =>
      rules.map(
        (rule) =>
          `    ${this.ip} daddr ${address} meta l4proto ${frontend.protocol.toLowerCase()} th dport ${frontend.port} ${rule}`,
      ),
    );
  }

  private isLeft({ kind }: FrontendEntry, { sets }: PortEntry): boolean {
    return kind === "cluster-ip" ? sets[CLUSTER_IP] !== 0 : sets[OUTSIDE] !== 0 || sets[INSIDE] !== 0;
  }

  private whenEmpty({ kind }: FrontendEntry, { sets, empty }: PortEntry): string[] {
    const whom = kind === "cluster-ip" ? CLUSTER_IP : OUTSIDE;
    if (sets[whom] !== 0) return [];
    // What comes from here is inside, and not translated yet where this is asked.
    const unlessInside = whom === OUTSIDE && sets[INSIDE] !== 0 ? "fib saddr type != local " : "";
    return [`${unlessInside}${empty[whom] === "drop" ? "drop" : this.reject}`];
  }

  /** Who of a load balancer's clients may not come. */
  private ranges({ kind, servicePort }: FrontendEntry, { flags }: PortEntry): string[] {
    if (kind !== "load-balancer" || !flags.includes("source-ranges")) return [];
    const blocks = this.state.sourceRanges.filter((range) => range.servicePort === servicePort);
    return [...blocks.map(({ block }) => `${this.ip} saddr ${block} return`), "drop"];
  }

  /** From the pods and from this node, whatever the traffic policy for clients outside. */
  private fromInside(port: PortEntry, name: string): string[] {
    if (port.sets[OUTSIDE] === port.sets[INSIDE]) return [];
    return [
      ...this.inside.map((block) => `${this.ip} saddr ${block} goto ${name}-inside`),
      "fib saddr type local jump mark-for-masquerade",
      `fib saddr type local goto ${name}-inside`,
    ];
  }

  private fromOutside(port: PortEntry): string[] {
    const isCluster = port.sets[OUTSIDE] === port.sets[INSIDE];
    return [...(isCluster ? ["jump mark-for-masquerade"] : []), ...this.choose(port, OUTSIDE)];
  }

  private unlessInside(rule: string): string[] {
    if (this.inside.length === 0) return [rule];
    return [`${this.ip} saddr != { ${this.inside.join(", ")} } ${rule}`];
  }

  private choose({ sets, affinity }: PortEntry, whom: number): string[] {
    const endpoints = this.sets_.get(sets[whom]!) ?? [];
    if (endpoints.length === 0) return [];
    const verdicts = endpoints.map((id, index) => `${index}: goto endpoint-${id}`).join(", ");
    return [
      ...(affinity > 0 ? endpoints.map((id) => `${this.ip} saddr @affinity-${id} goto endpoint-${id}`) : []),
      `numgen random mod ${endpoints.length} vmap { ${verdicts} }`,
    ];
  }

  private familyEndpoints(): readonly EndpointEntry[] {
    return [...this.endpoints.values()].filter(({ address }) => address.includes(":") === (this.family === 6));
  }

  private affinityOf(servicePort: number): number {
    return this.ports.get(servicePort)?.affinity ?? 0;
  }
}

function chain(name: string, rules: readonly string[]): string {
  return `  chain ${name} {\n${rules.map((rule) => `    ${rule}\n`).join("")}  }`;
}

/** Of the frontend's own fields alone; they are the key of the list. */
function chainName({ kind, address, port, protocol }: FrontendEntry): string {
  return `${kind}-${address.replace(/[.:]/g, "_")}-${port}-${protocol.toLowerCase()}`;
}
