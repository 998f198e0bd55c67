import { cover } from "../../src/analysis/cover/cover.js";
import { isContradictory } from "../../src/analysis/sets/pod_conditions.js";
import { boxWithin, boxesOf, isEmptyPeer, regionsMayIntersect } from "../../src/analysis/sets/region.js";
import type { Region } from "../../src/analysis/sets/region.js";
import type { Peer, Rule as PolicyRule } from "../../src/ir/policy.js";
import { removeItemFix } from "../../src/lint/fix/remove_item.js";
import { isTypeScript } from "../../src/lint/is_typescript.js";
import type { Rule } from "../../src/lint/rule.js";
import { holdsWhereverApplied } from "../../src/lint/scopes/unwritten_namespace.js";

export const peerContainedInSibling: Rule = {
  name: "peer-contained-in-sibling",
  meta: {
    summary: "other peers of the same rule already cover a peer",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
    fixable: true,
  },
  check({ policies, redundant, sources }, report) {
    for (const policy of policies) {
      if (policy.tier !== "networkpolicy" || redundant.has(policy) || isTypeScript(policy.span)) continue;
      for (const rule of policy.rules) {
        if (redundant.has(rule)) continue;
        for (const { peer, by } of containedPeers(rule)) {
          if (
            !holdsWhereverApplied(
              policy,
              [{ ...rule, peers: [peer] }],
              [{ policy, rule: { ...rule, peers: by } }],
            )
          )
            continue;
          const fix = removeItemFix(sources, peer.span, "remove the peer");
          report({
            span: peer.span,
            message: `this peer has no effect in any possible cluster: ${othersMatch(by.length)} everything it matches`,
            notes: by.map(({ span }, i) => ({ message: i === 0 ? "covered by" : "and", span })),
            help: "remove it, or narrow what covers it",
            ...(fix && { fix }),
          });
        }
      }
    }
  },
};

function othersMatch(count: number): string {
  return count === 1
    ? "another peer of the rule already covers"
    : `${count} others of the rule together already cover`;
}

/** With more overlapping peers, each is only tried alone: there could be too many classes of pods. */
const MOST_TOGETHER = 64;

function within(region: Region, others: readonly Region[]): readonly Region[] | undefined {
  const result = others.length > 0 ? cover(region, others) : undefined;
  return result?.kind === "complete" ? result.by : undefined;
}

interface Contained {
  readonly peer: Peer;
  readonly by: readonly Peer[];
}

/**
 * From last to first, so that of two equal peers the later one is found. Blocks are compared with blocks and pods with
 * pods, because only addresses, not the text, tell which pods are in a block.
 */
function containedPeers({ direction, subject, peers }: PolicyRule): readonly Contained[] {
  if (!peers || peers.length < 2 || isContradictory(subject)) return [];
  const kept = new Map<Region, Peer>(
    peers.flatMap((peer) => (isEmptyPeer(peer) ? [] : [[{ direction, subject, peers: [peer] }, peer]])),
  );
  const ofKind = {
    pods: [...kept.keys()].filter((region) => kept.get(region)!.kind === "pods"),
    block: [...kept.keys()].filter((region) => kept.get(region)!.kind === "block"),
  };
  const containing = (region: Region, { kind }: Peer) => {
    const others = ofKind[kind].filter(
      (other) => other !== region && kept.has(other) && regionsMayIntersect(region, other),
    );
    if (others.length <= MOST_TOGETHER) return within(region, others);
    const one = others.find((other) => boxWithin(boxesOf(region)[0]!, boxesOf(other)[0]!));
    return one && [one];
  };
  const found = [...kept].reverse().filter(([region, peer]) => {
    return containing(region, peer) !== undefined && kept.delete(region);
  });
  // Only now it is known which peers stay, and only those are named.
  return found.map(([region, peer]) => {
    return { peer, by: (containing(region, peer) ?? []).map((other) => kept.get(other)!) };
  });
}
