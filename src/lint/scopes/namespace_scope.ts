import { posix } from "node:path";
import type { Region } from "../../analysis/sets/region.js";
import type { NamespaceMatch, PodMatch } from "../../ir/policy.js";
import type { Span } from "../../source/span.js";

/** What the namespace of an object reads as that has none. Whoever applies the file chooses it, so it may be any other. */
export const UNWRITTEN = "default";

/**
 * A namespace as it is meant in one file. Without one in the object, whoever applies the file chooses it: then only the
 * files of one folder surely mean the same.
 */
export function namespaceScope({
  namespace,
  span,
}: {
  readonly namespace: string;
  readonly span: Span;
}): string {
  return namespace === UNWRITTEN ? `default of ${posix.dirname(span.file)}` : namespace;
}

export function mayBeSame(a: string, b: string): boolean {
  return a === b || a === UNWRITTEN || b === UNWRITTEN;
}

/** The match with a namespace that is not written taken for any: what it does not select then, it never does. */
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
  return match.kind === "name" && match.name === UNWRITTEN;
}

function anyNamespace({ span }: NamespaceMatch): NamespaceMatch {
  return { kind: "selector", selector: { requirements: [], span }, span };
}
