/**
 * The names behind the numbers of one generation: what a log line, a plan and a status say of what the kernel reports. Kept
 * as JSON beside the instance, so that a log can be read without the bundle that was applied.
 */
import type { Bundle } from "../bundle/bundle.js";
import type { ManifestPolicy } from "../bundle/manifest.js";
import type { Pod, Workload } from "../ir/inventory.js";
import type { Direction } from "../ir/policy.js";
import type { LocalPod, NodeState } from "./node_state.js";
import { podKey } from "./profiles.js";

export const NAMES_VERSION = 2;

export interface GenerationNames {
  readonly version: typeof NAMES_VERSION;
  readonly generation: number;
  /** The node's name, as in the inventory. */
  readonly node: string;
  /** Path of the network namespace that the node's interfaces are in; left out: the host's. */
  readonly netns?: string;
  /** Digest of the bundle. */
  readonly bundle: string;
  readonly audit: boolean;
  readonly policies: readonly ManifestPolicy[];
  /** In the order of the manifest. */
  readonly rules: readonly NamedRule[];
  readonly profiles: readonly NamedProfile[];
  /** The node's pods, those that no policy selects too, by name. */
  readonly local: readonly NamedLocalPod[];
  /** Every pod that holds an address, by the address. */
  readonly pods: Readonly<Record<string, NamedPod>>;
}

export interface NamedRule {
  /** Index into `policies`. */
  readonly policy: number;
  /** Such as `ingress[0]`. */
  readonly name: string;
  /** `file:line`. */
  readonly source: string;
}

export interface NamedProfile {
  readonly number: number;
  readonly set: string;
  /** Equal for policy sets that decide the same. */
  readonly content: string;
  /** Indices into `policies`: those that select the profile's pods. */
  readonly policies: readonly number[];
  /** Indices into the names' `rules`, by the rule's number in an event, less 1. */
  readonly rules: readonly number[];
  readonly isolatedBy: Readonly<Record<Direction, readonly number[]>>;
}

export interface NamedLocalPod {
  /** `namespace/name` */
  readonly pod: string;
  readonly interface: string;
  /** Left out: no policy selects the pod. */
  readonly profile?: number;
}

export interface NamedPod {
  readonly namespace: string;
  readonly name: string;
  readonly workload?: Workload;
  readonly node?: string;
}

export function generationNames(
  bundle: Bundle,
  node: { readonly name: string; readonly netns?: string },
  local: readonly LocalPod[],
  { state, profiles, podProfile, podByAddress }: NodeState,
): GenerationNames {
  return {
    version: NAMES_VERSION,
    generation: state.generation,
    node: node.name,
    ...(node.netns !== undefined && { netns: node.netns }),
    bundle: bundle.manifest.digest,
    audit: state.settings.audit,
    policies: bundle.manifest.policies,
    rules: bundle.manifest.rules.map(({ policy, name, source }) => ({ policy, name, source })),
    profiles: profiles.map(({ pods: _, ...profile }) => profile),
    local: local
      .map(({ pod, interface: name }) => {
        const profile = podProfile.get(podKey(pod));
        return { pod: podKey(pod), interface: name, ...(profile !== undefined && { profile }) };
      })
      .sort((a, b) => (a.pod < b.pod ? -1 : a.pod > b.pod ? 1 : 0)),
    pods: Object.fromEntries([...podByAddress].map(([address, pod]) => [address, namedPod(pod)])),
  };
}

function namedPod({ namespace, name, workload, owner, node }: Pod): NamedPod {
  const of = workload ?? owner;
  return { namespace, name, ...(of && { workload: of }), ...(node !== undefined && { node }) };
}
