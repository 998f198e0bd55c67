/** What a node has to enforce: a bundle, seen by the pods that run there. See `index/node_index.ts`. */
import { join, resolve } from "node:path";
import type { Bundle } from "../bundle/bundle.js";
import { policySets } from "../codegen/policy_set.js";
import type { Inventory, Pod } from "../ir/inventory.js";
import type { Direction } from "../ir/policy.js";
import type { Diagnostic } from "../source/diagnostic.js";
import type { LocalPod } from "./index/changes.js";
import { NodeIndex } from "./index/node_index.js";
import { setDigest } from "./index/subjects/policy_store.js";
import type { SetObjects } from "./index/subjects/programs.js";
import type { LoaderSettings, LoaderSizes, WholeState } from "./loader_state.js";
import type { Meaning, Profile } from "./profiles.js";

export type { LocalPod } from "./index/changes.js";

export interface StateOptions {
  readonly generation: number;
  /** The number of the first profile; those before it mean something else. Default: 1. */
  readonly firstProfile?: number;
  /** The bundle's folder as the loader is to open it: absolute, or relative to the state file. Default: `bundle.dir`. */
  readonly bundlePath?: string;
  readonly settings?: Partial<LoaderSettings>;
  readonly sizes?: Partial<LoaderSizes>;
}

export interface NodeState {
  readonly state: WholeState;
  readonly profiles: readonly Profile[];
  /** The profile of each local pod that has one, by `namespace/name`. */
  readonly podProfile: ReadonlyMap<string, number>;
  /** The pod that holds each address, in canonical text. */
  readonly podByAddress: ReadonlyMap<string, Pod>;
  /** Warnings about the inventory, such as two pods with one address. */
  readonly diagnostics: readonly Diagnostic[];
}

export function nodeState(
  bundle: Bundle,
  inventory: Inventory,
  node: { readonly name: string; readonly ips: readonly string[] },
  pods: readonly LocalPod[],
  options: StateOptions,
): NodeState {
  const { shell } = bundle.manifest;
  const path = (file: string) => join(options.bundlePath ?? resolve(bundle.dir), file);
  const local = pods.filter(({ pod }) => !pod.hostNetwork);
  const index = new NodeIndex(
    {
      ...options,
      shell: { path: path(shell.file), sha256: shell.sha256 },
      nodeIps: node.ips,
      objects: objectsOf(bundle, local, path),
    },
    { policies: bundle.policies, namespaces: inventory.namespaces, pods: inventory.pods, local },
  );
  const profiles = profilesOf(bundle, [...index.meanings()]);
  return {
    state: index.whole(),
    profiles,
    podProfile: new Map(profiles.flatMap(({ number, pods: own }) => own.map((pod) => [pod, number]))),
    podByAddress: index.podByAddress(),
    diagnostics: index.diagnostics(),
  };
}

/** The compiled objects of the sets that serve some local pod. */
function objectsOf(bundle: Bundle, local: readonly LocalPod[], path: (file: string) => string): SetObjects {
  const namespaces = new Set(local.map(({ pod }) => pod.namespace));
  const manifested = new Map(bundle.manifest.sets.map((set) => [set.name, set]));
  const served = policySets(bundle.policies).filter(
    ({ namespace }) => namespace === undefined || namespaces.has(namespace),
  );
  return new Map(
    served.flatMap((set) => {
      const compiled = manifested.get(set.name);
      if (compiled?.form !== "specialised") return [];
      return [[setDigest(set), { object: path(compiled.object), sha256: compiled.sha256 }]];
    }),
  );
}

function profilesOf(
  bundle: Bundle,
  meanings: readonly (Meaning & Pick<Profile, "content" | "pods">)[],
): Profile[] {
  const policyAt = new Map(bundle.policies.map((policy, index) => [policy, index]));
  const ruleAt = new Map(bundle.policies.flatMap(({ rules }) => rules).map((rule, index) => [rule, index]));
  return meanings.map(({ number, set, content, pods, policies, rules, isolatedBy }) => {
    const isolating = (direction: Direction) => isolatedBy[direction].map((policy) => policyAt.get(policy)!);
    return {
      ...{ number, set, content, pods },
      policies: policies.map((policy) => policyAt.get(policy)!).sort((a, b) => a - b),
      rules: rules.map((rule) => ruleAt.get(rule)!),
      isolatedBy: { ingress: isolating("ingress"), egress: isolating("egress") },
    };
  });
}
