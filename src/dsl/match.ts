import type { Selector } from "./label.js";
import { Node, constant, shareOrigin } from "./node.js";
import type { Origin } from "./node.js";

/** Pods, by labels, in some namespaces. */
export class Pods extends Node<"pods"> {
  /** `true` for pods of one namespace given by name, which `isolate` requires. */
  declare readonly namespaced: boolean;
}

/** Pods of one namespace, given by name. */
export class NamespacedPods extends Pods {
  declare readonly namespaced: true;
}

/** All pods of the namespaces that a selector matches. */
export class Namespaces extends Pods {
  declare readonly namespaced: false;

  readonly #namespaces: Selector;

  constructor(namespaces: Selector) {
    super("pods", { namespaces, labels: {} });
    this.#namespaces = namespaces;
  }

  /** Selects only the pods of these namespaces that have these labels. */
  pods(labels: Selector): Pods {
    return new Pods("pods", { namespaces: this.#namespaces, labels });
  }
}

/** Addresses: a block, or the internet. */
export class Addresses extends Node<"cidr" | "internet"> {}

/** Everything, inside or outside the cluster. */
export class Anywhere extends Node<"anywhere"> {}

/** One end of a sentence; an array means any of its members. */
export type End = Pods | Addresses | Anywhere | readonly (Pods | Addresses)[];

/** Pods with these labels, in the given namespace or in every namespace. */
export function pods(labels: Selector, options: { readonly namespace: string }): NamespacedPods;
export function pods(labels: Selector): Pods;
export function pods(labels: Selector, ...options: { readonly namespace: string }[]): Pods {
  const [inside] = options;
  return options.length === 0
    ? new Pods("pods", { namespaces: {}, labels })
    : new NamespacedPods("pods", { namespace: inside?.namespace, labels });
}

/** All pods of the namespaces with these labels. */
export function namespaces(labels: Selector): Namespaces {
  return new Namespaces(labels);
}

/** The addresses of a block such as `10.0.0.0/8`, without those in `except`. Includes pod addresses. */
export function cidr(block: string, options: { readonly except?: readonly string[] } = {}): Addresses {
  return new Addresses("cidr", { block, except: options.except ?? [] });
}

/** Every pod of every namespace. */
export const everyPod: Pods = constant(new Pods("pods", { namespaces: {}, labels: {} }));

/** Everything, inside or outside the cluster. */
export const anywhere: Anywhere = constant(new Anywhere("anywhere", {}));

/**
 * `0.0.0.0/0` except 10.0.0.0/8, 172.16.0.0/12, 192.168.0.0/16 (private), 100.64.0.0/10 (carrier-grade NAT) and
 * 169.254.0.0/16 (link-local); `::/0` except fc00::/7 (unique local) and fe80::/10 (link-local).
 */
export const internet: Addresses = constant(new Addresses("internet", {}));

type Workloads = Readonly<Record<string, Selector>> & { readonly everyPod?: never };

/** The pods of a cluster by namespace and workload, each namespace with `everyPod`. */
export type Cluster<Spec> = {
  readonly [Namespace in keyof Spec]: { readonly [Workload in keyof Spec[Namespace]]: NamespacedPods } & {
    readonly everyPod: NamespacedPods;
  };
};

/** Names the pods of a cluster once: `cluster({ shop: { web: { app: "web" } } }).shop.web`. */
export function cluster<const Spec extends Readonly<Record<string, Workloads>>>(spec: Spec): Cluster<Spec> {
  const origin: Origin = {};
  const podsOf = (namespace: string, workloads: Workloads) => {
    const member = (workload: string, labels: Selector) =>
      new NamespacedPods("pods", { namespace, workload, labels }, origin);
    const named = Object.entries(workloads).map(([workload, labels]) => [workload, member(workload, labels)]);
    const every = new NamespacedPods("pods", { namespace, workload: "every-pod", labels: {} }, origin);
    return Object.freeze(Object.fromEntries([...named, ["everyPod", every]]));
  };
  const result = Object.fromEntries(
    Object.entries(spec).map(([name, workloads]) => [name, podsOf(name, workloads)]),
  );
  shareOrigin(result, origin);
  return Object.freeze(result) as Cluster<Spec>;
}
