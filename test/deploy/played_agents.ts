/** Nodes that do with a PolicyBundle what a test says, by the contract between `polc deploy` and the agents. */
import type { Cluster } from "../../src/cluster/client.js";
import type { NodeStatus, PolicyBundle } from "../../src/cluster/policy_bundle.js";
import { RESOURCES } from "../../src/cluster/resource.js";
import { Watcher } from "../../src/cluster/watcher.js";
import { isFailure } from "../../src/node/failure.js";

const { nodes, pods, policyBundles } = RESOURCES;

/** What a node says of a bundle; undefined: nothing. */
export type Behaviour = (node: string, bundle: PolicyBundle) => Partial<NodeStatus> | undefined;

export const ENFORCES: Behaviour = () => ({
  state: "enforcing",
  pods: 3,
  tier: "tables",
  losses: 0,
  denies: 0,
});

/** Nodes that are ready, each with the pod of an agent. */
export async function createNodes(
  cluster: Cluster,
  made: readonly {
    readonly name: string;
    readonly labels?: Record<string, string>;
    readonly ready?: boolean;
  }[],
): Promise<void> {
  for (const { name, labels = {}, ready = true } of made) {
    await succeeds(cluster.apply(nodes, { metadata: { name, labels } }));
    const status = { conditions: [{ type: "Ready", status: ready ? "True" : "Unknown" }] };
    await succeeds(cluster.merge(nodes, { name, subresource: "status" }, { status }));
    const metadata = {
      ...{ name: `polc-agent-${name}`, namespace: "polc-system" },
      labels: { "app.kubernetes.io/name": "polc-agent" },
    };
    const spec = {
      nodeName: name,
      hostNetwork: true,
      containers: [{ name: "agent", image: "localhost/polc" }],
    };
    await succeeds(cluster.apply(pods, { metadata, spec }));
  }
}

export async function succeeds<T>(asked: Promise<T>): Promise<T> {
  const answer = await asked;
  if (isFailure(answer)) throw new Error(answer.error);
  return answer;
}

export interface PlayedAgents {
  behave(behaviour: Behaviour): void;
  stop(): Promise<void>;
}

/** Each takes a bundle that is for it, and says so; the others say again what they enforce. */
export function playAgents(cluster: Cluster, names: readonly string[]): PlayedAgents {
  let behaviour = ENFORCES;
  const enforced = new Map<string, number>();
  const ending = new AbortController();
  const see = async (node: string, bundle: PolicyBundle): Promise<void> => {
    const { spec, metadata } = bundle;
    if (spec.canary && !spec.canary.nodes.includes(node)) return;
    const key = `${metadata.name} ${node}`;
    if (enforced.get(key) === spec.epoch) return;
    const said = behaviour(node, bundle);
    if (!said) return;
    enforced.set(key, spec.epoch);
    const { digest, epoch } = spec;
    const entry = { node, digest, epoch, generation: epoch, observed: "2026-01-01T00:00:00Z", ...said };
    const status = { nodes: [entry] };
    const options = { subresource: "status", fieldManager: `polc-agent-${node}`, force: true };
    await succeeds(cluster.apply(policyBundles, { metadata: { name: metadata.name }, status }, options));
  };
  let last: Promise<unknown> = Promise.resolve();
  const watcher = new Watcher<PolicyBundle>(
    cluster,
    { ...policyBundles, read: (object) => object as PolicyBundle },
    {
      onBatch: ({ changed, gone }) => {
        if (gone.length > 0) enforced.clear();
        for (const bundle of changed)
          last = last.then(() => Promise.all(names.map((node) => see(node, bundle))));
      },
      onSynced: () => undefined,
      onFailure: () => undefined,
    },
  );
  const running = watcher.run(ending.signal);
  return {
    behave: (wanted) => {
      behaviour = wanted;
      enforced.clear();
    },
    stop: async () => {
      ending.abort();
      await running;
      await last;
    },
  };
}
