/** How a cluster's services are served: the same on all of its nodes. */

/** How a packet gets to the node of its backend. */
export type Dispatch = "opt" | "ipip" | "geneve" | "snat";

/** What a client gets whom no endpoint can serve. */
export type Refusal = "icmp" | "rst" | "drop";

export interface ServiceSettings {
  readonly dispatchTcp: Dispatch;
  readonly dispatchUdp: Dispatch;
  readonly refusal: Refusal;
  /** Serve `spec.externalIPs`. Off by default: whoever may write a Service could take any address of the cluster. */
  readonly externalIps: boolean;
  /** `loadBalancerSourceRanges` hold on node ports as well. */
  readonly sourceRangesOnNodePorts: boolean;
  /** Places of a Maglev table: a prime. */
  readonly tableSize: number;
  readonly seed: number;
  readonly genevePort: number;
  /** Ports of a node that SNAT takes for itself. */
  readonly snatFirst: number;
  readonly snatLast: number;
  /**
   * Source of what a pod sends itself by a service, of no host. The pod answers it by its default route; of a link-local IPv6
   * address it would ask its link for the neighbour. 100::/64 is for what goes nowhere (RFC 6666).
   */
  readonly hairpin4: string;
  readonly hairpin6: string;
  /** Blocks that the outer sources of `ipip` vary in, so that receivers spread their load. */
  readonly outer4?: string;
  readonly outer6?: string;
}

export const DEFAULT_SERVICE_SETTINGS: ServiceSettings = Object.freeze({
  dispatchTcp: "opt",
  dispatchUdp: "opt",
  refusal: "icmp",
  externalIps: false,
  sourceRangesOnNodePorts: false,
  tableSize: 16381,
  seed: 1,
  genevePort: 6081,
  snatFirst: 61000,
  snatLast: 65535,
  hairpin4: "169.254.42.1",
  hairpin6: "100::a9fe:2a01",
});
