/** Is what polc does what was observed, or better? */
import type { Mode } from "../../lab/services/mode.js";
import type { Row } from "./rows.js";
import type { Seen } from "./world.js";

export interface Judgement {
  readonly outcome: "same" | "better" | "failed";
  /** Why it is better, or how it is wrong. */
  readonly why?: string;
}

export const BETTER = {
  source: "the server sees the client's own address: replies go straight to it",
  hairpin:
    "a pod that reaches itself sees the hairpin address, which is no node's, so a node's own packets are told apart",
  told: "the process is told at once what it would find out after minutes of silence",
  steady: "after the time-out of affinity any endpoint is right, so the same one of two by chance as well",
  right: "the connection works, whichever endpoint it gets",
  refused:
    "by direct server return the backend sees one tuple twice: the second is refused at once, and never mixed up",
} as const;

/** Of 600 over two: beyond 4 standard deviations it is not by chance. */
const FAR = 4 * Math.sqrt(600 / 4);

export function judge(row: Row, seen: Seen, mode: Mode): Judgement {
  // What was observed depends on where the endpoint is that it gets; that goes for the same rules here.
  if (row.expect === "depends" && mode === "nftables") return { outcome: "same" };
  const why = whyBetter(row, seen);
  if (why) return { outcome: "better", why };
  if (!isResult(row, seen)) return { outcome: "failed", why: `expected ${row.expect}, got ${seen.result}` };
  if (row.sourceSeen !== undefined && seen.source !== row.sourceSeen)
    return {
      outcome: "failed",
      why: `expected the server to see the ${row.sourceSeen}, it saw ${seen.source}`,
    };
  return { outcome: "same" };
}

function isResult({ expect, from }: Row, { result }: Seen): boolean {
  const counts = /^(\d+) to (\d+)$/.exec(result);
  if (/^\d+ to \d+$/.test(expect))
    return counts !== null && Number(counts[1]) + Number(counts[2]) === 600 && Number(counts[1]) - 300 < FAR;
  // On the client's own machine no packet is needed to refuse it, and none of loopback is captured.
  if (
    from === "node" &&
    (expect === "icmp port-unreachable" || expect === "reset") &&
    result === "refused ECONNREFUSED"
  )
    return true;
  return result === expect;
}

function whyBetter({ expect, sourceSeen, name, from }: Row, { result, source }: Seen): string | undefined {
  if (expect === "depends" && result === "connected") return BETTER.right;
  if (expect === "connected" && result === "connected" && sourceSeen === "node") {
    if (source === "client") return BETTER.source;
    if (source === "hairpin") return BETTER.hairpin;
  }
  if (expect === "silent" && from === "node" && result === "error ETIMEDOUT") return BETTER.told;
  if (expect === "any backend" && /^\d+ times /.test(result)) return BETTER.steady;
  if (name.startsWith("two NodePorts") && /^connected, then (icmp port-unreachable|reset)$/.test(result))
    return BETTER.refused;
  return undefined;
}
