/** The nodes that a rollout waits for. */
import { createHash } from "node:crypto";
import type { Cluster } from "../cluster/client.js";
import { AGENT_LABELS, NAMESPACE } from "../cluster/policy_bundle.js";
import type { NodeStatus } from "../cluster/policy_bundle.js";
import type { KubeObject } from "../cluster/resource.js";
import { RESOURCES } from "../cluster/resource.js";
import type { Failure } from "../node/failure.js";
import { isFailure } from "../node/failure.js";

interface NodeObject extends KubeObject {
  readonly status?: { readonly conditions?: readonly { readonly type: string; readonly status: string }[] };
}

interface PodObject extends KubeObject {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: { readonly phase?: string };
}

export interface ClusterNode {
  readonly name: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly isReady: boolean;
}

/** By name: those where an agent runs, and those that say that they enforce. */
export async function agentNodes(
  cluster: Cluster,
  statuses: readonly NodeStatus[],
): Promise<readonly ClusterNode[] | Failure> {
  const nodes = await cluster.list<NodeObject>(RESOURCES.nodes);
  if (isFailure(nodes)) return nodes;
  const pods = await cluster.list<PodObject>(RESOURCES.pods, {
    namespace: NAMESPACE,
    labelSelector: AGENT_LABELS,
  });
  if (isFailure(pods)) return pods;
  const running = pods.items.filter(({ status }) => !["Succeeded", "Failed"].includes(status?.phase ?? ""));
  const known = new Set([...running.map(({ spec }) => spec?.nodeName), ...statuses.map(({ node }) => node)]);
  return nodes.items
    .filter(({ metadata }) => known.has(metadata.name))
    .map(({ metadata, status }) => ({
      name: metadata.name,
      labels: metadata.labels ?? {},
      isReady: status?.conditions?.some(({ type, status }) => type === "Ready" && status === "True") ?? false,
    }))
    .sort((a, b) => (a.name < b.name ? -1 : 1));
}

/** `10%`: that part of the nodes, at least one; else a label as `KEY=VALUE` or `KEY`. */
export type Canary =
  | { readonly kind: "part"; readonly percent: number }
  | { readonly kind: "label"; readonly key: string; readonly value?: string };

export function parseCanary(text: string): Canary | undefined {
  const [, percent] = /^(\d{1,3})%$/.exec(text) ?? [];
  if (percent !== undefined)
    return Number(percent) > 0 && Number(percent) < 100
      ? { kind: "part", percent: Number(percent) }
      : undefined;
  const [, key, value] = /^([A-Za-z0-9][A-Za-z0-9._/-]*)(?:=([A-Za-z0-9._-]*))?$/.exec(text) ?? [];
  return key === undefined ? undefined : { kind: "label", key, ...(value !== undefined && { value }) };
}

/** Which nodes go first. Of a part, others for every bundle: no node has all of the risk. */
export function canaryNodes(
  canary: Canary,
  nodes: readonly ClusterNode[],
  digest: string,
): readonly string[] {
  if (canary.kind === "label") {
    const { key, value } = canary;
    const has = ({ labels }: ClusterNode) =>
      value === undefined ? labels[key] !== undefined : labels[key] === value;
    return nodes.filter(has).map(({ name }) => name);
  }
  const drawn = (name: string) => createHash("sha256").update(`${digest} ${name}`).digest("hex");
  const order = nodes
    .map(({ name }) => ({ name, drawn: drawn(name) }))
    .sort((a, b) => (a.drawn < b.drawn ? -1 : 1));
  const count = Math.ceil((nodes.length * canary.percent) / 100);
  return order
    .slice(0, count)
    .map(({ name }) => name)
    .sort();
}
