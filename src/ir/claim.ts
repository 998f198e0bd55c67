import type { Span } from "../source/span.js";
import type { Peer, PortMatch } from "./policy.js";

/**
 * Connections from one end to another. What is left out is everything: any end, in or out of the cluster; every port of
 * every protocol, ICMP included.
 */
export interface Connections {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly PortMatch[];
}

/**
 * A statement of a `*.claims.ts` file about what the policies must bring about; `polc test` proves it.
 *
 * `canReach`: all of its connections are allowed. The others: none of them is, but for those of `except`.
 */
export interface Claim extends Connections {
  readonly kind: "canReach" | "cannotReach" | "onlyFrom" | "onlyTo";
  /** Of `onlyFrom` and `onlyTo`: what may be allowed. Empty for the others. */
  readonly except: readonly Connections[];
  /** What it says, in words: "shop/web can reach shop/api on TCP 8080". */
  readonly sentence: string;
  readonly span: Span;
}
