/** Batches of objects of the API to changes of the cluster as a node sees it. What changes nothing for it is left out. */
import { isDeepStrictEqual } from "node:util";
import { selects } from "../analysis/semantics/select.js";
import { formatBlock, parseBlock } from "../ir/address.js";
import type { Labels, Namespace, Pod } from "../ir/inventory.js";
import type { LabelSelector, Policy } from "../ir/policy.js";
import type { ClusterChange } from "../state/index/changes.js";
import { nameOf, sameContent } from "../state/index/subjects/policy_store.js";
import { readNamespace, readNode, readPod, readPolicy } from "./objects/read.js";
import type { KubeObject } from "../cluster/resource.js";
import { keyOf } from "../cluster/resource.js";
import type { Batch } from "../cluster/watcher.js";
import { RESOURCES } from "./objects/resource.js";

export type ResourceName = keyof typeof RESOURCES;

/** What is said of a policy: it is refused, or something of it is not enforced as written. */
export interface PolicyNotice {
  readonly object: KubeObject;
  readonly reason: "Refused" | "Warning";
  readonly message: string;
}

export interface ViewOptions {
  readonly onNotice: (notice: PolicyNotice) => void;
}

interface SeenNode {
  readonly ips: readonly string[];
  readonly labels: Labels;
}

interface SeenPolicy {
  readonly policy: Policy;
  /** Kept only of a policy that has to be read again when nodes change. */
  readonly object?: KubeObject;
  readonly refused: boolean;
}

export class ClusterView {
  readonly pods = new Map<string, Pod>();
  readonly namespaces = new Map<string, Namespace>();
  readonly nodes = new Map<string, SeenNode>();
  /** Addresses that the API does not say yet, by the pod. */
  private readonly assigned = new Map<string, readonly string[]>();
  /** By kind and key. */
  private readonly policies = new Map<string, SeenPolicy>();

  constructor(private readonly options: ViewOptions) {}

  /** How many policies stand as a deny of all, because they cannot be evaluated. */
  get refused(): number {
    return [...this.policies.values()].filter((each) => each.refused).length;
  }

  allPolicies(): Policy[] {
    return [...this.policies.values()].map(({ policy }) => policy);
  }

  take(name: ResourceName, { changed, gone }: Batch): ClusterChange[] {
    switch (name) {
      case "pods":
        return [
          ...gone.flatMap((key) => this.removePod(key)),
          ...changed.flatMap((object) => this.setPod(object)),
        ];
      case "namespaces":
        return [
          ...gone.flatMap((key) => this.removeNamespace(key)),
          ...changed.flatMap((object) => this.setNamespace(object)),
        ];
      case "nodes":
        return this.takeNodes({ changed, gone });
      default: {
        const { kind } = RESOURCES[name];
        return [
          ...gone.flatMap((key) => this.removePolicy(`${kind} ${key}`)),
          ...changed.flatMap((object) => this.setPolicy(object)),
        ];
      }
    }
  }

  /** The pod has these addresses, although the API may not say so yet. Undefined: the API has no such pod. */
  assign(key: string, ips: readonly string[]): Pod | undefined {
    const pod = this.pods.get(key);
    if (!pod) return undefined;
    this.assigned.set(key, ips);
    const assigned = Object.freeze({ ...pod, ips });
    this.pods.set(key, assigned);
    return assigned;
  }

  unassign(key: string): void {
    this.assigned.delete(key);
  }

  private setPod(object: KubeObject): ClusterChange[] {
    const key = keyOf(object);
    const said = readPod(object);
    if (!said) return this.removePod(key);
    const ips = this.assigned.get(key);
    const pod = ips && said.ips.length === 0 ? Object.freeze({ ...said, ips }) : said;
    if (isDeepStrictEqual(this.pods.get(key), pod)) return [];
    this.pods.set(key, pod);
    return [{ kind: "pod", pod }];
  }

  private removePod(key: string): ClusterChange[] {
    const pod = this.pods.get(key);
    return pod && this.pods.delete(key) ? [{ kind: "pod-gone", pod }] : [];
  }

  private setNamespace(object: KubeObject): ClusterChange[] {
    const namespace = readNamespace(object);
    if (!namespace || isDeepStrictEqual(this.namespaces.get(namespace.name), namespace)) return [];
    this.namespaces.set(namespace.name, namespace);
    return [{ kind: "namespace", namespace }];
  }

  private removeNamespace(name: string): ClusterChange[] {
    return this.namespaces.delete(name) ? [{ kind: "namespace-gone", name }] : [];
  }

  private takeNodes({ changed, gone }: Batch): ClusterChange[] {
    let differs = false;
    for (const name of gone) differs = this.nodes.delete(name) || differs;
    for (const object of changed) {
      const seen = { ips: readNode(object)?.ips ?? [], labels: object.metadata.labels ?? {} };
      if (isDeepStrictEqual(this.nodes.get(object.metadata.name), seen)) continue;
      this.nodes.set(object.metadata.name, seen);
      differs = true;
    }
    if (!differs) return [];
    return [...this.policies.values()].flatMap(({ object }) => (object ? this.setPolicy(object) : []));
  }

  private setPolicy(object: KubeObject): ClusterChange[] {
    const asked: LabelSelector[] = [];
    const { policy, refused, warnings } = readPolicy(object, (selector) => {
      asked.push(selector);
      return this.blocksOf(selector);
    });
    const key = `${object.kind} ${keyOf(object)}`;
    const before = this.policies.get(key);
    this.policies.set(key, { policy, refused: refused !== undefined, ...(asked.length > 0 && { object }) });
    if (before && sameContent(before.policy, policy)) return [];
    if (refused !== undefined) this.options.onNotice({ object, reason: "Refused", message: refused });
    for (const message of warnings) this.options.onNotice({ object, reason: "Warning", message });
    return [{ kind: "policy", policy }];
  }

  private removePolicy(key: string): ClusterChange[] {
    const before = this.policies.get(key);
    if (!before) return [];
    this.policies.delete(key);
    return [{ kind: "policy-gone", policy: nameOf(before.policy) }];
  }

  /** Sorted: the same nodes are the same blocks. */
  private blocksOf(selector: LabelSelector): readonly string[] {
    const ips = [...this.nodes.values()].flatMap(({ ips, labels }) => (selects(selector, labels) ? ips : []));
    const blocks = [...new Set(ips)].map((ip) =>
      formatBlock(parseBlock(`${ip}/${ip.includes(":") ? 128 : 32}`)!),
    );
    return blocks.sort();
  }
}
