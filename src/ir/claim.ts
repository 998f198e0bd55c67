import type { Span } from "../source/span.js";
import type { Peer, PortMatch } from "./policy.js";

/** A statement of a `*.claims.ts` file about what the policies must bring about; `polc test` proves it. */
export interface Claim {
  readonly kind: "canReach" | "cannotReach";
  /** undefined: anything, in or out of the cluster. */
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  /** undefined: every port of every protocol. */
  readonly ports?: readonly PortMatch[];
  readonly span: Span;
}
