/** The cluster as a node knows it, and what of the node a batch of changes concerns. */
import { impliedNamespace } from "../../analysis/semantics/select.js";
import type { Namespace, Pod } from "../../ir/inventory.js";
import type { Policy } from "../../ir/policy.js";
import type { NamespaceView } from "../profiles.js";
import { concerns, podKey } from "../profiles.js";
import type { ClusterChange, LocalPod } from "./changes.js";
import { LocalPods } from "./local_pods.js";
import type { PolicyName } from "./subjects/policy_store.js";
import { nameOf, PolicyStore, sameContent } from "./subjects/policy_store.js";
import type { SeenPod } from "./subjects/subjects.js";

export interface Batch {
  /** Names of pods that came, changed or went. */
  readonly pods: Set<string>;
  /** Names of pods for which policies may say something else now. Some may not be here. */
  readonly touched: Set<string>;
  /** Numbers of policies that came, changed or went. */
  readonly policies: Set<number>;
  /** Namespaces whose labels are others. */
  readonly namespaces: Set<string>;
}

interface Known {
  readonly pod: Pod;
  /** The cluster has it. Else only the node does. */
  readonly listed: boolean;
}

export class Cluster {
  readonly policies = new PolicyStore();
  readonly local = new LocalPods();
  private readonly namespaces = new Map<string, Namespace>();
  private readonly pods = new Map<string, Known>();
  private batch = emptyBatch();

  takeBatch(): Batch {
    const { batch } = this;
    this.batch = emptyBatch();
    return batch;
  }

  podOf(name: string): Pod | undefined {
    return this.pods.get(name)?.pod;
  }

  namespaceOf(name: string): NamespaceView {
    return this.namespaces.get(name) ?? impliedNamespace(name);
  }

  /** A pod of this node. */
  seen(name: string): SeenPod {
    const pod = this.podOf(name)!;
    return { name, pod, namespace: this.namespaceOf(pod.namespace) };
  }

  setPod(pod: Pod): void {
    const name = podKey(pod);
    this.pods.set(name, { pod, listed: true });
    if (pod.hostNetwork) this.local.removePod(name);
    this.touch(name);
  }

  removePod(name: string): void {
    const known = this.pods.get(name);
    if (!known) return;
    if (!this.local.has(name)) this.pods.delete(name);
    else this.pods.set(name, { ...known, listed: false });
    this.touch(name);
  }

  setLocal(local: LocalPod): void {
    const name = podKey(local.pod);
    if (local.pod.hostNetwork) return this.removeLocal(local.interface);
    this.pods.set(name, { pod: local.pod, listed: this.pods.get(name)?.listed ?? false });
    const displaced = this.local.set(local);
    if (displaced !== undefined) this.unplace(displaced);
    this.touch(name);
  }

  removeLocal(device: string): void {
    const name = this.local.remove(device);
    if (name !== undefined) this.unplace(name);
  }

  setNamespace(name: string, namespace: Namespace | undefined): void {
    const before = this.namespaceOf(name);
    if (namespace) this.namespaces.set(name, namespace);
    else this.namespaces.delete(name);
    if (labelsText(before) === labelsText(this.namespaceOf(name))) return;
    this.batch.namespaces.add(name);
    this.touchNamespace(name);
  }

  /** `copy`: see `PolicyStore.set`. */
  setPolicy(policy: Policy, copy = 0): void {
    const before = copy === 0 ? this.policies.get(nameOf(policy)) : undefined;
    if (before && sameContent(before.policy, policy)) return;
    this.around(policy, () => {
      const { number } = this.policies.set(policy, copy);
      this.batch.policies.add(number);
    });
    if (before) this.touchSelected(before.policy);
    this.touchSelected(policy);
  }

  removePolicy(name: PolicyName): void {
    const before = this.policies.get(name);
    if (!before) return;
    this.around(before.policy, () => {
      this.policies.remove(name);
      this.batch.policies.add(before.number);
    });
    this.touchSelected(before.policy);
  }

  private unplace(name: string): void {
    if (!this.pods.get(name)!.listed) this.pods.delete(name);
    this.touch(name);
  }

  private touch(name: string): void {
    this.batch.pods.add(name);
    this.batch.touched.add(name);
  }

  /** A namespace's pods are served by another policy set when its first policy comes, or its last one goes. */
  private around(policy: Policy, change: () => void): void {
    if (policy.tier !== "networkpolicy") return change();
    const before = this.policies.isServedAlone(policy.namespace);
    change();
    if (before !== this.policies.isServedAlone(policy.namespace)) this.touchNamespace(policy.namespace);
  }

  private touchNamespace(namespace: string): void {
    for (const name of this.local.names())
      if (this.podOf(name)!.namespace === namespace) this.batch.touched.add(name);
  }

  private touchSelected(policy: Policy): void {
    for (const name of this.local.names()) {
      const { pod, namespace } = this.seen(name);
      if (concerns(policy, pod, namespace)) this.batch.touched.add(name);
    }
  }
}

export function applyChange(cluster: Cluster, change: ClusterChange): void {
  switch (change.kind) {
    case "pod":
      return cluster.setPod(change.pod);
    case "pod-gone":
      return cluster.removePod(podKey(change.pod));
    case "local":
      return cluster.setLocal(change);
    case "local-gone":
      return cluster.removeLocal(change.interface);
    case "namespace":
      return cluster.setNamespace(change.namespace.name, change.namespace);
    case "namespace-gone":
      return cluster.setNamespace(change.name, undefined);
    case "policy":
      return cluster.setPolicy(change.policy);
    case "policy-gone":
      return cluster.removePolicy(change.policy);
  }
}

function emptyBatch(): Batch {
  return { pods: new Set(), touched: new Set(), policies: new Set(), namespaces: new Set() };
}

function labelsText({ labels }: NamespaceView): string {
  return JSON.stringify(Object.entries(labels).sort(([a], [b]) => (a < b ? -1 : 1)));
}
