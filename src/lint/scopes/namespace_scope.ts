import { posix } from "node:path";
import type { Region } from "../../analysis/sets/region.js";
import { writtenNamespace } from "../../ir/namespaced.js";
import type { Namespaced } from "../../ir/namespaced.js";
import type { NamespaceMatch, PodMatch } from "../../ir/policy.js";
import type { Span } from "../../source/span.js";

/**
 * The namespace of an object in a file. If none is written, whoever applies the file chooses it, and only files of one
 * folder certainly share it.
 */
export function namespaceScope(item: Namespaced & { readonly span: Span }): string {
  return writtenNamespace(item) ?? `unwritten in ${posix.dirname(item.span.file)}`;
}

/** Compares two namespaces, either of which may be unwritten. */
export function mayBeSame(a: string | undefined, b: string | undefined): boolean {
  return a === b || a === undefined || b === undefined;
}

/** The match with an unwritten namespace replaced by any: what it does not select then, it never selects. */
export function anywhere(match: PodMatch): PodMatch {
  const { namespaces } = match;
  return isUnwritten(namespaces) ? { ...match, namespaces: anyNamespace(namespaces) } : match;
}

/** The same of the subject and the peers of a region. */
export function regionAnywhere(region: Region): Region {
  const matches = [region.subject, ...(region.peers ?? [])];
  if (!matches.some((each) => each.kind === "pods" && isUnwritten(each.namespaces))) return region;
  return {
    ...region,
    subject: anywhere(region.subject),
    ...(region.peers && {
      peers: region.peers.map((peer) => (peer.kind === "pods" ? anywhere(peer) : peer)),
    }),
  };
}

export function isUnwritten(match: NamespaceMatch): boolean {
  return match.kind === "name" && match.namespaceUnwritten === true;
}

function anyNamespace({ span }: NamespaceMatch): NamespaceMatch {
  return { kind: "selector", selector: { requirements: [], span }, span };
}
