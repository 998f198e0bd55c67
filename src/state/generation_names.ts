/**
 * The names behind the numbers of one generation: what a log line, a plan and a status say of what the kernel reports. Kept
 * as JSON beside the instance, so that a log can be read without the bundle that was applied.
 */
import type { Bundle } from "../bundle/bundle.js";
import { describePolicy, describeRules } from "../bundle/describe.js";
import type { ManifestPolicy } from "../bundle/manifest.js";
import type { Pod, Workload } from "../ir/inventory.js";
import type { Direction, Policy } from "../ir/policy.js";
import type { SourceMap } from "../source/source_file.js";
import type { LocalPod, NodeState } from "./node_state.js";
import type { Meaning, Profile } from "./profiles.js";
import { podKey } from "./profiles.js";

export const NAMES_VERSION = 2;

export interface GenerationNames {
  readonly version: typeof NAMES_VERSION;
  readonly generation: number;
  /** Later generations have these names too, up to the next that has names of its own. */
  readonly onwards?: true;
  /** Every number from here on has not meant a profile yet. */
  readonly nextProfile: number;
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
  /** The Service at each address and port, by `serviceNameKey`; left out: none is served. */
  readonly services?: Readonly<Record<string, NamedService>>;
}

export interface NamedService {
  readonly namespace: string;
  readonly name: string;
}

/** Of a node port, the address is the unspecified one. @param protocol such as `TCP` */
export function serviceNameKey(address: string, port: number, protocol: string): string {
  return `${address} ${port} ${protocol}`;
}

/** What changes most often. */
export type PodNames = Pick<GenerationNames, "local" | "pods">;

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
  /** Indices into the names' `rules`, by the rule's number in an event, less 1; -1: it has no name here. */
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
    nextProfile: 1 + Math.max(0, ...profiles.map(({ number }) => number)),
    node: node.name,
    ...(node.netns !== undefined && { netns: node.netns }),
    bundle: bundle.manifest.digest,
    audit: state.settings.audit,
    policies: bundle.manifest.policies,
    rules: bundle.manifest.rules.map(namedRule),
    profiles: profiles.map(({ pods: _, ...profile }) => profile),
    local: namedLocal(local, podProfile),
    pods: Object.fromEntries([...podByAddress].map(([address, pod]) => [address, namedPod(pod)])),
  };
}

/** JSON of `PodNames`, of which most is as it was the last time. */
export class PodNamesText {
  private readonly known = new WeakMap<Pod, string>();

  of(
    local: Iterable<Pick<LocalPod, "pod" | "interface">>,
    podProfile: ReadonlyMap<string, number>,
    podByAddress: ReadonlyMap<string, Pod>,
  ): string {
    const pods: string[] = [];
    for (const [address, pod] of podByAddress) pods.push(`"${address}":${this.textOf(pod)}`);
    return `{"local":${JSON.stringify(namedLocal(local, podProfile))},"pods":{${pods.join()}}}`;
  }

  private textOf(pod: Pod): string {
    let text = this.known.get(pod);
    if (text === undefined) this.known.set(pod, (text = JSON.stringify(namedPod(pod))));
    return text;
  }
}

function namedLocal(
  local: Iterable<Pick<LocalPod, "pod" | "interface">>,
  podProfile: ReadonlyMap<string, number>,
): NamedLocalPod[] {
  return [...local]
    .map(({ pod, interface: name }) => {
      const profile = podProfile.get(podKey(pod));
      return { pod: podKey(pod), interface: name, ...(profile !== undefined && { profile }) };
    })
    .sort((a, b) => (a.pod < b.pod ? -1 : a.pod > b.pod ? 1 : 0));
}

/** What a policy is called, and its rules. */
export interface DescribedPolicy {
  readonly policy: ManifestPolicy;
  readonly rules: readonly Omit<NamedRule, "policy">[];
}

export function describedPolicy(policy: Policy, sources: Pick<SourceMap, "where">): DescribedPolicy {
  return { policy: describePolicy(policy, sources), rules: describeRules([policy], sources).map(namedRule) };
}

/** The names since a generation, as a node's index knows them; those of its pods are written beside them. */
export function indexNames(
  of: Pick<GenerationNames, "generation" | "node" | "netns" | "bundle" | "audit" | "nextProfile">,
  meanings: Iterable<Meaning & Pick<Profile, "content">>,
  described: (policy: Policy) => DescribedPolicy,
): GenerationNames {
  const all = [...meanings];
  const policies = [...new Set(all.flatMap((meaning) => meaning.policies))];
  const policyAt = new Map(policies.map((policy, index) => [policy, index]));
  const ruleAt = new Map(policies.flatMap(({ rules }) => rules).map((rule, index) => [rule, index]));
  const indices = (list: readonly Policy[]) => list.map((policy) => policyAt.get(policy)!);
  return {
    version: NAMES_VERSION,
    ...of,
    onwards: true,
    policies: policies.map((policy) => described(policy).policy),
    rules: policies.flatMap((policy, index) =>
      described(policy).rules.map((rule) => ({ ...rule, policy: index })),
    ),
    profiles: all.map(({ number, set, content, policies: own, rules, isolatedBy }) => ({
      ...{ number, set, content, policies: indices(own) },
      // A rule of a policy that does not select the pods never decides.
      rules: rules.map((rule) => ruleAt.get(rule) ?? -1),
      isolatedBy: { ingress: indices(isolatedBy.ingress), egress: indices(isolatedBy.egress) },
    })),
    local: [],
    pods: {},
  };
}

function namedRule({ policy, name, source }: NamedRule): NamedRule {
  return { policy, name, source };
}

function namedPod({ namespace, name, workload, owner, node }: Pod): NamedPod {
  const of = workload ?? owner;
  return { namespace, name, ...(of && { workload: of }), ...(node !== undefined && { node }) };
}
