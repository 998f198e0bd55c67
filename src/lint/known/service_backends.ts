/** Services as policies see them: connections to a Service arrive at its pods, on the pods' own ports. */
import type { Pod, Service, ServicePort } from "../../ir/inventory.js";
import type { PodMatch, PortRange, Rule } from "../../ir/policy.js";
import { namespaceScope } from "../scopes/namespace_scope.js";
import type { KnownPods } from "./known_pods.js";

/** The pods that a rule's connections go to; none if they may go to addresses or everything. */
export function policyDestinations({ direction, subject, peers = [] }: Rule): readonly PodMatch[] {
  if (direction === "ingress") return [subject];
  const pods = peers.filter((peer) => peer.kind === "pods");
  return pods.length === peers.length ? pods : [];
}

export interface Translated {
  readonly service: Service;
  /** The port that its pods listen on. */
  readonly listening: number;
}

export class ServiceBackends {
  private readonly byNamespace = new Map<string, Service[]>();
  private readonly ports = new Set<string>();

  constructor(
    services: readonly Service[],
    private readonly known: KnownPods,
  ) {
    for (const service of services) {
      const namespace = namespaceScope(service);
      const group = this.byNamespace.get(namespace);
      if (group) group.push(service);
      else this.byNamespace.set(namespace, [service]);
      for (const { protocol, port } of service.ports) this.ports.add(`${protocol} ${port}`);
    }
  }

  /** Has any Service this port? */
  isOfService({ protocol, from }: PortRange): boolean {
    return this.ports.has(`${protocol} ${from}`);
  }

  /**
   * The Service with this port, if all pods of the match are behind it and, as far as the files tell, none of them listens
   * on that number: no container declares it, and every Service in front of them leads to another port.
   */
  translated(port: PortRange, match: PodMatch): Translated | undefined {
    const pods = this.known.surelySelected(match);
    if (pods.some((pod) => pod.hostNetwork || pod.ports.some((each) => isSame(each, port)))) return undefined;
    let found: Translated | undefined;
    for (const service of this.inFrontOf(match, pods))
      for (const each of service.ports) {
        if (each.protocol !== port.protocol) continue;
        const listening = targetOf(each, pods);
        if (listening === undefined || listening === port.from) return undefined;
        if (each.port === port.from && !service.headless) found ??= { service, listening };
      }
    return found;
  }

  /** The Services that select every pod of the match: by its labels, or because it selects known pods only. */
  private inFrontOf(match: PodMatch, pods: readonly Pod[]): readonly Service[] {
    const { namespaces, span } = match;
    if (namespaces.kind !== "name") return [];
    const services =
      this.byNamespace.get(namespaceScope({ ...namespaces, namespace: namespaces.name, span })) ?? [];
    const areAll = pods.length > 0 && this.known.selectedAmongKnown(match) !== undefined;
    return services.filter(
      ({ selector }) =>
        selector &&
        (asks(match, selector) || (areAll && pods.every(({ labels }) => hasAll(labels, selector)))),
    );
  }
}

function asks({ pods }: PodMatch, selector: NonNullable<Service["selector"]>): boolean {
  return Object.entries(selector).every(([key, value]) =>
    pods.requirements.some(
      ({ key: asked, operator, values }) =>
        asked === key && operator === "In" && values.length === 1 && values[0] === value,
    ),
  );
}

function hasAll(labels: Pod["labels"], selector: NonNullable<Service["selector"]>): boolean {
  return Object.entries(selector).every(
    ([key, value]) => Object.hasOwn(labels, key) && labels[key] === value,
  );
}

function isSame(a: Pick<ServicePort, "port" | "protocol">, b: PortRange): boolean {
  return a.port === b.from && a.protocol === b.protocol;
}

/** The number of the target port; undefined if known pods give its name no number, or different ones. */
function targetOf({ targetPort, protocol }: ServicePort, pods: readonly Pod[]): number | undefined {
  if (typeof targetPort === "number") return targetPort;
  const numbers = pods.map(
    ({ ports }) => ports.find(({ name, protocol: own }) => name === targetPort && own === protocol)?.port,
  );
  return new Set(numbers).size === 1 ? numbers[0] : undefined;
}
