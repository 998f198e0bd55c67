/** Which nodes a canary rollout begins with. */
import { expect, test } from "vitest";
import { canaryNodes, parseCanary } from "../../src/deploy/nodes.js";
import type { ClusterNode } from "../../src/deploy/nodes.js";

function nodes(count: number): readonly ClusterNode[] {
  return Array.from({ length: count }, (_, i) => ({
    name: `node-${i}`,
    labels: i < 2 ? { pool: "first", zone: "" } : {},
    isReady: true,
  }));
}

test.each([
  ["10%", { kind: "part", percent: 10 }],
  ["pool=first", { kind: "label", key: "pool", value: "first" }],
  ["example.com/canary", { kind: "label", key: "example.com/canary" }],
  ["zone=", { kind: "label", key: "zone", value: "" }],
  ["0%", undefined],
  ["100%", undefined],
  ["", undefined],
  ["a=b=c", undefined],
])("%j is %j", (text, canary) => {
  expect(parseCanary(text)).toEqual(canary);
});

test.each([
  [1, 10, 1],
  [10, 10, 1],
  [11, 10, 2],
  [100, 25, 25],
])("of %d nodes, %d percent are %d", (count, percent, chosen) => {
  expect(canaryNodes({ kind: "part", percent }, nodes(count), "sha256:1").length).toBe(chosen);
});

test("a part is the same for a bundle every time, and another one for other bundles", () => {
  const chosen = (digest: string) => canaryNodes({ kind: "part", percent: 10 }, nodes(100), digest);
  expect(chosen("sha256:1")).toEqual(chosen("sha256:1"));
  expect(chosen("sha256:1")).not.toEqual(chosen("sha256:2"));
});

test("a label chooses by its value, or by being there", () => {
  const chosen = (text: string) => canaryNodes(parseCanary(text)!, nodes(4), "sha256:1");
  expect([chosen("pool=first"), chosen("zone"), chosen("zone="), chosen("pool=other")]).toEqual([
    ["node-0", "node-1"],
    ["node-0", "node-1"],
    ["node-0", "node-1"],
    [],
  ]);
});
