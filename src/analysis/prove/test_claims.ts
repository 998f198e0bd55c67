import { explain } from "../semantics/explain.js";
import type { Explanation } from "../semantics/explain.js";
import { prove } from "./prove.js";
import type { Proof } from "./prove.js";
import { EVERY_CLUSTER } from "./every_cluster.js";
import { inventoryClaims } from "./inventory.js";
import type { ClaimWorld } from "./world.js";
import type { Claim } from "../../ir/claim.js";
import type { Inventory } from "../../ir/inventory.js";
import type { Policy } from "../../ir/policy.js";

/** A claim, with what came of the attempt to prove it. */
export interface TestedClaim {
  readonly claim: Claim;
  readonly proof: Proof;
  /** Of the counterexample. */
  readonly explanation?: Explanation;
  /** It is broken in some cluster, and holds for the inventory. */
  readonly holdsInInventory: boolean;
  readonly seconds: number;
}

export type WorldName = ClaimWorld["name"];

export const WORLDS: Record<WorldName, string> = {
  "every-cluster": "in every possible cluster",
  inventory: "for the pods in the files",
};

export function testClaims(
  claims: readonly Claim[],
  { policies, inventory }: { readonly policies: readonly Policy[]; readonly inventory: Inventory },
  world: WorldName,
): readonly TestedClaim[] {
  const known = inventoryClaims(inventory);
  const asked = world === "inventory" ? known : EVERY_CLUSTER;
  return claims.map((claim) => {
    const start = performance.now();
    const proof = prove(claim, policies, asked);
    const doubtful = proof.kind === "broken" && world === "every-cluster" && inventory.pods.length > 0;
    return {
      claim,
      proof,
      ...(proof.kind === "broken" && { explanation: explain(policies, proof.flow) }),
      holdsInInventory: doubtful && prove(claim, policies, known).kind === "holds",
      seconds: (performance.now() - start) / 1000,
    };
  });
}
