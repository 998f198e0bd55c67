/** What a lab asks of its services: every frontend from outside, and cluster IPs from pods and nodes. */
import type { WholeServices } from "../../services/node/services_state.js";
import { addressOf } from "../plan.js";
import type { LabPlan } from "../plan.js";
import { outsideAddresses } from "../outside.js";
import type { Client, ServiceRequest } from "./request.js";

/** Pods that ask each cluster IP, at most. */
const ASKING_PODS = 2;

export interface RequestPlan {
  readonly plan: LabPlan;
  /** As the ingress node serves it; frontends are those of all nodes. */
  readonly state: WholeServices;
  readonly ingressNode: string;
  /** What each Service is called, by its number. */
  nameOf(number: number): string | undefined;
}

export function requestsOf({ plan, state, ingressNode, nameOf }: RequestPlan): ServiceRequest[] {
  const names = new Map(state.ports.map(({ id, name }) => [id, nameOf(name) ?? ""]));
  const node = plan.nodes.find(({ name }) => name === ingressNode)!;
  return state.frontends.flatMap(({ address, port, protocol, servicePort, kind }): ServiceRequest[] => {
    if (protocol === "SCTP") return [];
    const family = address.includes(":") ? 6 : 4;
    const asked = kind !== "node-port" ? address : family === 4 ? node.ipv4 : node.ipv6;
    const service = names.get(servicePort)!;
    const from = (client: Client, by: string): ServiceRequest => {
      return { service, kind, family, protocol, address: asked, port, client, ingressNode: by };
    };
    if (kind !== "cluster-ip")
      return outsideAddresses(plan, family).map((outside) => from(outside, ingressNode));
    const backends = new Set(
      state.endpoints.filter((endpoint) => endpoint.servicePort === servicePort).map((each) => each.address),
    );
    const pods = plan.pods.filter(({ pod }) => addressOf(pod, family) && !pod.ips.some((ip) => backends.has(ip)));
    return [
      ...pods.slice(0, ASKING_PODS).map(({ pod, node: own }) =>
        from(
          { kind: "pod", name: `${pod.namespace}/${pod.name}`, address: addressOf(pod, family)! },
          own.name,
        ),
      ),
      ...plan.nodes.map(({ name, ipv4, ipv6 }) =>
        from({ kind: "node", name, address: family === 4 ? ipv4 : ipv6 }, name),
      ),
    ];
  });
}
