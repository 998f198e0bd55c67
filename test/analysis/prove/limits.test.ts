import { expect, test } from "vitest";
import { prove } from "../../../src/analysis/prove/prove.js";
import { EVERY_CLUSTER } from "../../../src/analysis/prove/every_cluster.js";
import type { Claim } from "../../../src/ir/claim.js";
import type { NetworkPolicy, PodMatch } from "../../../src/ir/policy.js";
import { NO_SPAN } from "../../../src/source/span.js";

const span = NO_SPAN;

function podsWith(key: string, value: string): PodMatch {
  const requirements = [{ key, operator: "In" as const, values: [value], span }];
  return {
    kind: "pods",
    namespaces: { kind: "name", name: "shop", span },
    pods: { requirements, span },
    span,
  };
}

/** Twelve policies that each ask for a label of their own: 4,096 kinds of pods. */
const policies = Array.from({ length: 12 }, (_, i): NetworkPolicy => {
  const subject = podsWith(`key${i}`, "x");
  const peers = [podsWith("app", "api")];
  return {
    kind: "NetworkPolicy",
    tier: "networkpolicy",
    name: `p${i}`,
    namespace: "shop",
    subject,
    isolates: { ingress: true, egress: false },
    rules: [{ direction: "ingress", action: "allow", subject, peers, logged: false, span }],
    logged: false,
    span,
  };
});

const claim = (kind: "canReach" | "cannotReach", from: PodMatch): Claim => {
  const to: PodMatch = { ...podsWith("app", "db") };
  return { kind, from: [from], to: [to], except: [], sentence: "", span };
};

test("with more kinds of pods than the limit a claim that holds is not proved, and not called broken", () => {
  const holds = claim("canReach", podsWith("app", "api"));
  expect(prove(holds, policies, EVERY_CLUSTER).kind).toBe("holds");
  expect(prove(holds, policies, EVERY_CLUSTER, { limits: { ends: 100, pairs: 1e6 } }).kind).toBe("unknown");
  expect(prove(holds, policies, EVERY_CLUSTER, { limits: { ends: 1e4, pairs: 1000 } }).kind).toBe("unknown");
});

test("a counterexample among those within the limit is one all the same", () => {
  const broken = claim("canReach", podsWith("app", "web"));
  expect(prove(broken, policies, EVERY_CLUSTER, { limits: { ends: 100, pairs: 1e6 } }).kind).toBe("broken");
});
