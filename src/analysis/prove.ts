/**
 * Proofs of claims: by every flow that the policies and the claim can tell apart.
 *
 * The ends of a claim are split into the classes that matter to it (prove_world.ts), and each pair of them into classes
 * of ports. A claim that all is allowed is two proofs, one a side. A claim that nothing is allowed is proved by one side
 * if that denies all by itself, which spares the classes that only the other can tell apart; else by both together.
 */
import type { Claim } from "../ir/claim.js";
import type { Direction, Peer, PodMatch, Policy } from "../ir/policy.js";
import { NO_SPAN } from "../source/span.js";
import { speaksOf, wantedVerdict } from "./claims.js";
import { decide } from "./decide.js";
import type { Flow } from "./decide.js";
import { findFlow } from "./prove_search.js";
import type { ClaimEnd, Found, Limits, Question } from "./prove_search.js";
import type { ClaimWorld } from "./prove_world.js";
import { isEmptyPeer } from "./region.js";

export type Proof =
  | { readonly kind: "holds" }
  /** A flow of the claim whose verdict is not the one that it says. */
  | { readonly kind: "broken"; readonly flow: Flow }
  /** The claim speaks of no flow of this world. */
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
      if (findFlow(question, [], "allow") === "none") continue;
      speaks = true;
      const found = findBreach(question);
      if (found === "unknown") unknown = true;
      else if (found !== "none") return { kind: "broken", flow: confirmed(found, claim, policies) };
    }
  if (unknown) return { kind: "unknown" };
  return { kind: speaks ? "holds" : "empty" };
}

const ALL = { requirements: [], span: NO_SPAN };
const EVERY_POD: PodMatch = {
  kind: "pods",
  namespaces: { kind: "selector", selector: ALL, span: NO_SPAN },
  pods: ALL,
  span: NO_SPAN,
};

function endsOf(peers: readonly Peer[] | undefined): readonly ClaimEnd[] {
  if (!peers) return [{ kind: "pods", match: EVERY_POD }, { kind: "outside" }];
  return peers
    .filter((peer) => !isEmptyPeer(peer))
    .map((peer) => (peer.kind === "pods" ? { kind: "pods", match: peer } : { kind: "outside", block: peer }));
}

function findBreach(question: Question): Found {
  const { claim, from, to } = question;
  const sides: Direction[] = [];
  if (from.kind === "pods") sides.push("egress");
  if (to.kind === "pods") sides.push("ingress");
  if (wantedVerdict(claim) === "deny") {
    const alone = sides.length > 1 && sides.some((side) => findFlow(question, [side], "allow") === "none");
    return alone ? "none" : findFlow(question, sides, "allow");
  }
  let found: Found = "none";
  for (const side of sides) {
    const denied = findFlow(question, [side], "deny");
    if (denied !== "none") found = denied;
    if (typeof denied === "object") break;
  }
  return found;
}

function confirmed(flow: Flow, claim: Claim, policies: readonly Policy[]): Flow {
  if (!speaksOf(claim, flow) || decide(policies, flow).verdict === wantedVerdict(claim))
    throw new Error("a counterexample that the reference semantics do not confirm");
  return flow;
}
