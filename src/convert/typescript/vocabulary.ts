import { contentOf } from "../../analysis/sides/content.js";
import type { Peer } from "../../ir/policy.js";
import type { ClusterNames } from "./cluster_names.js";
import { isInternetPart } from "./internet.js";
import { RESERVED, namesOf, take, variableName } from "./names.js";
import type { PlannedSentence } from "./sentences.js";

/** The names that a file defines. */
export interface Vocabulary {
  readonly names: ClusterNames;
  /** The variables of peers that the file names once and uses often, by `contentOf`. */
  readonly constants: ReadonlyMap<string, string>;
  /** All variables. */
  readonly taken: Set<string>;
}

/** Long peers that several sentences use get a name. */
export function vocabularyOf(
  sentences: readonly PlannedSentence[],
  names: ClusterNames,
): { readonly vocabulary: Vocabulary; readonly named: readonly Peer[] } {
  const taken = new Set([...RESERVED, ...[...names.values()].map(({ variable }) => variable)]);
  const uses = new Map<string, Peer[]>();
  for (const peer of sentences.flatMap(({ from = [], to = [] }) => [...from, ...to]).filter(isLong))
    uses.set(contentOf(peer), [...(uses.get(contentOf(peer)) ?? []), peer]);
  const named = [...uses.values()].filter((peers) => peers.length > 1).map(([peer]) => peer!);
  const constants = new Map(
    named.map((peer) => [contentOf(peer), take(variablesFor(peer), taken, "")] as const),
  );
  return { vocabulary: { names, constants, taken }, named };
}

function isLong(peer: Peer): boolean {
  if (peer.kind === "block") return peer.except.length > 0 && !isInternetPart(peer);
  if (peer.namespaces.kind === "name") return false;
  return peer.namespaces.selector.requirements.length + peer.pods.requirements.length > 0;
}

function variablesFor(peer: Peer): readonly string[] {
  if (peer.kind === "block") return [`cidr_${peer.cidr.text.replace(/[^0-9a-f]+/g, "_")}`];
  const within = peer.namespaces.kind === "selector" ? namesOf(peer.namespaces.selector) : [];
  const pods = namesOf(peer.pods);
  const both = [...pods.slice(0, 1), ...within.slice(0, 1)].join("-in-");
  return [...pods, ...(pods.length === 0 ? within : []), both, `${both}-pods`].map(variableName);
}
