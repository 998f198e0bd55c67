/** Proofs against brute force: every flow of a small universe, decided by the reference semantics. */
import fc from "fast-check";
import { expect, test } from "vitest";
import { speaksOf, wantedVerdict } from "../../../src/analysis/prove/claims.js";
import { decide } from "../../../src/analysis/semantics/decide.js";
import type { Endpoint, Flow } from "../../../src/analysis/semantics/decide.js";
import { prove } from "../../../src/analysis/prove/prove.js";
import { EVERY_CLUSTER } from "../../../src/analysis/prove/every_cluster.js";
import { inventoryClaims } from "../../../src/analysis/prove/inventory.js";
import { parseAddress } from "../../../src/ir/address.js";
import type { Claim, Connections } from "../../../src/ir/claim.js";
import type { Inventory, Labels, Pod } from "../../../src/ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../../src/ir/inventory.js";
import type { Policy } from "../../../src/ir/policy.js";
import { NO_SPAN } from "../../../src/source/span.js";
import { peer, portMatch } from "../arbitrary.js";
import { IPS, PORTS, flow } from "../flows.js";
import { policies } from "../policies.js";

const span = NO_SPAN;

const connections: fc.Arbitrary<Connections> = fc.record(
  {
    from: fc.array(peer, { minLength: 1, maxLength: 2 }),
    to: fc.array(peer, { minLength: 1, maxLength: 2 }),
    ports: fc.array(portMatch, { minLength: 1, maxLength: 2 }),
  },
  { requiredKeys: [] },
);

const claim: fc.Arbitrary<Claim> = fc.oneof(
  fc
    .tuple(fc.constantFrom("canReach" as const, "cannotReach" as const), connections)
    .map(([kind, ends]): Claim => ({ kind, ...ends, except: [], sentence: "", span })),
  fc
    .tuple(connections, fc.array(connections, { minLength: 1, maxLength: 2 }))
    .map(([{ ports: _, ...ends }, except]): Claim => ({
      kind: "onlyFrom",
      ...ends,
      except,
      sentence: "",
      span,
    })),
);

function breaks(claim: Claim, all: readonly Policy[], each: Flow): boolean {
  return speaksOf(claim, each) && decide(all, each).verdict !== wantedVerdict(claim);
}

/** Two ends in one namespace see the same labels of it, and addresses of one family. */
function isPossible({ from, to }: Flow): boolean {
  if (from.kind === "pod" && to.kind === "pod" && from.namespace.name === to.namespace.name)
    if (JSON.stringify(from.namespace.labels) !== JSON.stringify(to.namespace.labels)) return false;
  return from.ip === undefined || to.ip === undefined || familyOf(from) === familyOf(to);
}

function familyOf(end: Endpoint): number {
  return parseAddress(end.ip!)!.family;
}

test("in every possible cluster, no flow of the universe breaks a claim that is proved", () => {
  const counts: Record<string, number> = {};
  fc.assert(
    fc.property(
      policies,
      claim,
      fc.array(
        fc.tuple(flow, fc.constantFrom("ingress" as const, "egress" as const), fc.constantFrom(...IPS)),
        {
          minLength: 300,
          maxLength: 300,
        },
      ),
      (all, made, flows) => {
        const proof = prove(made, all, EVERY_CLUSTER);
        counts[proof.kind] = (counts[proof.kind] ?? 0) + 1;
        // A counterexample is confirmed by the reference semantics inside `prove`.
        if (proof.kind === "broken") expect(isPossible(proof.flow)).toBe(true);
        if (proof.kind === "broken") return;
        expect(proof.kind).not.toBe("unknown");
        for (const [make, direction, ip] of flows) {
          const each = make(direction);
          const ends = { from: withIp(each.from, ip), to: withIp(each.to, ip) };
          const spoken = { ...each, ...ends };
          if (!isPossible(spoken)) continue;
          expect(breaks(made, all, spoken)).toBe(false);
          if (proof.kind === "empty") expect(speaksOf(made, spoken)).toBe(false);
        }
      },
    ),
    { numRuns: 500 },
  );
  for (const kind of ["holds", "broken", "empty"]) expect(counts[kind]).toBeGreaterThan(20);
});

/** A pod may have any address of the family in question; flows.ts gives the subject one that no block tells apart. */
function withIp(end: Endpoint, ip: string): Endpoint {
  return end.kind === "pod" && end.ip === "192.0.2.1" ? { ...end, ip } : end;
}

const namespaces = ["x", "y"].flatMap((name) => {
  return [{}, { env: "a" }].map((labels: Labels) => ({
    name,
    labels: { ...labels, [NAMESPACE_NAME_LABEL]: name },
    span,
  }));
});

