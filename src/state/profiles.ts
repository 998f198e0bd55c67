/** The subjects of a node's pods: which policy set serves a pod, and what its policies have to know of it. */
import { namedPort } from "../analysis/semantics/decide.js";
import { impliedNamespace, selectsPod } from "../analysis/semantics/select.js";
import type { Bundle } from "../bundle/bundle.js";
import type { ManifestSet } from "../bundle/manifest.js";
import type { Inventory, Namespace, Pod } from "../ir/inventory.js";
import type { Direction, Policy } from "../ir/policy.js";

/** One pair of loaded programs, with the names behind its number in the log. Indices are into `manifest.policies`. */
export interface Profile {
  /** From 1, within an epoch. */
  readonly number: number;
  readonly set: string;
  /** `namespace/name`, sorted. */
  readonly pods: readonly string[];
  /** Policies that select the pods. */
  readonly policies: readonly number[];
  /** NetworkPolicies that isolate the pods. */
  readonly isolatedBy: Readonly<Record<Direction, readonly number[]>>;
}

export type NamespaceView = Pick<Namespace, "name" | "labels">;

/** A profile with what its program is made of. */
export interface Subject {
  readonly profile: Profile;
  readonly set: ManifestSet;
  /** Bits of `set.subjects`. */
  readonly selectors: readonly number[];
  /** By slot of `set.namedPorts`; 0: no such port. */
  readonly ports: readonly number[];
  /** One of the pods: to the policies they are all the same. */
  readonly pod: Pod;
  readonly namespace: NamespaceView;
}

/** `namespace/name`, how a pod is named in states, plans and logs. */
export function podKey(pod: Pick<Pod, "namespace" | "name">): string {
  return `${pod.namespace}/${pod.name}`;
}

/** Finds a namespace; one that the inventory does not have has the one label that every namespace has. */
export function namespaceFinder(inventory: Inventory): (name: string) => NamespaceView {
  const known = new Map<string, NamespaceView>(
    inventory.namespaces.map((namespace) => [namespace.name, namespace]),
  );
  return (name) => known.get(name) ?? impliedNamespace(name);
}

/** Finds the policy set that serves a namespace: its own, else the one that holds only tiers, if the bundle has it. */
function setFinder(sets: readonly ManifestSet[]): (namespace: string) => ManifestSet | undefined {
  const own = new Map(sets.map((set) => [set.namespace, set]));
  return (namespace) => own.get(namespace) ?? own.get(undefined);
}

/** The distinct subjects of these pods, in the order of set and pod name. Pods that no policy selects have none. */
export function subjectsOf(
  bundle: Bundle,
  pods: readonly Pod[],
  namespaceOf: (name: string) => NamespaceView,
): readonly Subject[] {
  const setOf = setFinder(bundle.manifest.sets);
  const found = new Map<string, Omit<Subject, "profile"> & { pods: string[]; policies: number[] }>();
  for (const pod of [...pods].sort(byName)) {
    const set = setOf(pod.namespace);
    if (!set) continue;
    const namespace = namespaceOf(pod.namespace);
    const policies = set.policies.filter((index) => concerns(bundle.policies[index]!, pod, namespace));
    if (policies.length === 0) continue;
    const selectors = [...set.subjects.keys()].filter((bit) =>
      selectsPod(set.subjects[bit]!, pod, namespace),
    );
    const ports = set.namedPorts.map(
      ({ protocol, name }) => namedPort({ kind: "pod", pod, namespace }, protocol, name) ?? 0,
    );
    const key = JSON.stringify([set.name, selectors, ports]);
    const known = found.get(key);
    if (known) known.pods.push(podKey(pod));
    else found.set(key, { set, selectors, ports, pod, namespace, pods: [podKey(pod)], policies });
  }
  return [...found.values()].map(({ pods, policies, ...subject }, index) => ({
    ...subject,
    profile: {
      number: index + 1,
      set: subject.set.name,
      pods,
      policies,
      isolatedBy: {
        ingress: isolating(bundle, policies, "ingress"),
        egress: isolating(bundle, policies, "egress"),
      },
    },
  }));
}

function byName(a: Pod, b: Pod): number {
  const [left, right] = [podKey(a), podKey(b)];
  return left < right ? -1 : left > right ? 1 : 0;
}

/** Does the policy speak of the pod as a subject? */
function concerns(policy: Policy, pod: Pod, namespace: NamespaceView): boolean {
  return policy.tier === "networkpolicy"
    ? selectsPod(policy.subject, pod, namespace)
    : policy.rules.some((rule) => selectsPod(rule.subject, pod, namespace));
}

function isolating(bundle: Bundle, policies: readonly number[], direction: Direction): number[] {
  return policies.filter((index) => {
    const policy = bundle.policies[index]!;
    return policy.tier === "networkpolicy" && policy.isolates[direction];
  });
}
