import type { PodMatch, Rule } from "../../ir/policy.js";
import type { Span } from "../../source/span.js";
import { danglingFinding } from "./dangling.js";
import { isTypeScript } from "../is_typescript.js";
import type { KnownPods } from "./known_pods.js";

export interface SplitPeer {
  readonly namespaces: PodMatch;
  readonly pods: PodMatch;
}

/**
 * Two peers of a rule, one for namespaces and one for pods, that seem meant as one: the second selects no known pod of
 * its own namespace.
 */
export function splitPeer({ peers }: Rule, known: KnownPods): SplitPeer | undefined {
  const [namespaces, pods, third] = peers ?? [];
  if (namespaces?.kind !== "pods" || pods?.kind !== "pods" || third || isTypeScript(pods.span))
    return undefined;
  if (!selectsOnlyNamespaces(namespaces) || !selectsOnlyPods(pods)) return undefined;
  return danglingFinding(known, pods, "the peer") ? { namespaces, pods } : undefined;
}

/** An unwritten part of a peer has the span of the whole peer. */
function selectsOnlyNamespaces({ namespaces, pods, span }: PodMatch): boolean {
  const all = namespaces.kind === "selector" && namespaces.selector.requirements.length === 0;
  return isSame(pods.span, span) && !all && !isSame(namespaces.span, span);
}

function selectsOnlyPods({ namespaces, pods, span }: PodMatch): boolean {
  return isSame(namespaces.span, span) && pods.requirements.length > 0;
}

function isSame(a: Span, b: Span): boolean {
  return a.start === b.start && a.end === b.end;
}
