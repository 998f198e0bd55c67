/** What findings in other files depend on, of the policies of one file. */
import { textOf } from "../../analysis/sets/pod_conditions.js";
import type { NetworkPolicy, Policy } from "../../ir/policy.js";
import type { Pod } from "../../ir/inventory.js";
import type { ReadProject } from "../../parser/project.js";
import { digest } from "../../source/private_cache.js";
import type { Redundant } from "../../analysis/redundancy/redundant.js";
import { namesOf } from "../known/known_pods.js";
import type { Scope } from "../scopes/scope.js";

export interface PolicyFacts {
  /** Its NetworkPolicies, in order. */
  readonly policies: readonly (readonly [namespace: string, name: string])[];
  /** The namespaces of its policies and pods. */
  readonly namespaces: readonly string[];
  /** The namespaces whose policies decide at the other end of its rules' connections. */
  readonly peers: readonly string[];
  /** Which pods its policies isolate: a digest. */
  readonly isolation: string;
  /** Those of its policies that are redundant, which isolate nothing on their own. */
  readonly redundant: readonly string[];
  /** It holds these policies alone, and the readers report nothing about it. */
  readonly isPlain: boolean;
  readonly hasTier: boolean;
}

/** The raw result of a scope's comparison, for each scope that was compared. */
export type Compared = Map<Scope, Redundant>;

/**
 * By file, for each that holds policies. Undefined if some namespace is not written: such an object may be in any, so that
 * everything may depend on it.
 */
export function factsOf(
  project: ReadProject,
  compared: Compared,
): ReadonlyMap<string, PolicyFacts> | undefined {
  const { policies, inventory } = project;
  const pods = [...inventory.pods, ...(inventory.ended ?? [])];
  if ([...policies, ...pods].some(isUnwritten)) return undefined;
  const podsIn = grouped(pods);
  const gone = redundantIn(compared);
  return new Map(
    [...grouped(policies)].map(([file, own]) => {
      const around = (podsIn.get(file) ?? []).map(({ namespace }) => namespace);
      return [file, fileFacts(own, around, project.policyFiles.has(file), gone.get(file))] as const;
    }),
  );
}

/** @param around the namespaces of its pods */
export function fileFacts(
  policies: readonly Policy[],
  around: readonly string[],
  isPlain: boolean,
  redundant: readonly string[] = [],
): PolicyFacts {
  const inside = policies.filter((policy) => policy.tier === "networkpolicy");
  return {
    policies: inside.map(({ namespace, name }) => [namespace, name] as const),
    namespaces: [...new Set([...inside.map(({ namespace }) => namespace), ...around])],
    peers: [...new Set(inside.flatMap(otherEnds))],
    isolation: digest(JSON.stringify(inside.map(isolationOf))).slice(0, 32),
    redundant,
    isPlain,
    hasTier: inside.length < policies.length,
  };
}

export function isUnwritten(item: Policy | Pod): boolean {
  return "namespaceUnwritten" in item && item.namespaceUnwritten === true;
}

function isolationOf({ subject, isolates, logged }: NetworkPolicy) {
  return [textOf(subject), isolates.ingress, isolates.egress, logged];
}

function otherEnds({ rules }: NetworkPolicy): readonly string[] {
  const peers = rules.flatMap((rule) => rule.peers ?? []);
  return peers.flatMap((peer) => (peer.kind === "pods" ? (namesOf(peer) ?? []) : [])) as readonly string[];
}

/** The places of redundant policies by file, with the number of the scope. */
function redundantIn(compared: Compared): ReadonlyMap<string, readonly string[]> {
  const found = new Map<string, string[]>();
  [...compared].forEach(([{ name }, { policies }]) => {
    for (const { policy } of policies) {
      const place = `${name} ${policyNumber(policy)}`;
      const list = found.get(policy.span.file);
      if (list) list.push(place);
      else found.set(policy.span.file, [place]);
    }
  });
  for (const list of found.values()) list.sort();
  return found;
}

function policyNumber({ namespace, name, subject }: NetworkPolicy): string {
  return JSON.stringify([namespace, name, textOf(subject)]);
}

function grouped<T extends { readonly span: { readonly file: string } }>(
  items: readonly T[],
): ReadonlyMap<string, readonly T[]> {
  const groups = new Map<string, T[]>();
  for (const item of items) {
    const group = groups.get(item.span.file);
    if (group) group.push(item);
    else groups.set(item.span.file, [item]);
  }
  return groups;
}

/** A policy of a file that is not read: where it is, and nothing of what it decides. */
export function placeOnly(file: string, [namespace, name]: PolicyFacts["policies"][number]): Policy {
  const span = { file, start: 0, end: 0 };
  const requirements: readonly never[] = [];
  return {
    kind: "NetworkPolicy",
    tier: "networkpolicy",
    namespace,
    name,
    subject: {
      kind: "pods",
      namespaces: { kind: "name", name: namespace, span },
      pods: { requirements, span },
      span,
    },
    isolates: { ingress: false, egress: false },
    rules: [],
    logged: false,
    span,
  };
}
