import type { Claim } from "./claim.js";
import type { NamespacedPods } from "./match.js";
import { Node } from "./node.js";
import type { Sentence, SentenceAction } from "./sentence.js";

/** An export of a policy file. */
export class Document extends Node<"policy" | "adminTier" | "baselineTier" | "claims" | "config"> {}

/** Copied to the objects that the document becomes. It decides nothing. */
export interface Metadata {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * The pods that a policy isolates, each of which becomes one NetworkPolicy. Its name is `NAME-WORKLOAD` for a list, the
 * policy's own name for a single entry, and the key for an object.
 */
export type Isolated =
  NamespacedPods | readonly NamespacedPods[] | { readonly [name: string]: NamespacedPods };

export interface PolicyOptions extends Metadata {
  /** Pods to isolate in both directions: they connect only as the rules allow. */
  readonly isolate?: Isolated;
  /** Pods to isolate for ingress: others connect to them only as the rules allow. */
  readonly isolateIngress?: Isolated;
  /** Pods to isolate for egress: they connect to others only as the rules allow. */
  readonly isolateEgress?: Isolated;
  readonly rules: readonly Sentence<"allow">[];
  /** Log the verdicts of this policy. */
  readonly logged?: boolean;
}

export interface TierOptions extends Metadata {
  /** 0 to 1000. Lower priorities are evaluated first. */
  readonly priority: number;
  /** The first rule that matches decides. */
  readonly rules: readonly Sentence<SentenceAction>[];
  /** Log the verdicts of this policy. */
  readonly logged?: boolean;
}

/** In order of creation, to find documents that a file creates but does not export. */
export const documents: Document[] = [];

export function made(kind: Document["kind"], content: object): Document {
  const document = new Document(kind, { id: documents.length, ...content });
  documents.push(document);
  return document;
}

/** Creates Kubernetes NetworkPolicies, one for each isolated workload. */
export function policy(name: string, options: PolicyOptions): Document {
  return made("policy", { name, options });
}

/** Creates a policy of the admin tier, which is evaluated before all NetworkPolicies. */
export function adminTier(name: string, options: TierOptions): Document {
  return made("adminTier", { name, options });
}

/** Creates a policy of the baseline tier, which decides for pods that no NetworkPolicy isolates. */
export function baselineTier(name: string, options: TierOptions): Document {
  return made("baselineTier", { name, options });
}

/** States what the policies must achieve. `polc test` proves it. */
export function claims(...claims: readonly Claim[]): Document {
  return made("claims", { claims });
}
