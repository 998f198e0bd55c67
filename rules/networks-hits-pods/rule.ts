import { blockOf, parseAddress, parseBlock } from "../../src/ir/address.js";
import { inBlock, tierOrder } from "../../src/analysis/semantics/decide.js";
import { coveredBy } from "../../src/analysis/cover/covered_by.js";
import { decidedByAdmin, rulesOf } from "../../src/analysis/cover/decided.js";
import type { Decided } from "../../src/analysis/cover/decided.js";
import { EVERY_POD } from "../../src/analysis/cover/peer_points.js";
import { podsWithin } from "../../src/analysis/sets/pod_conditions.js";
import { boxesOf, regionsMayIntersect } from "../../src/analysis/sets/region.js";
import type { Inventory, Labels, Pod } from "../../src/ir/inventory.js";
import type { BlockMatch, LabelSelector, Peer, PodMatch, Policy, TierPolicy } from "../../src/ir/policy.js";
import { NO_SPAN } from "../../src/source/span.js";
import { ACTIONS } from "../../src/lint/describe.js";
import type { KnownPods } from "../../src/lint/known/known_pods.js";
import type { Report, Rule } from "../../src/lint/rule.js";

export const networksHitsPods: Rule = {
  name: "networks-hits-pods",
  meta: {
    summary: "an address block in a tier's egress rule also contains pod addresses",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
  },
  check({ policies, inventory, known, redundant, tiersIncomplete }, report) {
    if (tiersIncomplete) return;
    const admin = egressRules(policies, "admin");
    for (const [rules, decided] of [
      [admin, []],
      [egressRules(policies, "baseline"), admin],
    ] as const)
      for (const [index, each] of rules.entries())
        if (!redundant.has(each.rule!))
          checkRule(each, { earlier: rules.slice(0, index), admin: decided }, { inventory, known }, report);
  },
};

function egressRules(policies: readonly Policy[], tier: "admin" | "baseline"): readonly Decided[] {
  return tierOrder(policies, tier)
    .flatMap(rulesOf)
    .filter(({ region }) => region.direction === "egress" && boxesOf(region).length > 0);
}

/** The rules evaluated before one: those of its own tier, and of the admin tier if it is in another. */
interface Before {
  readonly earlier: readonly Decided[];
  readonly admin: readonly Decided[];
}

interface Known {
  readonly inventory: Inventory;
  readonly known: KnownPods;
}

function checkRule(
  { rule, policy }: Decided,
  { earlier, admin }: Before,
  { inventory, known }: Known,
  report: Report,
): void {
  const { action, peers = [], subject, ports } = rule!;
  if (action === "pass" || peers.some(isEveryPod)) return;
  // An earlier rule about pods shows that its author thought of them, even if it covers only some.
  const isDecided = (pods: PodMatch) => {
    const toPods = { direction: "egress", subject, peers: [pods], ...(ports && { ports }) } as const;
    return (
      earlier.some(({ region }) => speaksOfPods(region.peers) && regionsMayIntersect(toPods, region)) ||
      (admin.length > 0 && coveredBy(toPods, decidedByAdmin(toPods, admin)) !== undefined)
    );
  };
  for (const block of peers.filter((peer) => peer.kind === "block")) {
    const hit = inventory.pods.find((pod) => isHit(pod, block) && !isDecided(matchOf(pod, known)));
    const whole = holdsPrivateAddresses(block) && !isDecided(EVERY_POD);
    if (!hit && !whole) continue;
    const where = hit
      ? `such as that of ${hit.name} in namespace ${hit.namespace}`
      : "in every possible cluster";
    report({
      span: block.span,
      message: `${block.cidr.text} contains pod addresses, ${where}: this rule also ${ACTIONS[action]} connections to them`,
      help: helpFor(policy as TierPolicy),
    });
    return;
  }
}

/** Only TypeScript blocks have excepts, and a BaselineAdminNetworkPolicy cannot pass. */
function helpFor({ writtenAs }: TierPolicy): string {
  const verb = writtenAs === "BaselineAdminNetworkPolicy" ? "decides" : "passes";
  const before = `write an earlier rule that ${verb} connections to all pods`;
  return writtenAs === undefined
    ? `${before}, or exclude their addresses with \`except\``
    : `${before}, or list only networks without pod addresses`;
}

function speaksOfPods(peers: readonly Peer[] | undefined): boolean {
  return peers === undefined || peers.some(({ kind }) => kind === "pods");
}

function isHit({ hostNetwork, ips }: Pod, block: BlockMatch): boolean {
  return !hostNetwork && ips.some((ip) => inBlock(block, parseAddress(ip)!));
}

/** The blocks that nearly all pod networks are part of (RFC 1918, RFC 6598, RFC 4193). */
const PRIVATE = ["10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "100.64.0.0/10", "fc00::/7"].map((text) =>
  parseBlock(text)!,
);

/** Does the block contain every address of the family, without an exception for private addresses? */
function holdsPrivateAddresses({ cidr, except }: BlockMatch): boolean {
  const { family, prefix } = blockOf(cidr.text);
  if (prefix !== 0) return false;
  const left = except.map(({ text }) => blockOf(text));
  return PRIVATE.filter((block) => block.family === family).every((block) =>
    left.every(({ first, last }) => last < block.first || block.last < first),
  );
}

function isEveryPod(peer: Peer): boolean {
  return peer.kind === "pods" && podsWithin(EVERY_POD, peer);
}

/** Matches pods with exactly these labels, in namespaces with those of the pod's namespace. */
function matchOf(pod: Pod, known: KnownPods): PodMatch {
  const selector = (labels: Labels): LabelSelector => ({
    requirements: Object.entries(labels).map(([key, value]) => ({
      key,
      operator: "In",
      values: [value],
      span: NO_SPAN,
    })),
    span: NO_SPAN,
  });
  const namespaces = selector(known.namespaceOf(pod).labels);
  return {
    kind: "pods",
    namespaces: { kind: "selector", selector: namespaces, span: NO_SPAN },
    pods: selector(pod.labels),
    span: NO_SPAN,
  };
}
