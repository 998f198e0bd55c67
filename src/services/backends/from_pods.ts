/**
 * The EndpointSlices that the cluster's controller would make, for Services whose slices no file has: of the pods that
 * files have with an address.
 *
 * 1. Only for a Service with a selector and without any slice.
 * 2. A pod of its namespace that the selector selects, and that has an address of the family, is an endpoint.
 * 3. It is ready if its status does not say otherwise and it is not being deleted, or if the Service publishes those that
 *    are not ready.
 * 4. A targetPort that is a name is the pod's port of that name and protocol. A pod without it is no endpoint of that port.
 * 5. trafficDistribution hints at the endpoint's own zone, and PreferSameNode at its own node as well.
 */
import { parseAddress } from "../../ir/address.js";
import type { Inventory, Pod } from "../../ir/inventory.js";
import type {
  EndpointSlice,
  IpFamily,
  Service,
  ServicePort,
  SliceEndpoint,
  SlicePort,
} from "../../ir/service.js";
import { problem } from "../problems.js";
import type { Problem } from "../problems.js";
import { serviceKey } from "../service_name.js";
import { isServed } from "../frontends/families.js";

export interface MadeSlices {
  readonly slices: readonly EndpointSlice[];
  readonly problems: readonly Problem[];
}

export function slicesFromPods({ services, slices = [], pods, nodes }: Inventory): MadeSlices {
  const written = new Set(slices.map(({ namespace, service }) => `${namespace}/${service}`));
  const byNamespace = new Map<string, Pod[]>();
  for (const pod of pods.filter(({ ips, workload }) => ips.length > 0 && !workload)) {
    const others = byNamespace.get(pod.namespace);
    if (others) others.push(pod);
    else byNamespace.set(pod.namespace, [pod]);
  }
  const zones = new Map(nodes.map(({ name, zone }) => [name, zone]));
  const made: EndpointSlice[] = [];
  const problems: Problem[] = [];
  for (const service of services) {
    if (!service.selector || !isServed(service) || written.has(serviceKey(service))) continue;
    const selected = (byNamespace.get(service.namespace) ?? []).filter((pod) =>
      isSelected(pod, service.selector!),
    );
    if (selected.length === 0) continue;
    made.push(...slicesOf(service, selected, (node) => (node === undefined ? undefined : zones.get(node))));
    problems.push(madeUp(service, selected.length));
  }
  return { slices: made, problems };
}

function isSelected({ labels }: Pod, selector: Readonly<Record<string, string>>): boolean {
  return Object.entries(selector).every(([key, value]) => labels[key] === value);
}

/** Pods that have the same numbers for the Service's ports share a slice. */
function slicesOf(
  service: Service,
  pods: readonly Pod[],
  zoneOf: (node: string | undefined) => string | undefined,
): EndpointSlice[] {
  const slices = new Map<
    string,
    { ports: readonly SlicePort[]; family: IpFamily; endpoints: SliceEndpoint[] }
  >();
  for (const pod of pods) {
    const ports = service.ports.flatMap((port) => slicePort(port, pod) ?? []);
    for (const ip of firstOfEachFamily(pod.ips)) {
      const family = ip.includes(":") ? "IPv6" : "IPv4";
      const key = JSON.stringify([family, ports]);
      const slice = slices.get(key) ?? { ports, family, endpoints: [] };
      slice.endpoints.push(endpointOf(service, pod, ip, zoneOf(pod.node)));
      slices.set(key, slice);
    }
  }
  return [...slices.values()].map(({ ports, family, endpoints }, index) => ({
    namespace: service.namespace,
    name: `${service.name}-pods-${index + 1}`,
    service: service.name,
    addressType: family,
    ...{ ports, endpoints, span: service.span },
  }));
}

function slicePort({ name = "", protocol, targetPort }: ServicePort, pod: Pod): SlicePort | undefined {
  const port =
    typeof targetPort === "number"
      ? targetPort
      : pod.ports.find((each) => each.name === targetPort && each.protocol === protocol)?.port;
  return port === undefined ? undefined : { name, protocol, port };
}

function firstOfEachFamily(ips: readonly string[]): readonly string[] {
  return ips.filter((ip, index) => {
    const family = parseAddress(ip)?.family;
    return family !== undefined && ips.findIndex((other) => parseAddress(other)?.family === family) === index;
  });
}

function endpointOf(service: Service, pod: Pod, ip: string, zone: string | undefined): SliceEndpoint {
  const serving = !pod.notReady || service.publishNotReadyAddresses === true;
  const ready = service.publishNotReadyAddresses === true || (serving && !pod.terminating);
  const { trafficDistribution: wanted } = service;
  return {
    addresses: [ip],
    ...{ ready, serving, terminating: pod.terminating === true },
    ...(pod.node !== undefined && { node: pod.node }),
    ...(zone !== undefined && { zone }),
    ...(wanted !== undefined && zone !== undefined && { forZones: [zone] }),
    ...(wanted === "PreferSameNode" && pod.node !== undefined && { forNodes: [pod.node] }),
    pod: serviceKey(pod),
    span: pod.span,
  };
}

function madeUp(service: Service, pods: number): Problem {
  const name = serviceKey(service);
  return problem(
    "endpoints-from-pods",
    "note",
    name,
    service.span,
    `endpoints of Service ${name} are made from ${pods === 1 ? "the pod" : `the ${pods} pods`} that it selects: no EndpointSlice of it is in the files`,
    "for what the cluster has, add them: kubectl get endpointslices -A -o yaml",
  );
}
