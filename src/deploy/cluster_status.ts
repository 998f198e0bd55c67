/** How polc is in a cluster: what is deployed, what each node says of it, and what is wrong. */
import type { Cluster } from "../cluster/client.js";
import { AGENT_LABELS, NAMESPACE } from "../cluster/policy_bundle.js";
import type { NodeStatus, PolicyBundle } from "../cluster/policy_bundle.js";
import type { KubeObject } from "../cluster/resource.js";
import { RESOURCES } from "../cluster/resource.js";
import type { Failure } from "../node/failure.js";
import { isFailure } from "../node/failure.js";
import { findCurrent } from "./current.js";
import type { ClusterNode } from "./nodes.js";
import { agentNodes } from "./nodes.js";

/** An agent says how it is once a minute. */
const SILENT_MS = 5 * 60_000;

export interface AgentState {
  readonly node: string;
  /** The node is as the API says. */
  readonly isReady: boolean;
  /** It enforces the policy objects of the API, and no bundle. */
  readonly isLive: boolean;
  /** Such as CrashLoopBackOff; left out: it runs. */
  readonly waiting?: string;
  readonly restarts: number;
}

export interface NodeRow {
  readonly node: ClusterNode;
  /** Left out: no agent's pod is there. */
  readonly agent?: AgentState;
  /** Left out: it said nothing of the bundle. */
  readonly status?: NodeStatus;
  /** Empty: it enforces what it should. */
  readonly problems: readonly string[];
}

export interface ClusterStatus {
  /** Left out: nothing is deployed. */
  readonly bundle?: PolicyBundle;
  readonly rows: readonly NodeRow[];
  /** Of the cluster and of its nodes, in words. */
  readonly problems: readonly string[];
}

export async function clusterStatus(
  cluster: Cluster,
  name: string,
  now: number = Date.now(),
): Promise<ClusterStatus | Failure> {
  const current = await findCurrent(cluster, name);
  if (isFailure(current)) return current;
  const { bundle } = current;
  const said = bundle?.status?.nodes ?? [];
  const [nodes, agents] = await Promise.all([agentNodes(cluster, said), agentStates(cluster)]);
  if (isFailure(nodes)) return nodes;
  if (isFailure(agents)) return agents;
  const rows = nodes.map((node): NodeRow => {
    const agent = agents.get(node.name);
    const status = said.find((each) => each.node === node.name);
    const known = { node, ...(agent && { agent }), ...(status && { status }) };
    return { ...known, problems: problemsOf(known, bundle, now) };
  });
  const isLive = rows.some(({ agent }) => agent?.isLive);
  const problems = [
    ...(rows.length === 0 ? ["no node runs polc agent"] : []),
    ...(bundle || isLive || rows.length === 0 ? [] : ["nothing is deployed"]),
    ...canaryProblem(bundle),
    ...rows.flatMap(({ node, problems: own }) => own.map((problem) => `${node.name}: ${problem}`)),
  ];
  return { ...(bundle && { bundle }), rows, problems };
}

function canaryProblem(bundle: PolicyBundle | undefined): string[] {
  const nodes = bundle?.spec.canary?.nodes;
  return nodes
    ? [`a canary rollout to ${nodes.join(", ")} did not go on: deploy again, or polc deploy rollback`]
    : [];
}

function problemsOf(
  { node, agent, status }: Omit<NodeRow, "problems">,
  bundle: PolicyBundle | undefined,
  now: number,
): readonly string[] {
  const problems = [...(node.isReady ? [] : ["the node is not ready"]), ...agentProblems(agent)];
  if (!bundle || agent?.isLive) return problems;
  if (!status)
    return isFor(bundle, node.name) ? [...problems, "it has said nothing of the bundle yet"] : problems;
  return [...problems, ...statusProblems(status, bundle, now)];
}

function agentProblems(agent: AgentState | undefined): string[] {
  if (!agent) return ["no agent runs there; what was enforced stays so"];
  if (agent.waiting !== undefined) return [`its agent does not run: ${agent.waiting}`];
  return agent.isReady ? [] : ["its agent is not ready: kubectl logs -n polc-system says why"];
}

function statusProblems(
  { node, state, message, digest, podsMissing, observed }: NodeStatus,
  bundle: PolicyBundle,
  now: number,
): string[] {
  const silent = observed === undefined ? 0 : now - Date.parse(observed);
  const other = state === "enforcing" && digest !== bundle.spec.digest && isFor(bundle, node);
  return [
    ...(state === "enforcing" ? [] : [`${state}${message === undefined ? "" : `: ${message}`}`]),
    ...(other ? ["it enforces another bundle than the one that is deployed"] : []),
    ...(podsMissing ? [`nothing is enforced on ${podsMissing} of its pods`] : []),
    ...(silent > SILENT_MS ? [`it has said nothing for ${Math.round(silent / 60_000)} minutes`] : []),
  ];
}

function isFor({ spec }: PolicyBundle, node: string): boolean {
  return !spec.canary || spec.canary.nodes.includes(node);
}

interface PodObject extends KubeObject {
  readonly spec?: {
    readonly nodeName?: string;
    readonly containers?: readonly { readonly name: string; readonly args?: readonly string[] }[];
  };
  readonly status?: {
    readonly phase?: string;
    readonly conditions?: readonly { readonly type: string; readonly status: string }[];
    readonly containerStatuses?: readonly {
      readonly name: string;
      readonly restartCount?: number;
      readonly state?: Readonly<Record<string, { readonly reason?: string }>>;
    }[];
  };
}

async function agentStates(cluster: Cluster): Promise<ReadonlyMap<string, AgentState> | Failure> {
  const options = { namespace: NAMESPACE, labelSelector: AGENT_LABELS };
  const pods = await cluster.list<PodObject>(RESOURCES.pods, options);
  if (isFailure(pods)) return pods;
  const states = pods.items.flatMap((pod) => agentState(pod));
  // While one is replaced there are two: the one that is ready counts.
  return new Map(
    states.sort((a, b) => Number(a.isReady) - Number(b.isReady)).map((state) => [state.node, state]),
  );
}

function agentState({ spec, status }: PodObject): AgentState[] {
  if (spec?.nodeName === undefined || ["Succeeded", "Failed"].includes(status?.phase ?? "")) return [];
  const container = spec.containers?.find(({ name }) => name === "agent");
  const own = status?.containerStatuses?.find(({ name }) => name === "agent");
  const state = Object.entries(own?.state ?? {}).find(([kind]) => kind !== "running");
  const isReady =
    status?.conditions?.some(({ type, status: is }) => type === "Ready" && is === "True") ?? false;
  return [
    {
      ...{ node: spec.nodeName, isReady, restarts: own?.restartCount ?? 0 },
      isLive: container?.args?.includes("--live") ?? false,
      ...(state && { waiting: state[1].reason ?? state[0] }),
    },
  ];
}
