import type { Claim } from "./claim.js";
import type { NamespacedPods } from "./match.js";
import { Node } from "./node.js";
import type { Sentence, SentenceAction } from "./sentence.js";

/** What a policy file exports. */
export class Document extends Node<"policy" | "adminTier" | "baselineTier" | "claims" | "config"> {}

/** Goes along with the objects that are made of the document; it decides nothing. */
export interface Metadata {
  readonly labels?: Readonly<Record<string, string>>;
  readonly annotations?: Readonly<Record<string, string>>;
}

/**
 * The pods that a policy isolates, each giving one NetworkPolicy: of a list named `NAME-WORKLOAD`, alone named like the
 * policy itself, in an object named by their keys.
 */
export type Isolated =
  NamespacedPods | readonly NamespacedPods[] | { readonly [name: string]: NamespacedPods };

export interface PolicyOptions extends Metadata {
  /** Pods that only the rules let connect, in both directions. */
  readonly isolate?: Isolated;
  /** Pods that only the rules let others connect to. */
  readonly isolateIngress?: Isolated;
  /** Pods that only the rules let connect to others. */
  readonly isolateEgress?: Isolated;
  readonly rules: readonly Sentence<"allow">[];
  /** Verdicts of this policy are logged. */
  readonly logged?: boolean;
}

export interface TierOptions extends Metadata {
  /** 0 to 1000, lower is evaluated first. */
  readonly priority: number;
  /** The first that matches decides. */
  readonly rules: readonly Sentence<SentenceAction>[];
  /** Verdicts of this policy are logged. */
  readonly logged?: boolean;
}

/** In order of making, to find the ones that a file makes and does not export. */
export const documents: Document[] = [];

export function made(kind: Document["kind"], content: object): Document {
  const document = new Document(kind, { id: documents.length, ...content });
  documents.push(document);
  return document;
}

/** Kubernetes NetworkPolicies: one for each isolated workload. */
export function policy(name: string, options: PolicyOptions): Document {
  return made("policy", { name, options });
}

/** A policy of the admin tier: it is evaluated before all NetworkPolicies. */
export function adminTier(name: string, options: TierOptions): Document {
  return made("adminTier", { name, options });
}

/** A policy of the baseline tier: it decides for pods that no NetworkPolicy isolates. */
export function baselineTier(name: string, options: TierOptions): Document {
  return made("baselineTier", { name, options });
}

/** What the policies must bring about; `polc test` proves it. */
export function claims(...claims: readonly Claim[]): Document {
  return made("claims", { claims });
}
