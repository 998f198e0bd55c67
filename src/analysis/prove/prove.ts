/**
 * Proofs of claims: by every flow that the policies and the claim can tell apart.
 *
 * The ends of a claim are split into the classes that matter to it (prove_world.ts), and each pair of them into classes
 * of ports. That all is allowed are two proofs, one a side. That nothing is allowed, one side alone may prove, or the
 * admin tier alone, which spares the classes that only the rest can tell apart; else both together.
 */
import type { Claim } from "../../ir/claim.js";
import type { Direction, Peer, Policy } from "../../ir/policy.js";
import { speaksOf, wantedVerdict } from "./claims.js";
import { decide } from "../semantics/decide.js";
import type { Flow } from "../semantics/decide.js";
import { findFlow } from "./search.js";
import { isolatingPolicies } from "./sides.js";
import type { ClaimEnd, Found, Limits, Question, Wanted } from "./search.js";
import type { ClaimWorld } from "./world.js";
import { isEmptyPeer } from "../sets/region.js";
import { EVERY_POD } from "../cover/peer_points.js";

export type Proof =
  | { readonly kind: "holds" }
  /** A flow of the claim whose verdict is not the one that it says. */
  | { readonly kind: "broken"; readonly flow: Flow }
  /** The claim covers no flow of this world. */
  | { readonly kind: "empty" }
  /** Too many classes to tell. */
  | { readonly kind: "unknown" };

export interface ProveOptions {
  readonly limits?: Limits;
}

const LIMITS: Limits = { ends: 65_536, pairs: 2_000_000 };

/** The counterexample of a broken claim is checked against the reference semantics before it is returned. */
export function prove(
  claim: Claim,
  policies: readonly Policy[],
  world: ClaimWorld,
  { limits = LIMITS }: ProveOptions = {},
): Proof {
  let speaks = false;
  let unknown = false;
  for (const from of endsOf(claim.from))
    for (const to of endsOf(claim.to)) {
      if (from.kind === "outside" && to.kind === "outside") continue;
      const question = { claim, from, to, policies, world, limits };
      if (findFlow(question, { directions: [], verdict: "allow" }) === "none") continue;
      speaks = true;
      const found = findBreach(question);
      if (found === "unknown") unknown = true;
      else if (found !== "none") return { kind: "broken", flow: confirmed(found, claim, policies) };
    }
  if (unknown) return { kind: "unknown" };
  return { kind: speaks ? "holds" : "empty" };
}

function endsOf(peers: readonly Peer[] | undefined): readonly ClaimEnd[] {
  if (!peers) return [{ kind: "pods", match: EVERY_POD }, { kind: "outside" }];
  return peers
    .filter((peer) => !isEmptyPeer(peer))
    .map((peer) => (peer.kind === "pods" ? { kind: "pods", match: peer } : { kind: "outside", block: peer }));
}

/** A flow whose verdict is not the one that the claim says, by the searches that may do before those that must. */
function findBreach(question: Question): Found {
  const directions = narrowFirst(question);
  const allow = wantedVerdict(question.claim) === "allow";
  const breaks = allow ? ("deny" as const) : ("allow" as const);
  const groups = allow ? directions.map((each) => [each]) : [directions];
  let found: Found = "none";
  for (const group of groups) {
    const wanted = { directions: group, verdict: breaks };
    if (isRuledOut(question, wanted)) continue;
    const flow = findFlow(question, wanted);
    if (flow !== "none") found = flow;
    if (typeof flow === "object") break;
  }
  return found;
}

/** The admin tier alone, or one of two sides alone, may already leave no such flow. */
function isRuledOut(question: Question, { directions, verdict }: Wanted): boolean {
  const isNone = (wanted: Wanted) => findFlow(question, wanted) === "none";
  const hasAdmin = question.policies.some(({ tier }) => tier === "admin");
  if (hasAdmin && isNone({ directions, verdict, adminOnly: true })) return true;
  return directions.length > 1 && directions.some((each) => isNone({ directions: [each], verdict }));
}

/** The sides that policies apply to, the one that fewer policies isolate first. */
function narrowFirst({ from, to, policies }: Question): readonly Direction[] {
  const subjects = { egress: from, ingress: to };
  const weighed = (["egress", "ingress"] as const).flatMap((direction) => {
    const subject = subjects[direction];
    if (subject.kind !== "pods") return [];
    return [{ direction, weight: isolatingPolicies(policies, direction, subject.match).length }];
  });
  return weighed.sort((a, b) => a.weight - b.weight).map(({ direction }) => direction);
}

function confirmed(flow: Flow, claim: Claim, policies: readonly Policy[]): Flow {
  if (!speaksOf(claim, flow) || decide(policies, flow).verdict === wantedVerdict(claim))
    throw new Error("a counterexample that the reference semantics do not confirm");
  return flow;
}
