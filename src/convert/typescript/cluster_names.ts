/** The names in `cluster({...})` for the pods that policies select by namespace. */
import { selects } from "../../analysis/semantics/select.js";
import type { Inventory, Pod } from "../../ir/inventory.js";
import type { LabelSelector, PodMatch, Policy } from "../../ir/policy.js";
import { podsKey } from "../../parser/typescript/lower/cover.js";
import { RESERVED, namesOf, take, variableName } from "./names.js";

export interface NamedPods {
  /** Its key in the namespace's object. */
  readonly key: string;
  readonly selector: LabelSelector;
}

export interface NamedNamespace {
  readonly name: string;
  readonly variable: string;
  /** By `podsKey`, in the order of first mention. Those that select every pod have no name of their own. */
  readonly members: ReadonlyMap<string, NamedPods>;
}

/** By name, in the order of first mention. */
export type ClusterNames = ReadonlyMap<string, NamedNamespace>;

export function clusterNames(policies: readonly Policy[], inventory: Inventory): ClusterNames {
  const byNamespace = new Map<string, Map<string, PodMatch>>();
  for (const match of [...policies.flatMap(subjects), ...policies.flatMap(ends)]) {
    if (match.namespaces.kind !== "name") continue;
    const { name } = match.namespaces;
    const matches = byNamespace.get(name) ?? new Map<string, PodMatch>();
    byNamespace.set(name, matches);
    const key = podsKey(match);
    if (match.pods.requirements.length > 0 && !matches.has(key)) matches.set(key, match);
  }
  const known = podsByNamespace(inventory);
  const variables = new Set(RESERVED);
  return new Map(
    [...byNamespace].map(([name, matches]) => {
      const variable = variableName(name);
      return [
        name,
        {
          name,
          variable: take([variable, `${variable}Namespace`], variables, ""),
          members: namedPods(matches, known.get(name) ?? []),
        },
      ];
    }),
  );
}

function podsByNamespace({ pods }: Inventory): ReadonlyMap<string, readonly Pod[]> {
  const found = new Map<string, Pod[]>();
  for (const pod of pods) {
    const list = found.get(pod.namespace);
    if (list) list.push(pod);
    else found.set(pod.namespace, [pod]);
  }
  return found;
}

function subjects(policy: Policy): readonly PodMatch[] {
  return policy.kind === "NetworkPolicy" ? [policy.subject] : policy.rules.map(({ subject }) => subject);
}

function ends({ rules }: Policy): readonly PodMatch[] {
  return rules.flatMap(({ peers = [] }) => peers.filter((peer) => peer.kind === "pods"));
}

/** The simplest selectors choose names first: `web` is `app=web`, not `app=web,track=beta`. */
function namedPods(
  matches: ReadonlyMap<string, PodMatch>,
  pods: readonly Pod[],
): ReadonlyMap<string, NamedPods> {
  const taken = new Set<string>();
  const keys = new Map<string, string>();
  const simplest = [...matches].sort(
    ([, a], [, b]) => a.pods.requirements.length - b.pods.requirements.length,
  );
  for (const [text, match] of simplest) {
    const selected = pods.filter((pod) => selects(match.pods, pod.labels));
    const workloads = selected.length === 1 ? selected.map(({ name }) => name) : [];
    const candidates = namesOf(match.pods, workloads);
    keys.set(text, take(candidates.length > 0 ? candidates : ["pods"], taken, "-"));
  }
  return new Map([...matches].map(([text, match]) => [text, { key: keys.get(text)!, selector: match.pods }]));
}
