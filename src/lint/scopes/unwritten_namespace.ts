/** A policy without a namespace may be applied in any, so a finding about it must hold in each. */
import { cover } from "../../analysis/cover/cover.js";
import type { Region } from "../../analysis/sets/region.js";
import type { Decider } from "../../analysis/cover/decided.js";
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import type { NamespaceMatch, NetworkPolicy, PodMatch } from "../../ir/policy.js";
import { isUnwritten } from "./namespace_scope.js";

/** A name that no selector can mean. */
const UNNAMED = "-";

/** Do the others still cover all regions of the policy, whichever namespaces it and they are applied in? */
export function holdsWhereverApplied(
  { namespaceUnwritten }: NetworkPolicy,
  regions: readonly Region[],
  by: readonly Decider[],
): boolean {
  if (!namespaceUnwritten) return true;
  // The admin tier may treat each namespace differently.
  if (by.some(({ policy }) => policy.tier !== "networkpolicy")) return false;
  const others = by.flatMap(({ rule }) => (rule ? [rule] : []));
  return regions.every((region) => coveredInAnyNamespace(region, others));
}

function coveredInAnyNamespace(region: Region, others: readonly Region[]): boolean {
  const names = new Set([UNNAMED, ...[region, ...others].flatMap(matchesOf).flatMap(namedBy)]);
  return [...names].every((name) => {
    const inNamespace = others.map((other) => appliedIn(other, name));
    return cover(appliedIn(region, name), inNamespace).kind === "complete";
  });
}

function matchesOf({ subject, peers = [] }: Region): readonly NamespaceMatch[] {
  return [subject, ...peers].flatMap((each) => (each.kind === "pods" ? [each.namespaces] : []));
}

function namedBy(match: NamespaceMatch): readonly string[] {
  if (match.kind === "name") return [match.name];
  const named = match.selector.requirements.filter(({ key }) => key === NAMESPACE_NAME_LABEL);
  return named.flatMap(({ values }) => values);
}

function appliedIn(region: Region, name: string): Region {
  const ofPods = (match: PodMatch): PodMatch => {
    const { namespaces } = match;
    return isUnwritten(namespaces)
      ? { ...match, namespaces: { kind: "name", name, span: namespaces.span } }
      : match;
  };
  return {
    ...region,
    subject: ofPods(region.subject),
    ...(region.peers && {
      peers: region.peers.map((peer) => (peer.kind === "pods" ? ofPods(peer) : peer)),
    }),
  };
}
