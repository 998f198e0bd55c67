/** What the numbers mean that the kernel reports of a subject: its policies, and their rules. */
import { impliedNamespace, selectsPod } from "../analysis/semantics/select.js";
import type { Inventory, Namespace, Pod } from "../ir/inventory.js";
import type { Direction, NetworkPolicy, Policy, Rule } from "../ir/policy.js";

/** Pods that no policy can tell apart, with the names behind the numbers in the log. Indices are into those of the manifest. */
export interface Profile {
  /** From 1. It means this for as long as the instance lives. */
  readonly number: number;
  readonly set: string;
  /** `setDigest` of the policy set: equal for sets that decide the same. */
  readonly content: string;
  /** `namespace/name`, sorted. */
  readonly pods: readonly string[];
  /** Policies that select the pods. */
  readonly policies: readonly number[];
  /** By the number in an event, less 1: the rule's place in the manifest. */
  readonly rules: readonly number[];
  /** NetworkPolicies that isolate the pods. */
  readonly isolatedBy: Readonly<Record<Direction, readonly number[]>>;
}

/** A profile by what it means, where there is no manifest. */
export interface Meaning {
  readonly number: number;
  readonly set: string;
  readonly policies: readonly Policy[];
  /** Of the whole set, in order of evaluation. */
  readonly rules: readonly Rule[];
  readonly isolatedBy: Readonly<Record<Direction, readonly NetworkPolicy[]>>;
}

export type NamespaceView = Pick<Namespace, "name" | "labels">;

/** `namespace/name`, how a pod is named in states, plans and logs. */
export function podKey(pod: Pick<Pod, "namespace" | "name">): string {
  return `${pod.namespace}/${pod.name}`;
}

/** Finds a namespace; one that the inventory does not have has the one label that every namespace has. */
export function namespaceFinder(inventory: Pick<Inventory, "namespaces">): (name: string) => NamespaceView {
  const known = new Map<string, NamespaceView>(
    inventory.namespaces.map((namespace) => [namespace.name, namespace]),
  );
  return (name) => known.get(name) ?? impliedNamespace(name);
}

/** Does the policy speak of the pod as a subject? */
export function concerns(policy: Policy, pod: Pick<Pod, "labels">, namespace: NamespaceView): boolean {
  return policy.tier === "networkpolicy"
    ? selectsPod(policy.subject, pod, namespace)
    : policy.rules.some((rule) => selectsPod(rule.subject, pod, namespace));
}
