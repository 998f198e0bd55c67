/** Where a statement about policies holds: in every possible cluster, or among the pods that are known. */
import type { ContainerPort, Inventory, Labels, Namespace, Pod } from "../../ir/inventory.js";
import type { PodMatch } from "../../ir/policy.js";
import { minimalSets, podClasses } from "../sets/classes.js";
import { PlainestPod } from "./plainest_pod.js";
import { isContradictory } from "../sets/pod_conditions.js";
import { impliedNamespace, selectsPod } from "../semantics/select.js";

/** A pod that stands for all of its kind. */
export interface PodPoint {
  /** Indices of the matches that select it, ascending. */
  readonly matched: readonly number[];
  readonly namespace: Pick<Namespace, "name" | "labels">;
  readonly name: string;
  readonly labels: Labels;
  /** undefined: any address. */
  readonly ips: readonly string[] | undefined;
  /** undefined: any port may have any name. */
  readonly ports: readonly ContainerPort[] | undefined;
}

export interface World {
  /** For messages: "in every possible cluster". */
  readonly name: string;
  /**
   * Pods that `within` selects, such that whatever holds for all of them because some match selects each of them holds
   * for all pods of the world. Undefined: more than `limit`.
   */
  pods(within: PodMatch, matches: readonly PodMatch[], limit: number): readonly PodPoint[] | undefined;
  /** Fewer pods of this world, cheap to find: what does not hold for them does not hold. */
  readonly sample?: World;
}

const PLAINEST: World = {
  name: "for the plainest pod",
  pods(within, matches) {
    if (isContradictory(within)) return [];
    const pod = PlainestPod.of(within);
    const matched: number[] = [];
    for (let i = 0; i < matches.length; i++) if (pod.isSelectedBy(matches[i]!)) matched.push(i);
    return [
      {
        matched,
        get namespace() {
          return pod.namespace;
        },
        get labels() {
          return pod.labels;
        },
        name: "any",
        ips: undefined,
        ports: undefined,
      },
    ];
  },
};

/** Namespaces, pods and labels are unknowns. A pod may have any address, and name any port as it likes. */
export const EVERY_CLUSTER: World = {
  name: "in every possible cluster",
  sample: PLAINEST,
  pods(within, matches, limit) {
    const { classes, truncated } = podClasses(matches, { within, limit, minimal: true });
    if (truncated) return undefined;
    return minimalSets(classes, ({ matched }) => matched).map(({ matched, namespace, labels }) => {
      return { matched, namespace, labels, name: "any", ips: undefined, ports: undefined };
    });
  },
};

/** Just the pods of the inventory, less those on the host network. A pod without known addresses may have any. */
export function inventoryWorld(inventory: Inventory): World {
  const namespaces = new Map(inventory.namespaces.map((namespace) => [namespace.name, namespace]));
  const namespaceOf = (pod: Pod) => namespaces.get(pod.namespace) ?? impliedNamespace(pod.namespace);
  return {
    name: "for the pods in the files",
    pods(within, matches, limit) {
      const selected = inventory.pods.filter(
        (pod) => !pod.hostNetwork && selectsPod(within, pod, namespaceOf(pod)),
      );
      if (selected.length > limit) return undefined;
      return selected.map((pod) => {
        const namespace = namespaceOf(pod);
        const matched = [...matches.keys()].filter((index) => selectsPod(matches[index]!, pod, namespace));
        const ips = pod.ips.length > 0 ? pod.ips : undefined;
        return { matched, namespace, name: pod.name, labels: pod.labels, ips, ports: pod.ports };
      });
    },
  };
}
