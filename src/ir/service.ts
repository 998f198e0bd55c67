/** Services and what is behind them, as the API has them. What the API fills in by default is absent here. */
import type { Span } from "../source/span.js";
import type { Namespaced } from "./namespaced.js";
import type { Protocol } from "./policy.js";

export type IpFamily = "IPv4" | "IPv6";

export type ServiceType = "ClusterIP" | "NodePort" | "LoadBalancer" | "ExternalName";

/** `PreferClose` is the earlier name of `PreferSameZone`. */
export type TrafficDistribution = "PreferClose" | "PreferSameZone" | "PreferSameNode";

export interface ServicePort {
  readonly name?: string;
  readonly port: number;
  readonly targetPort: number | string;
  readonly nodePort?: number;
  readonly protocol: Protocol;
  /** Absent for a port that no file contains. */
  readonly span?: Span;
}

/** An address in canonical text, and where it is written. */
export interface PlacedAddress {
  readonly ip: string;
  readonly span: Span;
}

/** An address of `status.loadBalancer.ingress`. */
export interface BalancerAddress extends PlacedAddress {
  /** The load balancer keeps the connection for itself: nodes do not serve the address. Default: VIP. */
  readonly ipMode?: "Proxy";
}

export interface SourceRange {
  /** Canonical text. */
  readonly block: string;
  readonly span: Span;
}

export interface Service extends Namespaced {
  readonly name: string;
  /** undefined: no selector, endpoints are managed by hand. */
  readonly selector?: Readonly<Record<string, string>>;
  readonly ports: readonly ServicePort[];
  /** Canonical text. Empty for a headless Service, and for a manifest without addresses. */
  readonly clusterIps?: readonly string[];
  /** Addresses of its load balancer and those in its manifest, served or not. Canonical text. */
  readonly externalIps?: readonly string[];
  /** Headless: its name resolves to its pods' own addresses. */
  readonly headless?: true;
  /** Its name is an alias of this one. */
  readonly externalName?: string;
  /** `externalTrafficPolicy: Local`: nodes do not forward outside connections to each other, so pods see the client. */
  readonly localTraffic?: true;
  /** `internalTrafficPolicy: Local`. */
  readonly internalLocal?: true;
  /** Absent for ClusterIP. */
  readonly type?: Exclude<ServiceType, "ClusterIP">;
  readonly ipFamilies?: readonly IpFamily[];
  /** `spec.externalIPs`. */
  readonly externalAddresses?: readonly PlacedAddress[];
  readonly balancerAddresses?: readonly BalancerAddress[];
  /** `spec.loadBalancerIP`: what was asked of the load balancer. Nodes serve what it got. */
  readonly requestedBalancerIp?: string;
  readonly loadBalancerClass?: string;
  readonly sourceRanges?: readonly SourceRange[];
  /** `sessionAffinity: ClientIP`: its time-out in seconds. */
  readonly affinitySeconds?: number;
  readonly healthCheckNodePort?: number;
  readonly publishNotReadyAddresses?: true;
  readonly trafficDistribution?: TrafficDistribution;
  /** Another proxy serves it: the label `service.kubernetes.io/service-proxy-name`. */
  readonly proxyName?: string;
  readonly span: Span;
}

/** `undefined` of a condition is what the API says an absent one means: ready, serving, not terminating. */
export interface SliceEndpoint {
  /** Canonical text. Consumers take the first one. */
  readonly addresses: readonly string[];
  readonly ready?: boolean;
  readonly serving?: boolean;
  readonly terminating?: boolean;
  readonly node?: string;
  readonly zone?: string;
  readonly forZones?: readonly string[];
  readonly forNodes?: readonly string[];
  /** As `NAMESPACE/NAME`. */
  readonly pod?: string;
  readonly span: Span;
}

export interface SlicePort {
  /** Empty for a Service with one port without a name. */
  readonly name: string;
  readonly protocol: Protocol;
  /** undefined: all ports, which no Service can use. */
  readonly port?: number;
}

export interface EndpointSlice extends Namespaced {
  readonly name: string;
  /** The Service, of the same namespace: the label `kubernetes.io/service-name`. */
  readonly service?: string;
  readonly addressType: IpFamily | "FQDN";
  readonly endpoints: readonly SliceEndpoint[];
  readonly ports: readonly SlicePort[];
  readonly proxyName?: string;
  /** The label `service.kubernetes.io/headless`: proxies leave it alone. */
  readonly headless?: true;
  readonly span: Span;
}

/** A node of the cluster. */
export interface Node {
  readonly name: string;
  /** Internal and external ones, in canonical text. */
  readonly ips: readonly string[];
  readonly zone?: string;
  /** Blocks of its pods' addresses, in canonical text. */
  readonly podCidrs?: readonly string[];
  readonly span?: Span;
}
