/** What a deployment would change on a node, before it does. */
import type { Bundle } from "../bundle/bundle.js";
import type { Inventory } from "../ir/inventory.js";
import type { GenerationNames, NamedProfile } from "../state/generation_names.js";
import { generationNames } from "../state/generation_names.js";
import type { LocalPod, NodeState, StateOptions } from "../state/node_state.js";
import { nodeState } from "../state/node_state.js";

export type Change = "new" | "changed" | "same" | "removed";

export interface PlannedPod {
  /** `namespace/name` */
  readonly pod: string;
  readonly interface: string;
  /** The policy set that serves the pod; left out: no policy selects it, so nothing is loaded for it. */
  readonly set?: string;
  /** Names of the policies that select it. */
  readonly policies: readonly string[];
  readonly change: Change;
}

export interface PlannedSet {
  readonly name: string;
  readonly form: "specialised" | "table";
  readonly policies: number;
  /** Program pairs that are loaded from its object. */
  readonly programs: number;
}

export interface Plan {
  /** The generation that runs, 0 for none, and its bundle. */
  readonly running: { readonly generation: number; readonly bundle?: string };
  readonly generation: number;
  readonly bundle: string;
  readonly audit: boolean;
  /** Sets that some pod of the node needs. */
  readonly sets: readonly PlannedSet[];
  readonly pods: readonly PlannedPod[];
  readonly state: NodeState;
}

/** `running`: what is enforced now, as `statusLocal` tells. */
export function planLocal(
  bundle: Bundle,
  inventory: Inventory,
  node: { readonly name: string; readonly ips: readonly string[] },
  pods: readonly LocalPod[],
  running: { readonly generation: number; readonly names?: GenerationNames },
  options: Omit<StateOptions, "generation"> = {},
): Plan {
  const generation = running.generation + 1;
  const state = nodeState(bundle, inventory, node, pods, { ...options, generation });
  const next = generationNames(bundle, node, pods, state);
  return {
    running: { generation: running.generation, ...(running.names && { bundle: running.names.bundle }) },
    generation,
    bundle: next.bundle,
    audit: next.audit,
    sets: bundle.manifest.sets
      .map(({ name, form, policies }) => ({
        name,
        form,
        policies: policies.length,
        programs: next.profiles.filter((profile) => profile.set === name).length,
      }))
      .filter(({ programs }) => programs > 0),
    pods: comparePods(running.names, next),
    state,
  };
}

function comparePods(before: GenerationNames | undefined, after: GenerationNames): PlannedPod[] {
  const old = new Map(before?.local.map((pod) => [pod.pod, describe(before, pod)]));
  const now = after.local.map((pod) => ({ ...describe(after, pod), change: "new" as Change }));
  const compared = now.map((pod) => {
    const was = old.get(pod.pod);
    old.delete(pod.pod);
    return was
      ? { ...pod, change: was.content === pod.content ? ("same" as const) : ("changed" as const) }
      : pod;
  });
  const gone = [...old.values()].map((pod) => ({ ...pod, change: "removed" as const }));
  return [...compared, ...gone]
    .map(({ content: _, ...pod }) => pod)
    .sort((a, b) => (a.pod < b.pod ? -1 : a.pod > b.pod ? 1 : 0));
}

/** `content`: equal for pods with the same program and the same policies. */
function describe(
  names: GenerationNames,
  { pod, interface: device, profile }: GenerationNames["local"][number],
) {
  const found = names.profiles.find(({ number }) => number === profile);
  const policies = found ? policyNames(names, found) : [];
  const content = JSON.stringify([device, found?.content, policies, names.audit]);
  return { pod, interface: device, ...(found && { set: found.set }), policies, content };
}

/** `name` of NetworkPolicies, which are of the pod's namespace; `Kind/name` of the others. */
export function policyNames(names: GenerationNames, profile: NamedProfile): string[] {
  return profile.policies.map((index) => {
    const { kind, name, tier } = names.policies[index]!;
    return tier === "networkpolicy" ? name : `${kind}/${name}`;
  });
}
