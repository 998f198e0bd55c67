import type { Span } from "../source/span.js";
import type { Peer, PortMatch } from "./policy.js";

/**
 * Connections from one end to another. An omitted part means everything: any end, inside or outside the cluster; every
 * port of every protocol, and ICMP.
 */
export interface Connections {
  readonly from?: readonly Peer[];
  readonly to?: readonly Peer[];
  readonly ports?: readonly PortMatch[];
}

/**
 * A statement of a `*.claims.ts` file about what the policies must achieve; `polc test` proves it.
 *
 * `canReach`: all of its connections are allowed. The others: all of them are denied, except those in `except`.
 */
export interface Claim extends Connections {
  readonly kind: "canReach" | "cannotReach" | "onlyFrom" | "onlyTo";
  /** For `onlyFrom` and `onlyTo`: the connections that may be allowed. Empty for the others. */
  readonly except: readonly Connections[];
  /** The claim in words: "shop/web can reach shop/api on TCP 8080". */
  readonly sentence: string;
  readonly span: Span;
}
