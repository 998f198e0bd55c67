/** The pods of an inventory, those together that no policy can tell apart. */
import { parseAddress } from "../../ir/address.js";
import type { Address } from "../../ir/address.js";
import type { Inventory, Namespace, Pod } from "../../ir/inventory.js";
import type { BlockMatch, PodMatch, Policy } from "../../ir/policy.js";
import { distinct } from "../sides/content.js";
import { inBlock } from "../semantics/decide.js";
import { askedLabels, isOnePod, podVariants, termsOf } from "../semantics/pod_variants.js";
import type { AskedLabels } from "../semantics/pod_variants.js";
import { impliedNamespace } from "../semantics/select.js";

/** Policies, and what runs where they apply. */
export interface KnownCluster {
  readonly policies: readonly Policy[];
  readonly inventory: Inventory;
}

export interface KnownPod {
  readonly pod: Pod;
  readonly namespace: Pick<Namespace, "name" | "labels">;
  /** One of the pod's addresses, if it has any; an address of another class is another member. */
  readonly ip: string | undefined;
}

/** Pods of one workload, or a pod of none, that are decided alike in every cluster that is compared. */
export interface Member {
  /** `NAMESPACE/NAME` of the workload, or of the pod. */
  readonly name: string;
  /** How many pods of the inventory; a workload's template counts as one. */
  readonly pods: number;
  /** Only one pod of this name can exist, and it does not talk to itself. */
  readonly single: boolean;
  /** One of the pods, as it is in each of the clusters. */
  readonly at: readonly KnownPod[];
}

/**
 * The pods that all the clusters have, by name, and the names of those that only some have. Policies say nothing of pods
 * on the host network: those that are nowhere else are left out.
 */
export interface Members {
  readonly members: readonly Member[];
  /** For each cluster. */
  readonly others: readonly (readonly string[])[];
}

export function membersOf(clusters: readonly KnownCluster[]): Members {
  const policies = clusters.flatMap((cluster) => cluster.policies);
  const told = new Told(policies);
  const asked = askedLabels(termsOf(policies));
  const pods = clusters.map(({ inventory }) => podsByIdentity(inventory, asked));
  const found = new Map<string, { name: string; pods: number; single: boolean; at: KnownPod[] }>();
  for (const [identity, [first]] of pods[0]!) {
    const at = pods.map((each) => each.get(identity));
    if (at.some((each) => each === undefined) || at.every((each) => each![0]!.pod.hostNetwork)) continue;
    const faces = addressFaces(at as KnownPod[][], told);
    for (const face of faces) {
      const name = nameOf(first!.pod);
      const key = JSON.stringify([name, ...face.map((pod) => told.keyOf(pod))]);
      const known = found.get(key);
      if (known) known.pods++;
      else found.set(key, { name, pods: 1, single: isSingle(first!.pod), at: face });
    }
  }
  const identities = clusters.map(({ inventory }) => templatesByIdentity(inventory));
  const others = identities.map((own) => {
    const lacking = [...own].filter(
      ([identity, { hostNetwork }]) => !hostNetwork && identities.some((each) => !each.has(identity)),
    );
    return [...new Set(lacking.map(([, pod]) => nameOf(pod)))];
  });
  const members = [...found.values()].sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
  return { members, others };
}

/** `NAMESPACE/NAME`: of the workload if there is one. */
function nameOf({ namespace, name, owner }: Pod): string {
  return `${namespace}/${owner?.name ?? name}`;
}

function isSingle(pod: Pod): boolean {
  return pod.owner === undefined && isOnePod(pod);
}

function templatesByIdentity({ pods }: Inventory): Map<string, Pod> {
  return new Map(pods.map((pod) => [identityOf(pod), pod]));
}

function identityOf({ workload, namespace, name }: Pod): string {
  return `${workload?.kind ?? ""} ${namespace}/${name}`;
}

/** Equal for what a controller chose alike. */
function choiceId({ chosen = [], labels }: Pod): string {
  const keys = chosen.flatMap(({ prefixes }) => Object.keys(prefixes));
  return keys.map((key) => ` ${labels[key]}`).join("");
}

/** A workload's pods are as many as the policies tell apart by what its controller chooses. */
function podsByIdentity(inventory: Inventory, asked: AskedLabels): Map<string, KnownPod[]> {
  const described = new Map(inventory.namespaces.map((namespace) => [namespace.name, namespace]));
  const found = new Map<string, KnownPod[]>();
  for (const [identity, template] of templatesByIdentity(inventory))
    for (const pod of podVariants(template, asked)) {
      const namespace = described.get(pod.namespace) ?? impliedNamespace(pod.namespace);
      const ips = pod.ips.length > 0 ? pod.ips : [undefined];
      found.set(
        `${identity}${choiceId(pod)}`,
        ips.map((ip) => ({ pod, namespace, ip })),
      );
    }
  return found;
}

/** A pod with each class of its addresses: in all clusters alike the first, the second and so on. */
function addressFaces(at: readonly (readonly KnownPod[])[], told: Told): readonly KnownPod[][] {
  const faces = new Map<string, KnownPod[]>();
  for (const index of at[0]!.keys()) {
    const face = at.map((each) => each[index] ?? each[0]!);
    const key = face.map(({ ip }) => told.addressKey(ip)).join();
    if (!faces.has(key)) faces.set(key, face);
  }
  return [...faces.values()];
}

/** What the policies can tell of a pod. */
class Told {
  private readonly keys = new Set<string>();
  private readonly mentioned = new Set<BlockMatch>();
  private distinctBlocks: readonly BlockMatch[] | undefined;
  private readonly addresses = new Map<string | undefined, string>();

  constructor(policies: readonly Policy[]) {
    const mention = ({ pods }: PodMatch) => pods.requirements.forEach(({ key }) => this.keys.add(key));
    for (const policy of policies) {
      if (policy.tier === "networkpolicy") mention(policy.subject);
      for (const { subject, peers } of policy.rules) {
        mention(subject);
        for (const peer of peers ?? []) {
          if (peer.kind === "pods") mention(peer);
          else this.mentioned.add(peer);
        }
      }
    }
  }

  keyOf({ pod, ip }: KnownPod): readonly unknown[] {
    const labels = Object.entries(pod.labels).filter(([key]) => this.keys.has(key));
    return [labels.sort(([a], [b]) => (a < b ? -1 : 1)), pod.ports, this.addressKey(ip), pod.hostNetwork];
  }

  addressKey(ip: string | undefined): string {
    let key = this.addresses.get(ip);
    if (key === undefined) {
      const address = ip === undefined ? undefined : parseAddress(ip);
      const held = address ? this.blocksWith(address) : [];
      key = address ? `${address.family}:${held.join()}` : "";
      this.addresses.set(ip, key);
    }
    return key;
  }

  /** Asked for only if pods have addresses. */
  private blocksWith(address: Address): readonly number[] {
    const blocks = (this.distinctBlocks ??= distinct([...this.mentioned]));
    return [...blocks.keys()].filter((index) => inBlock(blocks[index]!, address));
  }
}
