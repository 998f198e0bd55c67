import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { cover } from "../../../src/analysis/cover/cover.js";
import { matches } from "../../../src/analysis/semantics/decide.js";
import type { Endpoint, Flow } from "../../../src/analysis/semantics/decide.js";
import type { Region } from "../../../src/analysis/sets/region.js";
import { inventoryWorld } from "../../../src/analysis/cover/world.js";
import type { Inventory, Pod } from "../../../src/ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../../src/ir/inventory.js";
import type { BlockMatch, LabelSelector, PodMatch, PortMatch, Rule } from "../../../src/ir/policy.js";
import { NO_SPAN } from "../../../src/source/span.js";
import { peer, podMatch, portMatch } from "../arbitrary.js";
import { IPS, PORTS, PROTOCOL_PORTS } from "../flows.js";

const span = NO_SPAN;

function ruleOf(region: Region): Rule {
  return { ...region, action: "allow", logged: false, span };
}

function inRegion(region: Region, flow: Flow): boolean {
  return matches(ruleOf(region), flow);
}

const region = (direction: "ingress" | "egress"): fc.Arbitrary<Region> =>
  fc.record(
    {
      direction: fc.constant(direction),
      subject: podMatch,
      peers: fc.array(peer, { minLength: 1, maxLength: 2 }),
      ports: fc.array(portMatch, { minLength: 1, maxLength: 2 }),
    },
    { requiredKeys: ["direction", "subject"] },
  );

const problem = fc
  .constantFrom("ingress" as const, "egress" as const)
  .chain((direction) => fc.tuple(region(direction), fc.array(region(direction), { maxLength: 5 })));

test("in every possible cluster, an open cover has a flow that is in the region and in none of the others", () => {
  fc.assert(
    fc.property(problem, ([target, others]) => {
      const result = cover(target, others);
      expect(result.kind).not.toBe("unknown");
      if (result.kind !== "open") return;
      expect(inRegion(target, result.witness)).toBe(true);
      expect(others.filter((other) => inRegion(other, result.witness))).toEqual([]);
    }),
    { numRuns: 5000 },
  );
});

test("in the inventory, a cover is complete just when brute force over its pods and addresses finds no flow outside", () => {
  const pod = (i: number, ips: readonly string[]): fc.Arbitrary<Pod> =>
    fc.record({
      namespace: fc.constantFrom("x", "y"),
      name: fc.constant(`p${i}`),
      labels: fc.record({ k: fc.constantFrom("a", "b"), l: fc.constantFrom("a", "b") }, { requiredKeys: [] }),
      ports: fc.constantFrom(...PORTS),
      ips: fc.constant(ips),
      hostNetwork: fc.constant(false),
      span: fc.constant(span),
    }) as fc.Arbitrary<Pod>;
  const namespaces = ["x", "y"].map((name) => ({ name, labels: { [NAMESPACE_NAME_LABEL]: name }, span }));
  const inventory = fc
    .tuple(pod(0, ["10.0.0.7"]), pod(1, ["10.1.0.7", "fd00::7"]), pod(2, ["9.0.0.7"]))
    .map((pods): Inventory => ({ namespaces, pods, nodes: [], services: [] }));
  let complete = 0;
  fc.assert(
    fc.property(problem, inventory, ([target, others], known) => {
      const result = cover(target, others, { world: inventoryWorld(known) });
      const outside = inventoryFlows(known, target.direction).find(
        (each) => inRegion(target, each) && !others.some((other) => inRegion(other, each)),
      );
      if (result.kind === "complete") complete++;
      expect(result.kind).toBe(outside === undefined ? "complete" : "open");
      if (result.kind !== "open") return;
      expect(inRegion(target, result.witness)).toBe(true);
      expect(others.some((other) => inRegion(other, result.witness))).toBe(false);
    }),
    { numRuns: 2000 },
  );
  expect(complete).toBeGreaterThan(200);
});

function inventoryFlows({ pods, namespaces }: Inventory, direction: "ingress" | "egress"): Flow[] {
  const ends = pods.flatMap((pod) =>
    pod.ips.map((ip): Endpoint => {
      return { kind: "pod", pod, namespace: namespaces.find(({ name }) => name === pod.namespace)!, ip };
    }),
  );
  const far: Endpoint[] = [...ends, ...IPS.map((ip): Endpoint => ({ kind: "address", ip }))];
  return ends.flatMap((own) =>
    far.flatMap((other) => {
      const [from, to] = direction === "ingress" ? [other, own] : [own, other];
      return PROTOCOL_PORTS.map((what) => ({ from, to, ...what }));
    }),
  );
}

