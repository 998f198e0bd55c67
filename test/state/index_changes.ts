/** Random changes of a small cluster, and the cluster that they lead to, for comparison with one that begins there. */
import fc from "fast-check";
import type { Inventory, Namespace, Pod } from "../../src/ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../src/ir/inventory.js";
import type { Policy } from "../../src/ir/policy.js";
import { NO_SPAN as span } from "../../src/source/span.js";
import type { ClusterChange, LocalPod } from "../../src/state/index/changes.js";
import type { FirstState } from "../../src/state/index/node_index.js";
import { namespaceNames, values } from "../analysis/arbitrary.js";
import { ADDRESSES, containerPort, labels, policies } from "./arbitrary_cluster.js";

const NODE_IPS = ["192.0.2.1", "2001:db8::1"];

/** Few pods share few addresses, so that they claim each other's, the node's and those of blocks. */
const pod: fc.Arbitrary<Pod> = fc
  .record({
    name: fc.constantFrom("pod0", "pod1", "pod2", "pod3", "pod4", "pod5"),
    labels,
    ports: fc.array(containerPort, { maxLength: 2 }),
    ips: fc.uniqueArray(fc.constantFrom(...ADDRESSES.slice(0, 9), "fd00::1", "fd00:1::1", ...NODE_IPS), {
      maxLength: 2,
    }),
  })
  .map((of) => ({ ...of, namespace: namespaceOf(of.name), hostNetwork: of.name === "pod5", span }));

/** A pod's namespace never changes. */
function namespaceOf(name: string): string {
  return [...namespaceNames, "z", "x", "y", "z"][Number(name.slice(3))]!;
}

const local = fc
  .record({ pod, at: fc.constantFrom("v0", "v1", "v2", "v3") })
  .map(({ pod: of, at }): LocalPod => ({ pod: of, interface: at }));

const namespace: fc.Arbitrary<Namespace> = fc
  .record({ name: fc.constantFrom(...namespaceNames, "z"), env: fc.option(fc.constantFrom(...values)) })
  .map(({ name, env }) => ({
    name,
    labels: { [NAMESPACE_NAME_LABEL]: name, ...(env !== null && { env }) },
    span,
  }));

const change: fc.Arbitrary<ClusterChange> = fc.oneof(
  { weight: 3, arbitrary: pod.map((of): ClusterChange => ({ kind: "pod", pod: of })) },
  pod.map(({ namespace: of, name }): ClusterChange => ({ kind: "pod-gone", pod: { namespace: of, name } })),
  { weight: 2, arbitrary: local.map((of): ClusterChange => ({ kind: "local", ...of })) },
  local.map((of): ClusterChange => ({ kind: "local-gone", interface: of.interface })),
  namespace.map((of): ClusterChange => ({ kind: "namespace", namespace: of })),
  namespace.map(({ name }): ClusterChange => ({ kind: "namespace-gone", name })),
  { weight: 4, arbitrary: policies.map((of): ClusterChange => ({ kind: "policy", policy: of[0]! })) },
  {
    weight: 2,
    arbitrary: fc
      .record({ policy: policies, name: fc.nat({ max: 5 }) })
      .map(({ policy: [first], name }): ClusterChange => ({
        kind: "policy",
        policy: { ...first!, name: `p${name}` },
      })),
  },
  {
    weight: 3,
    arbitrary: fc
      .record({ policy: policies, name: fc.nat({ max: 5 }) })
      .map(({ policy: [first], name }): ClusterChange => {
        const of = first!.tier === "networkpolicy" ? { namespace: first!.namespace } : {};
        return { kind: "policy-gone", policy: { kind: first!.kind, name: `p${name}`, ...of } };
      }),
  },
);

/** Batches of changes. */
export const batches = fc.array(fc.array(change, { minLength: 1, maxLength: 4 }), {
  minLength: 1,
  maxLength: 8,
});

export const firstState: fc.Arbitrary<FirstState> = fc
  .record({
    policies,
    namespaces: fc.uniqueArray(namespace, { selector: ({ name }) => name }),
    pods: fc.uniqueArray(pod, { selector: ({ name }) => name }),
    devices: fc.subarray(["v0", "v1", "v2", "v3"]),
  })
  .map(({ devices, ...first }) => {
    const here = first.pods.filter(({ hostNetwork }) => !hostNetwork).slice(0, devices.length);
    return { ...first, local: here.map((of, i) => ({ pod: of, interface: devices[i]! })) };
  });

/** The cluster as an API server would tell it, written apart from the index. */
export class PlainCluster {
  private policies: Policy[];
  private readonly namespaces = new Map<string, Namespace>();
  private readonly pods = new Map<string, Pod>();
  private readonly local = new Map<string, LocalPod>();

  constructor(first: FirstState) {
    this.policies = [...first.policies];
    for (const of of first.namespaces) this.namespaces.set(of.name, of);
    for (const of of first.pods) this.pods.set(key(of), of);
    for (const of of first.local) this.local.set(of.interface, of);
  }

  apply(change: ClusterChange): void {
    switch (change.kind) {
      case "pod":
        this.pods.set(key(change.pod), change.pod);
        for (const [at, of] of this.local)
          if (key(of.pod) === key(change.pod)) this.local.set(at, { ...of, pod: change.pod });
        break;
      case "pod-gone":
        this.pods.delete(key(change.pod));
        break;
      case "local": {
        const { pod: of, interface: at } = change;
        for (const [other, { pod: there }] of this.local)
          if (other !== at && key(there) === key(of)) this.local.delete(other);
        const before = this.local.get(at);
        if (of.hostNetwork) this.local.delete(at);
        else {
          if (before && key(before.pod) !== key(of)) this.local.delete(at);
          this.local.set(at, { pod: of, interface: at });
        }
        if (this.pods.has(key(of)) && !of.hostNetwork) this.pods.set(key(of), of);
        break;
      }
      case "local-gone":
        this.local.delete(change.interface);
        break;
      case "namespace":
        this.namespaces.set(change.namespace.name, change.namespace);
        break;
      case "namespace-gone":
        this.namespaces.delete(change.name);
        break;
      case "policy": {
        const at = this.policies.findIndex((of) => named(of, change.policy));
        if (at < 0) this.policies.push(change.policy);
        else this.policies[at] = change.policy;
        break;
      }
      case "policy-gone":
        this.policies = this.policies.filter((of) => !named(of, change.policy));
    }
  }

  get inventory(): Inventory {
    return {
      namespaces: [...this.namespaces.values()],
      pods: [...this.pods.values()],
      nodes: [],
      services: [],
    };
  }

  get localPods(): LocalPod[] {
    return [...this.local.values()];
  }

  get allPolicies(): readonly Policy[] {
    return this.policies;
  }
}

function key({ namespace: of, name }: { readonly namespace: string; readonly name: string }): string {
  return `${of}/${name}`;
}

function named(
  policy: Policy,
  other: { readonly kind: string; readonly name: string; readonly namespace?: string },
) {
  const of = policy.tier === "networkpolicy" ? policy.namespace : undefined;
  const there = "namespace" in other ? other.namespace : undefined;
  return policy.kind === other.kind && policy.name === other.name && of === there;
}
