/** What must come of a request: the endpoints that the reference leaves, and what policies say of each. */
import { decide } from "../../analysis/semantics/decide.js";
import type { Endpoint } from "../../analysis/semantics/decide.js";
import { impliedNamespace } from "../../analysis/semantics/select.js";
import type { Inventory } from "../../ir/inventory.js";
import type { Policy } from "../../ir/policy.js";
import type { WholeServices } from "../../services/node/services_state.js";
import type { LabPlan } from "../plan.js";
import type { Expectation, Outcome, Server, ServiceRequest } from "./request.js";

export interface Rules {
  readonly plan: LabPlan;
  readonly inventory: Inventory;
  readonly policies: readonly Policy[];
  /** How replies get back to clients outside: past the ingress node, or by it. */
  direct(protocol: "TCP" | "UDP"): boolean;
}

export function expectationOf(request: ServiceRequest, state: WholeServices, rules: Rules): Expectation {
  const whom = request.kind === "cluster-ip" ? 0 : request.client.kind === "outside" ? 1 : 2;
  const frontend = state.frontends.find(
    ({ address, port, protocol, kind }) =>
      kind === request.kind &&
      port === request.port &&
      protocol === request.protocol &&
      (kind === "node-port" ? address.includes(":") === (request.family === 6) : address === request.address),
  )!;
  const port = state.ports.find(({ id }) => id === frontend.servicePort)!;
  const ids = state.sets.find(({ id }) => id === port.sets[whom])?.endpoints ?? [];
  const endpoints = ids.map((id) => state.endpoints.find((endpoint) => endpoint.id === id)!);
  if (endpoints.length === 0)
    return {
      outcomes: [port.empty[whom] === "drop" ? "silent" : "refused"],
      ...{ servers: [], sources: [], direct: false },
    };
  const judged = endpoints.map(({ address, port: target }) => {
    const server = serverAt(address, rules.plan);
    const source = sourceSeen(request, server, rules);
    return { server, source, outcome: outcomeAt(request, server, source, target, rules) };
  });
  const answering = judged.filter(({ outcome }) => outcome === "connected");
  return {
    outcomes: [...new Set(judged.map(({ outcome }) => outcome))],
    servers: answering.map(({ server }) => server),
    sources: [...new Set(answering.map(({ source }) => source))],
    direct:
      request.client.kind === "outside" &&
      rules.direct(request.protocol) &&
      answering.every(({ server }) => server.node !== request.ingressNode),
  };
}

export function serverAt(address: string, { pods, nodes }: LabPlan): Server {
  const pod = pods.find((each) => each.pod.ips.includes(address));
  if (pod) return { name: `${pod.pod.namespace}/${pod.pod.name}`, node: pod.node.name };
  const node = nodes.find(({ ipv4, ipv6 }) => ipv4 === address || ipv6 === address);
  return { name: node?.name ?? address, node: node?.name ?? "" };
}

/** The client's own address; that of the node where it came in if that one translated it. */
function sourceSeen(request: ServiceRequest, server: Server, { plan, direct }: Rules): string {
  const own = request.client.address!;
  if (request.client.kind !== "outside" || server.node === request.ingressNode || direct(request.protocol))
    return own;
  const node = plan.nodes.find(({ name }) => name === request.ingressNode)!;
  return request.family === 4 ? node.ipv4 : node.ipv6;
}

function outcomeAt(
  { client, protocol }: ServiceRequest,
  server: Server,
  source: string,
  port: number,
  rules: Rules,
): Outcome {
  const to = endpoint(server.name, "", rules);
  // No policy is about a pod of the host's network; and the node that a pod is on may always reach it.
  if (to.kind !== "pod" || client.name === server.node) return "connected";
  const from = client.kind === "pod" ? endpoint(client.name, source, rules) : { kind: "address" as const, ip: source };
  const { verdict } = decide(rules.policies, { from, to, protocol, port, toItself: client.name === server.name });
  return verdict === "allow" ? "connected" : "silent";
}

function endpoint(name: string, ip: string, { inventory }: Rules): Endpoint {
  const pod = inventory.pods.find((each) => `${each.namespace}/${each.name}` === name);
  if (!pod) return { kind: "address", ip };
  const namespace =
    inventory.namespaces.find((each) => each.name === pod.namespace) ?? impliedNamespace(pod.namespace);
  return { kind: "pod", pod, namespace, ip: ip || pod.ips[0]! };
}
