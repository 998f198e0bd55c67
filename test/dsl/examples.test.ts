import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test, vi } from "vitest";
import type { NetworkPolicy } from "../../src/ir/policy.js";
import { decide } from "../../src/analysis/semantics/decide.js";
import type { Endpoint } from "../../src/analysis/semantics/decide.js";
import { loadProject } from "../../src/parser/project.js";
import { bare } from "./project.js";

const cache = mkdtempSync(join(tmpdir(), "polc-cache-"));
vi.stubEnv("XDG_CACHE_HOME", cache);
afterAll(() => rmSync(cache, { recursive: true }));

test("the boutique in TypeScript gives the same IR as the boutique in YAML", async () => {
  const yaml = await loadProject(["examples/online-boutique/policies.yaml"]);
  const typescript = await loadProject(["examples/online-boutique-ts"]);
  expect(typescript.diagnostics).toEqual([]);
  expect(yaml.diagnostics).toEqual([]);
  expect(typescript.policies).toHaveLength(11);
  expect(bare(typescript.policies)).toEqual(bare(yaml.policies));
  expect(typescript.claims).toHaveLength(8);
});

test("every rule of the boutique is at its sentence", async () => {
  const { policies, sources } = await loadProject(["examples/online-boutique-ts"]);
  const redis = policies.find(({ name }) => name === "boutique-redis-cart") as NetworkPolicy;
  const text = (span: { file: string; start: number; end: number }) =>
    sources.get(span.file)!.text.slice(span.start, span.end);
  expect(sources.where(redis.span)).toBe("examples/online-boutique-ts/boutique.policy.ts:6");
  expect(redis.rules.map(({ span }) => [sources.where(span), text(span)])).toEqual([
    [
      "examples/online-boutique-ts/boutique.policy.ts:27",
      'allow(boutique.cartservice).to(boutique["redis-cart"]).on(tcp(6379))',
    ],
    [
      "examples/online-boutique-ts/boutique.policy.ts:29",
      "allow(services).to(system.dns).on(udp(53), tcp(53))",
    ],
  ]);
});

test("the guardrails deny what they say, in the order of the tiers", async () => {
  const { policies, diagnostics } = await loadProject(["examples/guardrails-ts"]);
  expect(diagnostics).toEqual([]);
  expect(policies.map(({ kind, name, rules }) => [kind, name, rules.length])).toEqual([
    ["AdminTier", "guardrails", 7],
    ["BaselineTier", "default-deny-ingress", 1],
  ]);
  const pod = (namespace: string, labels: Record<string, string>): Endpoint => ({
    kind: "pod",
    pod: { namespace, name: "a", labels: {}, ports: [] },
    namespace: { name: namespace, labels },
  });
  const verdict = (from: Endpoint, to: Endpoint) =>
    decide(policies, { from, to, protocol: "TCP", port: 80 }).verdict;
  const prod = pod("shop", { env: "prod" });
  const address = (ip: string): Endpoint => ({ kind: "address", ip });
  expect(verdict(pod("lab", { env: "dev" }), prod)).toBe("deny");
  expect(verdict(prod, pod("lab", { env: "dev" }))).toBe("allow");
  expect(verdict(prod, address("169.254.169.254"))).toBe("deny");
  expect(verdict(prod, address("1.1.1.1"))).toBe("allow");
  expect(verdict(address("1.1.1.1"), prod)).toBe("deny");
});
