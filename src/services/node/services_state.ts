/** What `polc-loader services` reads: all services as one node serves them, or a change of that. */
import type { Protocol } from "../../ir/policy.js";
import type { FrontendKind } from "../frontends/claim.js";
import type { Dispatch, Refusal } from "../settings.js";

export const SERVICES_VERSION = 1;

export type ServicesState = WholeServices | ServicesDelta;

interface Head {
  readonly kind: "services";
  readonly version: typeof SERVICES_VERSION;
  readonly generation: number;
}

/** Everything, whatever was before. */
export interface WholeServices extends Head {
  readonly whole: true;
  readonly objects: ServiceObjects;
  readonly config: ServicesConfig;
  readonly capacity: Capacity;
  readonly links: readonly ServiceLink[];
  readonly pods: readonly ServicePod[];
  /** A cgroup2 folder: the sockets of its processes are served. Absent: none are. */
  readonly cgroup?: string;
  readonly destinations: readonly Destination[];
  readonly endpoints: readonly EndpointEntry[];
  readonly sets: readonly EndpointSet[];
  readonly ports: readonly PortEntry[];
  readonly frontends: readonly FrontendEntry[];
  readonly sourceRanges: readonly SourceRangeEntry[];
}

/** What is put over the generation before, and what goes. */
export interface ServicesDelta extends Head {
  readonly whole: false;
  /** Gone are those of these interfaces. */
  readonly pods: Change<ServicePod, string>;
  readonly destinations: Change<Destination, string>;
  readonly endpoints: Change<EndpointEntry, number>;
  readonly sets: Change<EndpointSet, number>;
  readonly ports: Change<PortEntry, number>;
  readonly frontends: Change<FrontendEntry, Pick<FrontendEntry, "address" | "port" | "protocol">>;
  readonly sourceRanges: Change<SourceRangeEntry, SourceRangeEntry>;
}

export interface Change<V, K> {
  readonly put: readonly V[];
  readonly remove: readonly K[];
}

export interface ServiceObject {
  /** Path, relative to the state file. */
  readonly path: string;
  /** Of the object file, in hex. */
  readonly sha256: string;
}

export interface ServiceObjects {
  readonly tc: ServiceObject;
  readonly xdp: ServiceObject;
  readonly socket: ServiceObject;
}

/** `struct service_config`. */
export interface ServicesConfig {
  readonly tableSize: number;
  readonly seed: number;
  readonly dispatchTcp: Dispatch;
  readonly dispatchUdp: Dispatch;
  readonly refusal: Refusal;
  readonly genevePort: number;
  readonly snatFirst: number;
  readonly snatLast: number;
  readonly mtu: number;
  readonly node4?: string;
  readonly node6?: string;
  readonly hairpin4: string;
  readonly hairpin6: string;
  readonly outer4?: string;
  readonly outer6?: string;
}

/** Entries that the tables have room for; the first state fixes them. */
export interface Capacity {
  readonly ports: number;
  readonly sets: number;
  readonly members: number;
  readonly endpoints: number;
  readonly frontends: number;
  readonly destinations: number;
  readonly rows: number;
}

export interface ServiceLink {
  readonly name: string;
  readonly hook: "auto" | "xdp" | "tc" | "xdp-generic";
}

/** A pod of the node, by its interface in the network namespace that the loader runs in. */
export interface ServicePod {
  readonly name: string;
  readonly interface: string;
  /** Path of its network namespace. */
  readonly netns?: string;
  /** Its own, and blocks that it may send from as well: what has another source opens no flow. Absent: not known. */
  readonly addresses?: readonly string[];
  readonly sources?: readonly string[];
}

export type DestinationFlag = "cluster-ip" | "external" | "node" | "own";

export interface Destination {
  readonly address: string;
  readonly flags: readonly DestinationFlag[];
}

export interface EndpointEntry {
  readonly id: number;
  readonly servicePort: number;
  readonly address: string;
  readonly port: number;
  readonly flags: readonly ("local" | "on-host")[];
  /** Address of its node, of the same family; absent: it is on no node, and only SNAT reaches it. */
  readonly node?: string;
}

export interface EndpointSet {
  readonly id: number;
  readonly endpoints: readonly number[];
}

export type WhenEmpty = "refuse" | "drop";

export interface PortEntry {
  readonly id: number;
  /** For the cluster IP, for clients outside, for clients inside. 0: the empty set. */
  readonly sets: readonly [number, number, number];
  readonly empty: readonly [WhenEmpty, WhenEmpty, WhenEmpty];
  readonly flags: readonly ("source-ranges" | "source-ranges-node-port" | "node-port-local")[];
  /** Seconds; 0: none. */
  readonly affinity: number;
  /** Number of the Service. */
  readonly name: number;
}

export interface FrontendEntry {
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly servicePort: number;
  readonly kind: FrontendKind;
}

export interface SourceRangeEntry {
  readonly servicePort: number;
  readonly block: string;
}