const pod = (i: number, ips: readonly string[], hostNetwork = false): fc.Arbitrary<Pod> =>
  fc.record({
    namespace: fc.constantFrom("x", "y", "z"),
    name: fc.constant(`p${i}`),
    labels: fc.record({ k: fc.constantFrom("a", "b"), l: fc.constantFrom("a", "b") }, { requiredKeys: [] }),
    ports: fc.constantFrom(...PORTS),
    ips: fc.constant(ips),
    node: hostNetwork ? fc.constant("n1") : fc.constantFrom("n1", "n2"),
    hostNetwork: fc.constant(hostNetwork),
    span: fc.constant(span),
  }) as fc.Arbitrary<Pod>;

/** A workload whose controller chooses the label k. */
const template: fc.Arbitrary<Pod> = pod(5, ["9.0.0.9"]).map(({ labels: { k: _, ...labels }, ...rest }) => ({
  ...rest,
  labels,
  chosen: [{ prefixes: { k: "" } }],
  workload: { kind: "Deployment", name: "p5" },
}));

/** Every pod that there may be: of a workload's one for each value that policies or claims ask for, and one for another. */
function possiblePods(pods: readonly Pod[]): readonly Pod[] {
  return pods.flatMap((pod) =>
    pod.chosen ? ["a", "b", "z", "other"].map((k) => ({ ...pod, labels: { ...pod.labels, k } })) : [pod],
  );
}

const inventory: fc.Arbitrary<Inventory> = fc
  .tuple(
    fc.tuple(
      pod(0, ["10.0.0.7"]),
      pod(1, ["10.1.0.7", "fd00::7"]),
      pod(2, ["9.0.0.7"]),
      pod(3, ["9.0.0.8"]),
      pod(4, ["10.128.0.6"], true),
      template,
    ),
    fc.constantFrom(...namespaces.slice(0, 2)),
    fc.constantFrom(...namespaces.slice(2)),
  )
  .map(([pods, x, y]) => ({
    namespaces: [x, y],
    pods,
    nodes: [
      { name: "n1", ips: ["10.128.0.5"] },
      { name: "n2", ips: ["200.0.0.5", "fd00:1::5"] },
    ],
    services: [],
  }));

test("in the inventory, a claim holds just when brute force over its pods and addresses finds no flow that breaks it", () => {
  const counts: Record<string, number> = {};
  fc.assert(
    fc.property(policies, claim, inventory, (all, made, known) => {
      const proof = prove(made, all, inventoryClaims(known));
      counts[proof.kind] = (counts[proof.kind] ?? 0) + 1;
      const flows = inventoryFlows(known).filter((each) => speaksOf(made, each));
      const broken = flows.find((each) => breaks(made, all, each));
      expect(proof.kind).toBe(flows.length === 0 ? "empty" : broken ? "broken" : "holds");
    }),
    { numRuns: 400 },
  );
  for (const kind of ["holds", "broken", "empty"]) expect(counts[kind]).toBeGreaterThan(10);
});

function inventoryFlows({ namespaces, pods, nodes }: Inventory): Flow[] {
  const ofPods = possiblePods(pods).flatMap((pod) => {
    const namespace = namespaces.find(({ name }) => name === pod.namespace) ?? {
      name: pod.namespace,
      labels: { [NAMESPACE_NAME_LABEL]: pod.namespace },
    };
    return pod.ips.map((ip): Endpoint => ({ kind: "pod", pod, namespace, ip }));
  });
  const outside = [...IPS, "127.0.0.1", "::1", ...nodes.flatMap(({ ips }) => ips)].map((ip): Endpoint => ({
    kind: "address",
    ip,
  }));
  const pairs = [...ofPods, ...outside].flatMap((from) =>
    [...ofPods, ...outside].map((to) => ({ from: seen(from, to, nodes), to: seen(to, from, nodes) })),
  );
  return pairs
    .filter(({ from, to }) => from.kind === "pod" || to.kind === "pod")
    .filter(({ from, to }) => familyOf(from) === familyOf(to))
    .map((ends) => ({ ...ends, toItself: isSame(ends.from, ends.to) }))
    .flatMap((ends) => WHAT.map((what) => ({ ...ends, ...what })));
}

function isSame(from: Endpoint, to: Endpoint): boolean {
  return from.kind === "pod" && to.kind === "pod" && from.pod === to.pod && !("workload" in from.pod);
}

/** To pods of its node, the end is their own node if it is the node, or a pod on its network. */
function seen(end: Endpoint, other: Endpoint, nodes: Inventory["nodes"]): Endpoint {
  if (other.kind !== "pod") return end;
  const { node } = other.pod as Pod;
  const isNode = end.kind === "address" && nodes.find(({ name }) => name === node)!.ips.includes(end.ip);
  const isOnIt = end.kind === "pod" && end.pod.hostNetwork && (end.pod as Pod).node === node;
  return isNode || isOnIt ? { ...end, ownNode: true } : end;
}

const WHAT: readonly Pick<Flow, "protocol" | "port">[] = [
  { protocol: "other", port: 0 },
  ...(["TCP", "UDP", "SCTP"] as const).flatMap((protocol) =>
    [1, 2, 3, 4, 65535].map((port) => ({ protocol, port })),
  ),
];
