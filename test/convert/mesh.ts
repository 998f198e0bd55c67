/** Random NetworkPolicies of one namespace that allow each other's pods, at one end or at both. */
import fc from "fast-check";
import type { NetworkPolicy, Peer, PodMatch, PortMatch, Rule } from "../../src/ir/policy.js";
import { NO_SPAN } from "../../src/source/span.js";

const span = NO_SPAN;

function pods(...labels: readonly (readonly [key: string, value: string])[]): PodMatch {
  const requirements = labels.map(([key, value]) => ({
    key,
    operator: "In" as const,
    values: [value],
    span,
  }));
  return { kind: "pods", namespaces: { kind: "name", name: "x", span }, pods: { requirements, span }, span };
}

/** The last is among the pods of the first, and every pod is any of them. */
const WORKLOADS = [pods(["k", "a"]), pods(["k", "b"]), pods(["k", "a"], ["l", "b"])];
const PEERS: readonly Peer[] = [
  ...WORKLOADS,
  pods(),
  { kind: "block", cidr: { text: "10.0.0.0/8", span }, except: [], span },
];
const PORTS: readonly PortMatch[] = [1, 2].map((port) => ({
  kind: "range",
  protocol: "TCP",
  from: port,
  to: port,
  span,
}));

interface Line {
  readonly from: number;
  readonly to: number;
  readonly ports: readonly number[];
  readonly said: "both" | "ingress" | "egress";
}

const line: fc.Arbitrary<Line> = fc.record({
  from: fc.nat(PEERS.length - 1),
  to: fc.nat(PEERS.length - 1),
  ports: fc.subarray([0, 1]),
  said: fc.constantFrom("both", "both", "ingress", "egress"),
});

export const mesh: fc.Arbitrary<NetworkPolicy[]> = fc
  .record({
    lines: fc.array(line, { minLength: 1, maxLength: 6 }),
    named: fc.constantFrom("p-", ""),
    isolates: fc.array(
      fc.constantFrom(
        { ingress: true, egress: true },
        { ingress: true, egress: true },
        { ingress: true, egress: false },
        { ingress: false, egress: true },
      ),
      { minLength: 3, maxLength: 3 },
    ),
  })
  .map(({ lines, named, isolates }) =>
    WORKLOADS.map((subject, index) => policyOf(subject, index, lines, isolates[index]!, named)),
  );

function policyOf(
  subject: PodMatch,
  index: number,
  lines: readonly Line[],
  isolates: NetworkPolicy["isolates"],
  prefix: string,
): NetworkPolicy {
  const rules = (["ingress", "egress"] as const).flatMap((direction) =>
    lines
      .filter(({ from, to, said }) => {
        const own = direction === "ingress" ? to : from;
        return isolates[direction] && own === index && (said === "both" || said === direction);
      })
      .map(({ from, to, ports }): Rule => {
        const peer = PEERS[direction === "ingress" ? from : to]!;
        return {
          direction,
          action: "allow",
          subject,
          peers: [peer],
          ...(ports.length > 0 && { ports: ports.map((port) => PORTS[port]!) }),
          logged: false,
          span,
        };
      }),
  );
  return {
    kind: "NetworkPolicy",
    tier: "networkpolicy",
    name: `${prefix}${["a", "b", "a-b"][index]!}`,
    namespace: "x",
    subject,
    isolates,
    rules,
    logged: false,
    span,
  };
}