describe("the corners", () => {
  const selector = (key: string, ...values: string[]): LabelSelector => ({
    requirements: values.length > 0 ? [{ key, operator: "In", values, span }] : [],
    span,
  });
  const pods = (...values: string[]): PodMatch => {
    return {
      kind: "pods",
      namespaces: { kind: "name", name: "x", span },
      pods: selector("k", ...values),
      span,
    };
  };
  const block = (cidr: string, ...except: string[]): BlockMatch => {
    return {
      kind: "block",
      cidr: { text: cidr, span },
      except: except.map((text) => ({ text, span })),
      span,
    };
  };
  const tcp = (from: number, to = from): PortMatch => ({ kind: "range", protocol: "TCP", from, to, span });
  const named = (name: string): PortMatch => ({ kind: "named", protocol: "TCP", name, span });
  const ingress = (parts: Partial<Region>): Region => ({ direction: "ingress", subject: pods(), ...parts });
  const egress = (parts: Partial<Region>): Region => ({ direction: "egress", subject: pods(), ...parts });

  test("In [a,b] is covered by In [a] and In [b] together, and both are named", () => {
    const [a, b] = [ingress({ subject: pods("a") }), ingress({ subject: pods("b") })];
    expect(cover(ingress({ subject: pods("a", "b") }), [a, b])).toEqual({ kind: "complete", by: [a, b] });
    expect(cover(ingress({ subject: pods("a", "b") }), [a]).kind).toBe("open");
  });

  test("a port range is covered by ranges that meet", () => {
    const by = [ingress({ ports: [tcp(1, 100)] }), ingress({ ports: [tcp(101, 200)] })];
    expect(cover(ingress({ ports: [tcp(50, 150)] }), by)).toEqual({ kind: "complete", by });
    expect(cover(ingress({ ports: [tcp(50, 201)] }), by)).toMatchObject({
      kind: "open",
      witness: { port: 201 },
    });
  });

  test("a block with an except is covered by its parts, and not by one with a wider except", () => {
    const target = ingress({ peers: [block("10.0.0.0/8", "10.1.0.0/16")] });
    const halves = [
      ingress({ peers: [block("10.0.0.0/9", "10.1.0.0/16")] }),
      ingress({ peers: [block("10.128.0.0/9")] }),
    ];
    expect(cover(target, halves)).toEqual({ kind: "complete", by: halves });
    expect(cover(target, [ingress({ peers: [block("10.0.0.0/8", "10.0.0.0/15")] })])).toMatchObject({
      kind: "open",
    });
  });

  test("both families together cover every pod; one of them, or a proper block, covers none", () => {
    const target = ingress({ peers: [pods("a")] });
    const all = [ingress({ peers: [block("0.0.0.0/0")] }), ingress({ peers: [block("::/0")] })];
    expect(cover(target, all)).toEqual({ kind: "complete", by: all });
    expect(cover(target, [all[0]!]).kind).toBe("open");
    expect(cover(target, [ingress({ peers: [block("10.0.0.0/8")] })]).kind).toBe("open");
  });

  test("every pod is not every peer: addresses outside the cluster are left", () => {
    const everyPod: PodMatch = { ...pods(), namespaces: { kind: "selector", selector: selector("k"), span } };
    expect(cover(ingress({}), [ingress({ peers: [everyPod] })])).toMatchObject({
      kind: "open",
      witness: { from: { kind: "address" } },
    });
  });

  test("a named port is covered by the same name and by all ports of its protocol, not by a number", () => {
    const target = ingress({ ports: [named("web")] });
    expect(cover(target, [ingress({ ports: [named("web")] })]).kind).toBe("complete");
    expect(cover(target, [ingress({ ports: [tcp(1, 65535)] })]).kind).toBe("complete");
    expect(cover(target, [ingress({ ports: [named("dns")] }), ingress({ ports: [tcp(80)] })]).kind).toBe(
      "open",
    );
    expect(cover(ingress({ ports: [tcp(80)] }), [target]).kind).toBe("open");
  });

  test("a named port of egress to a block means pods with an address in it", () => {
    const target = egress({ peers: [block("10.0.0.0/8")], ports: [named("web")] });
    expect(cover(target, [])).toMatchObject({
      kind: "open",
      witness: { to: { kind: "pod", ip: "10.0.0.1" } },
    });
    const everyPod: PodMatch = { ...pods(), namespaces: { kind: "selector", selector: selector("k"), span } };
    expect(cover(target, [egress({ peers: [everyPod], ports: [named("web")] })]).kind).toBe("complete");
  });

  test("every TCP, UDP and SCTP port is not every port: ICMP is left", () => {
    const by = (["TCP", "UDP", "SCTP"] as const).map((protocol) =>
      ingress({ ports: [{ kind: "range", protocol, from: 0, to: 65535, span }] }),
    );
    expect(cover(ingress({}), by)).toMatchObject({ kind: "open", witness: { protocol: "other" } });
  });

  test("a selector that contradicts itself is covered by nothing at all", () => {
    const never = ingress({
      subject: {
        ...pods(),
        pods: {
          requirements: ["a", "b"].map((value) => ({
            key: "k",
            operator: "In" as const,
            values: [value],
            span,
          })),
          span,
        },
      },
    });
    expect(cover(never, [])).toEqual({ kind: "complete", by: [] });
  });

  test("one that covers alone is named rather than several that do together", () => {
    const alone = ingress({});
    const by = [ingress({ subject: pods("a") }), ingress({ subject: pods("b") }), alone];
    expect(cover(ingress({ subject: pods("a", "b") }), by)).toEqual({ kind: "complete", by: [alone] });
  });

  test("more classes than the limit are no answer, where all of them would be a cover", () => {
    const values = Array.from({ length: 100 }, (_, i) => `v${i}`);
    const target = ingress({ subject: pods(...values) });
    const by = values.map((value) => ingress({ subject: pods(value) }));
    expect(cover(target, by, { limit: 50 })).toEqual({ kind: "unknown" });
    expect(cover(target, by)).toEqual({ kind: "complete", by });
  });
});
