/** Resolves a connection to a Service: the pods behind it, and the pod ports that its ports lead to. */
import type { ChosenValue, Inventory, Labels, Pod, Service, ServicePort } from "../../ir/inventory.js";
import { podVariants } from "../semantics/pod_variants.js";
import type { AskedPort } from "./ports.js";
import { unresolved } from "./unresolved.js";
import type { Unresolved } from "./unresolved.js";

/** One of a Service's ports, and the port that it leads to on some pods. */
export interface Lead {
  readonly service: Service;
  readonly port: ServicePort;
  readonly target: number;
  /** As `NAMESPACE/NAME`; the address of an endpoint that is none. */
  readonly pods: readonly string[];
}

export function serviceName({ namespace, name }: Service): string {
  return `Service ${namespace}/${name}`;
}

/** The pods that the selector selects: running ones if there are any, otherwise those of templates. */
export function podsBehind(service: Service, { pods }: Inventory): readonly Pod[] | Unresolved {
  const { selector, externalName } = service;
  if (externalName !== undefined)
    return unresolved(
      `${serviceName(service)} is an alias of ${externalName}, whose addresses are not in the files: use one of its addresses`,
    );
  if (!selector)
    return unresolved(
      `${serviceName(service)} has no selector and no EndpointSlice in the files: add it, or use the address of an endpoint`,
    );
  const selected = pods
    .filter(({ namespace }) => namespace === service.namespace)
    .flatMap((pod) => settledBy(selector, pod))
    .filter(({ labels }) => Object.entries(selector).every(([key, value]) => labels[key] === value));
  if (selected.length === 0) return unresolved(`${serviceName(service)} selects no pod in the files`);
  const running = selected.filter(({ workload }) => !workload);
  return running.length > 0 ? running : selected;
}

/** An endpoint that a slice gives to a port of a Service: a pod, if one has the address. */
export interface SlicedEndpoint {
  readonly port: ServicePort;
  readonly target: number;
  readonly ip: string;
  readonly pod?: Pod;
}

/** The ready endpoints of a Service without a selector; undefined: it has one, or no slice is in the files. */
export function slicedEndpoints(
  service: Service,
  { slices = [], pods }: Inventory,
): readonly SlicedEndpoint[] | undefined {
  const own = slices.filter(
    (slice) => slice.service === service.name && slice.namespace === service.namespace,
  );
  if (service.selector || service.externalName !== undefined || own.length === 0) return undefined;
  const podAt = new Map(
    pods.filter((pod) => !pod.hostNetwork).flatMap((pod) => pod.ips.map((ip) => [ip, pod])),
  );
  return own.flatMap(({ ports, endpoints }) =>
    service.ports.flatMap((port) =>
      ports
        .filter(({ name, protocol }) => name === (port.name ?? "") && protocol === port.protocol)
        .flatMap(({ port: target }) =>
          endpoints.flatMap(({ ready = true, addresses: [ip] }) => {
            if (target === undefined || ip === undefined || !ready) return [];
            const pod = podAt.get(ip);
            return [{ port, target, ip, ...(pod && { pod }) }];
          }),
        ),
    ),
  );
}

/** The pod with each choice of its controller that the selector can tell apart. What else is chosen stays open. */
function settledBy(selector: Labels, pod: Pod): readonly Pod[] {
  const isAsked = ({ prefixes }: ChosenValue) => Object.keys(prefixes).some((key) => key in selector);
  const settled = pod.chosen?.filter(isAsked) ?? [];
  if (settled.length === 0) return [pod];
  const chosen = pod.chosen!.filter((each) => !isAsked(each));
  const asked = new Map(Object.entries(selector).map(([key, value]) => [key, new Set([value])]));
  return podVariants({ ...pod, chosen: settled }, asked).map((variant) => ({ ...variant, chosen }));
}

/** The ports of the Service that are asked for, by their numbers or by those that nodes have for them. */
export function servicePorts(
  asked: readonly AskedPort[],
  service: Service,
  by: "port" | "nodePort",
): readonly ServicePort[] | Unresolved {
  const found = new Set<ServicePort>();
  for (const port of asked) {
    const matching =
      port.kind === "any" ? service.ports : service.ports.filter((each) => isAsked(each, port, by));
    if (matching.length === 0) {
      const what = port.kind === "any" ? "ports" : `port ${port.text}`;
      return unresolved(`${serviceName(service)} has no ${what}`, service.ports.map(portText));
    }
    for (const each of matching) found.add(each);
  }
  return [...found];
}

/** Of a headless Service: one that is asked for by its number, and has a targetPort that nothing leads to. */
export function untranslatedPort(asked: readonly AskedPort[], service: Service): ServicePort | undefined {
  // A name is that of a port of the pods.
  if (!asked.every(({ kind }) => kind === "span")) return undefined;
  const ports = servicePorts(asked, service, "port");
  return "message" in ports ? undefined : ports.find(({ port, targetPort }) => port !== targetPort);
}

function isAsked(
  port: ServicePort,
  asked: Exclude<AskedPort, { kind: "any" }>,
  by: "port" | "nodePort",
): boolean {
  if (port.protocol !== asked.protocol) return false;
  if (asked.kind === "name") return port.name === asked.name;
  const number = port[by];
  return number !== undefined && asked.from <= number && number <= asked.to;
}

export function portText({ port, protocol }: Pick<ServicePort, "port" | "protocol">): string {
  return `${port}/${protocol.toLowerCase()}`;
}

/** The pod's port that a Service's port leads to; undefined: the pod has no port of that name, so it is not an endpoint. */
export function targetOn({ targetPort, protocol }: ServicePort, pod: Pod): number | undefined {
  if (typeof targetPort === "number") return targetPort;
  return pod.ports.find((port) => port.name === targetPort && port.protocol === protocol)?.port;
}

/** The Service that a node's port leads to. */
export function serviceAtNodePort(asked: readonly AskedPort[], { services }: Inventory): Service | undefined {
  return services.find((service) =>
    asked.every(
      (port) => port.kind === "span" && service.ports.some((each) => isAsked(each, port, "nodePort")),
    ),
  );
}
