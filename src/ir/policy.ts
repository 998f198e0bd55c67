/**
 * The intermediate representation: every front end (YAML, TypeScript) lowers to it, and everything later reads it. It is
 * frozen data without behaviour, and each node has the span it comes from. Equal policies have equal IR, apart from spans
 * and object kinds: whatever can be written in two ways (label order, `matchLabels` or `In` with one value) has one
 * canonical form here.
 */
import type { Span } from "../source/span.js";
import type { Namespaced } from "./namespaced.js";

export type Direction = "ingress" | "egress";

/** The protocols that a NetworkPolicy port may name. */
export type Protocol = "TCP" | "UDP" | "SCTP";

export type Action = "allow" | "deny" | "pass";

/** In order of evaluation (Network Policy API). */
export type Tier = "admin" | "networkpolicy" | "baseline";

export type LabelOperator = "In" | "NotIn" | "Exists" | "DoesNotExist";

/** One condition on labels. `values` is sorted, without duplicates, and empty for Exists and DoesNotExist. */
export interface Requirement {
  readonly key: string;
  readonly operator: LabelOperator;
  readonly values: readonly string[];
  readonly span: Span;
}

/**
 * A conjunction of requirements; without any it selects everything. Sorted by key, operator and values, without duplicates;
 * `matchLabels` entries are `In` with one value.
 */
export interface LabelSelector {
  readonly requirements: readonly Requirement[];
  readonly span: Span;
}

/**
 * Which namespaces. `name` is one namespace by name; a selector that is exactly `kubernetes.io/metadata.name In [x]`
 * is lowered to `name`, since the API server guarantees that label.
 */
export type NamespaceMatch =
  | {
      readonly kind: "name";
      readonly name: string;
      /** The namespace of a policy that does not write one. */
      readonly namespaceUnwritten?: true;
      readonly span: Span;
    }
  | { readonly kind: "selector"; readonly selector: LabelSelector; readonly span: Span };

/** Pods: those that `pods` selects in those namespaces. */
export interface PodMatch {
  readonly kind: "pods";
  readonly namespaces: NamespaceMatch;
  readonly pods: LabelSelector;
  readonly span: Span;
}

/** An address block in canonical text: host bits cleared, IPv6 by RFC 5952, such as `10.0.0.0/8` or `fd00::/8`. */
export interface Cidr {
  readonly text: string;
  readonly span: Span;
}

/** Addresses in `cidr` and in none of `except`. Pod addresses count too. `except` is sorted by its text. */
export interface BlockMatch {
  readonly kind: "block";
  readonly cidr: Cidr;
  readonly except: readonly Cidr[];
  readonly span: Span;
}

/** One peer of a rule (a peer term when compiled). */
export type Peer = PodMatch | BlockMatch;

/** Destination ports `from`..`to`, both included; 0..65535 is every port of the protocol. */
export interface PortRange {
  readonly kind: "range";
  readonly protocol: Protocol;
  readonly from: number;
  readonly to: number;
  readonly span: Span;
}

/** A container port of the destination pod, by name; it matches only if that port's protocol agrees. */
export interface NamedPort {
  readonly kind: "named";
  readonly protocol: Protocol;
  readonly name: string;
  readonly span: Span;
}

export type PortMatch = PortRange | NamedPort;

/** Metadata of an object besides its name: for people, and for the tools that apply it. */
export interface PolicyMetadata {
  readonly labels?: Readonly<Record<string, string>>;
  /** Without the annotation for logging, which is `logged`. */
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * One allow, deny or pass. In the NetworkPolicy tier `subject` is the policy's own and `action` is allow. In the other
 * tiers each rule has its subject, and the order of the rules is their order of evaluation.
 */
export interface Rule {
  readonly direction: Direction;
  readonly action: Action;
  readonly subject: PodMatch;
  /** undefined: every peer, inside or outside the cluster. Never empty. */
  readonly peers?: readonly Peer[];
  /** undefined: every port of every protocol, ICMP included. Never empty. */
  readonly ports?: readonly PortMatch[];
  /** Log the connections that this rule decides. */
  readonly logged: boolean;
  /** The rule's name. Only tier rules have one. */
  readonly ruleName?: string;
  readonly span: Span;
}

/** A peer of a kind that polc does not support. */
export interface UnknownPeer {
  readonly kind: "nodes" | "domainNames";
  readonly span: Span;
}

/**
 * A rule with such a peer, as written. The Network Policy API defines how it is treated: an accepting rule matches
 * nothing, and a denying or passing rule is a "Deny all" rule. So a policy's `rules` omit the former, and contain a deny
 * of every peer on every port, with the same span, for the latter.
 */
export interface FailClosedRule {
  readonly direction: Direction;
  readonly action: Action;
  readonly subject: PodMatch;
  /** Never empty. */
  readonly unknown: readonly UnknownPeer[];
  readonly span: Span;
}

/** A `networking.k8s.io/v1` NetworkPolicy. */
export interface NetworkPolicy extends Namespaced {
  readonly kind: "NetworkPolicy";
  readonly tier: "networkpolicy";
  readonly name: string;
  readonly subject: PodMatch;
  /** The directions in which the subject is isolated (`policyTypes`, defaults applied). */
  readonly isolates: { readonly ingress: boolean; readonly egress: boolean };
  /** Ingress rules first, each direction in the order of the source. Only of isolated directions. */
  readonly rules: readonly Rule[];
  /** Verdicts of this policy are logged (`policy.network.gke.io/enable-logging: "true"`). */
  readonly logged: boolean;
  readonly metadata?: PolicyMetadata;
  readonly span: Span;
}

/** The kinds of the Network Policy API. A ClusterNetworkPolicy may be of either tier. */
export type TierKind = "ClusterNetworkPolicy" | "AdminNetworkPolicy" | "BaselineAdminNetworkPolicy";

/** A policy of the admin or baseline tier (Network Policy API), cluster-scoped. */
export interface TierPolicy {
  readonly kind: "AdminTier" | "BaselineTier";
  /** The kind of the object it was read from; none for TypeScript. */
  readonly writtenAs?: TierKind;
  readonly tier: "admin" | "baseline";
  readonly name: string;
  /** Lower is evaluated first. 0 to 1000, or after all: see `priority.ts`. */
  readonly priority: number;
  readonly rules: readonly Rule[];
  /** undefined: none. Never empty. */
  readonly failClosed?: readonly FailClosedRule[];
  readonly logged: boolean;
  readonly metadata?: PolicyMetadata;
  readonly span: Span;
}

export type Policy = NetworkPolicy | TierPolicy;
