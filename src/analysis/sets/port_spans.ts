import type { Protocol } from "../../ir/policy.js";

/** Destination ports `from`..`to`, both included, of one protocol; 0..0 for `other`. */
export interface PortSpan {
  readonly protocol: Protocol | "other";
  readonly from: number;
  readonly to: number;
}

/** Those that overlap or touch as one. They are given by protocol, and ascending. */
export function joinedSpans(spans: Iterable<PortSpan>): readonly PortSpan[] {
  const joined: PortSpan[] = [];
  for (const { protocol, from, to } of spans) {
    const last = joined.at(-1);
    if (last?.protocol === protocol && last.to + 1 >= from)
      joined[joined.length - 1] = { ...last, to: Math.max(last.to, to) };
    else joined.push({ protocol, from, to });
  }
  return joined;
}
