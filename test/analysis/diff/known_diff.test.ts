import fc from "fast-check";
import { expect, test } from "vitest";
import { parseAddress } from "../../../src/ir/address.js";
import { knownDiff } from "../../../src/analysis/diff/known/known_diff.js";
import type { KnownChange } from "../../../src/analysis/diff/known/known_diff.js";
import type { Member } from "../../../src/analysis/reachability/members.js";
import { IPS, PROTOCOL_PORTS } from "../flows.js";
import { pairs } from "./pairs.js";
import { allowedFlows, endName, inventory } from "./known_cluster.js";

function memberName({ at }: Member): string {
  return endName(at[0]!.pod, at[0]!.ip);
}

/** Every flow that a list of changes says something about, as `allowedFlows` writes them, as often as it does. */
function flowsOf(changes: readonly KnownChange[]): readonly string[] {
  const found: string[] = [];
  for (const { direction, subject, members, addresses, ports } of changes) {
    const outside = IPS.filter((ip) => {
      const { family, value } = parseAddress(ip)!;
      return addresses.some(
        (each) =>
          each.family === family && each.ranges.some(({ first, last }) => first <= value && value <= last),
      );
    });
    for (const peer of [...members.map(memberName), ...outside]) {
      const own = memberName(subject);
      const [from, to] = direction === "ingress" ? [peer, own] : [own, peer];
      for (const { protocol, port } of PROTOCOL_PORTS)
        if (ports.some((span) => span.protocol === protocol && span.from <= port && port <= span.to))
          found.push(`${from} ${to} ${protocol} ${port}`);
    }
  }
  return found;
}

test("just the flows of the known pods that the reference semantics decides differently are opened and closed", () => {
  const count = { opened: 0, closed: 0 };
  fc.assert(
    fc.property(pairs, inventory, fc.option(inventory), ({ before, after }, was, moved) => {
      // A pod with the same addresses, so that what changes is its labels, ports and namespace's labels.
      const is = moved
        ? {
            ...moved,
            pods: moved.pods.map((pod, i) => ({
              ...pod,
              ips: was.pods[i]!.ips,
              namespace: was.pods[i]!.namespace,
            })),
          }
        : was;
      const [allowedBefore, allowedAfter] = [allowedFlows(before, was, IPS), allowedFlows(after, is, IPS)];
      const diff = knownDiff({ policies: before, inventory: was }, { policies: after, inventory: is });
      const opened = [...allowedAfter].filter((flow) => !allowedBefore.has(flow));
      const closed = [...allowedBefore].filter((flow) => !allowedAfter.has(flow));
      expect([...flowsOf(diff.opened)].sort()).toEqual(opened.sort());
      expect([...flowsOf(diff.closed)].sort()).toEqual(closed.sort());
      count.opened += opened.length;
      count.closed += closed.length;
    }),
    { numRuns: 60 },
  );
  expect(count.opened).toBeGreaterThan(300);
  expect(count.closed).toBeGreaterThan(300);
});
