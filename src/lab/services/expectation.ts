/** What must come of a request: the endpoints that the reference leaves, and what policies say of each. */
import { decide } from "../../analysis/semantics/decide.js";
import type { Endpoint } from "../../analysis/semantics/decide.js";
import { impliedNamespace } from "../../analysis/semantics/select.js";
import type { Inventory } from "../../ir/inventory.js";
import type { Policy } from "../../ir/policy.js";
import { resolve } from "../../services/resolve.js";
import type { Choice } from "../../services/resolve.js";
import type { ServiceSettings } from "../../services/settings.js";
import type { LabPlan } from "../plan.js";
import type { Expectation, Outcome, Server, ServiceRequest } from "./request.js";

export interface Rules {
  readonly plan: LabPlan;
  readonly inventory: Inventory;
  readonly policies: readonly Policy[];
  readonly settings: ServiceSettings;
  /** Sources that are right besides: kernels that translate may take the address of the pod's link. */
  readonly besides?: readonly string[];
}

export function expectationOf(request: ServiceRequest, rules: Rules): Expectation {
  const { client, ingressNode: at, address, port, protocol } = request;
  const from = { kind: client.kind, address: client.address };
  const outcome = resolve(rules.inventory, { from, at, address, port, protocol }, rules.settings);
  if (outcome.kind !== "connected") {
    const found = outcome.kind === "refused" ? "refused" : "silent";
    return { outcomes: [found], servers: [], sources: [], direct: false };
  }
  const judged = outcome.to.choices.map((choice) => {
    const server = serverAt(choice.backend.address, rules.plan);
    const source = sourceSeen(request, choice, rules);
    return { choice, server, source, outcome: outcomeAt(request, server, source, choice.backend.port, rules) };
  });
  const answering = judged.filter((each) => each.outcome === "connected");
  return {
    outcomes: [...new Set(judged.map((each) => each.outcome))],
    servers: answering.map(({ server }) => server),
    sources: [...new Set([...answering.map(({ source }) => source), ...(rules.besides ?? [])])],
    direct: answering.every(({ choice }) => choice.dispatch !== "none" && choice.dispatch !== "snat"),
  };
}

export function serverAt(address: string, { pods, nodes }: LabPlan): Server {
  const pod = pods.find((each) => each.pod.ips.includes(address));
  if (pod) return { name: `${pod.pod.namespace}/${pod.pod.name}`, node: pod.node.name };
  const node = nodes.find(({ ipv4, ipv6 }) => ipv4 === address || ipv6 === address);
  return { name: node?.name ?? address, node: node?.name ?? "" };
}

function sourceSeen({ client, ingressNode, family }: ServiceRequest, choice: Choice, rules: Rules): string {
  if (choice.sourceSeen === "client") return client.address;
  if (choice.sourceSeen === "hairpin") return rules.settings[family === 4 ? "hairpin4" : "hairpin6"];
  const node = rules.plan.nodes.find(({ name }) => name === ingressNode)!;
  return family === 4 ? node.ipv4 : node.ipv6;
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
  const from =
    client.kind === "pod" ? endpoint(client.name, source, rules) : { kind: "address" as const, ip: source };
  const toItself = client.name === server.name;
  const { verdict } = decide(rules.policies, { from, to, protocol, port, toItself });
  return verdict === "allow" ? "connected" : "silent";
}

function endpoint(name: string, ip: string, { inventory }: Rules): Endpoint {
  const pod = inventory.pods.find((each) => `${each.namespace}/${each.name}` === name);
  if (!pod) return { kind: "address", ip };
  const namespace =
    inventory.namespaces.find((each) => each.name === pod.namespace) ?? impliedNamespace(pod.namespace);
  return { kind: "pod", pod, namespace, ip: ip || pod.ips[0]! };
}
