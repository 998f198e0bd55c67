/** The pods of the agents: whose logs have the verdicts of their nodes. */
import type { Cluster } from "../../../cluster/client.js";
import { AGENT_LABELS, NAMESPACE } from "../../../cluster/policy_bundle.js";
import type { ApiFailure, KubeObject } from "../../../cluster/resource.js";
import { RESOURCES } from "../../../cluster/resource.js";
import type { Failure } from "../../../node/failure.js";
import { isFailure } from "../../../node/failure.js";

export interface AgentPod {
  readonly name: string;
  readonly node: string;
  /** Why its log cannot be read; left out: it runs. */
  readonly away?: string;
}

interface PodObject extends KubeObject {
  readonly spec?: { readonly nodeName?: string };
  readonly status?: {
    readonly phase?: string;
    readonly containerStatuses?: readonly ContainerStatus[];
  };
}

interface ContainerStatus {
  readonly name: string;
  readonly state?: Readonly<Record<string, { readonly reason?: string }>>;
}

export async function agentPods(cluster: Cluster): Promise<readonly AgentPod[] | Failure> {
  const options = { namespace: NAMESPACE, labelSelector: AGENT_LABELS };
  const pods = await cluster.list<PodObject>(RESOURCES.pods, options);
  if (isFailure(pods)) return withRole(pods);
  return pods.items
    .filter(({ metadata, spec }) => spec?.nodeName !== undefined && !("deletionTimestamp" in metadata))
    .map(agentPod)
    .sort((a, b) => (a.node < b.node ? -1 : 1));
}

/** One role has all that reading the log needs. */
export function withRole(failure: ApiFailure): Failure {
  if (failure.status !== 403 || failure.help === undefined) return failure;
  return { ...failure, help: failure.help.replaceAll("polc-plan", "polc-logs") };
}

function agentPod({ metadata, spec, status }: PodObject): AgentPod {
  const agent = status?.containerStatuses?.find(({ name }) => name === "agent");
  const [state, details] = Object.entries(agent?.state ?? {})[0] ?? [
    status?.phase?.toLowerCase() ?? "unknown",
  ];
  const runs = state === "running";
  const why = details?.reason ?? state;
  return {
    name: metadata.name,
    node: spec!.nodeName!,
    ...(!runs && { away: `its agent does not run: ${why}` }),
  };
}
