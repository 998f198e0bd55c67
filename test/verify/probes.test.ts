import { expect, test } from "vitest";
import type { Pod } from "../../src/ir/inventory.js";
import type { World } from "../../src/verify/endpoints.js";
import { probesOf } from "../../src/verify/probes.js";

const span = { file: "", start: 0, end: 0 };

function podOf(name: string, ...ips: readonly string[]): Pod {
  return { namespace: "shop", name, labels: {}, ports: [], ips, hostNetwork: false, span };
}

const SUBJECTS = Array.from({ length: 6 }, (_, i) => podOf(`subject${i}`, `10.0.0.${i}`, `fd00::${i}`));
const WORLD: World = {
  namespaces: [{ name: "shop", labels: {}, span }],
  subjects: SUBJECTS,
  peers: [podOf("four", "10.1.0.1"), podOf("six", "fd00::1:1"), podOf("other", "10.1.0.2")],
  outside: ["192.0.2.1"],
};
const POINTS = [80, 81, 443, 8080].map((port) => ({ protocol: "TCP" as const, port }));

test("without a limit every subject meets every peer on every port in both directions, by one family", () => {
  const probes = probesOf(WORLD, SUBJECTS, POINTS, 1000);
  const all = [...probes].map(
    ({ direction, point, ends }) => `${direction} ${ends.subject.ip} ${ends.peer.ip} ${point.port}`,
  );
  expect(new Set(all).size).toBe(6 * 4 * 4 * 2);
  expect(all).toContain("egress fd00::5 fd00::1:1 443");
  expect([probes.taken, probes.skipped]).toEqual([192, 0]);
});

test.each([96, 48, 20, 16])("a sample of at most %i meets every direction, port and peer", (limit) => {
  const probes = probesOf(WORLD, SUBJECTS, POINTS, limit);
  const sample = [...probes];
  expect(sample.length).toBeLessThanOrEqual(limit);
  expect(sample).toHaveLength(probes.taken);
  expect(probes.taken + probes.skipped).toBe(192);
  const met = (of: (probe: (typeof sample)[number]) => unknown) => new Set(sample.map(of)).size;
  expect([met(({ direction }) => direction), met(({ point }) => point), met(({ peer }) => peer)]).toEqual([
    2, 4, 4,
  ]);
});

test("the packets of one address have one end", () => {
  const ends = [...probesOf(WORLD, SUBJECTS, POINTS, 1000)].map(({ ends: { peer } }) => peer);
  expect(new Set(ends).size).toBe(4);
});
