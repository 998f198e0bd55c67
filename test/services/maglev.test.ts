import { expect, test } from "vitest";
import { maglevTable, memberOrder, placeOf, placeOfClient } from "../../src/services/maglev.js";
import type { Member } from "../../src/services/maglev.js";

const SIZE = 16381;
const TEN = Array.from({ length: 10 }, (_, i): Member => ({
  address: `10.244.${i}.${10 * i + 3}`,
  port: 8080,
}));

/** 100,000 connections of many clients to one address. */
const FLOWS = Array.from({ length: 100_000 }, (_, i) => ({
  client: `198.51.${100 + (i % 100)}.${1 + (Math.floor(i / 100) % 250)}`,
  clientPort: 32768 + ((i * 7919) % 28000),
  ...{ address: "203.0.113.7", port: 443, protocol: "TCP" as const },
}));
const PLACES = FLOWS.map((flow) => placeOf(flow, 1, SIZE));

test("a table has every place taken, and no member has more than one place more than another", () => {
  const counts = new Array<number>(10).fill(0);
  for (const index of maglevTable(TEN, SIZE)) counts[index]!++;
  expect(counts.reduce((sum, each) => sum + each)).toBe(SIZE);
  expect(Math.max(...counts) - Math.min(...counts)).toBeLessThanOrEqual(1);
});

test("when one of ten leaves, at most 1 % of the flows of the others move, whichever it is", () => {
  const before = maglevTable(TEN, SIZE);
  for (const gone of TEN) {
    const left = TEN.filter((each) => each !== gone);
    const after = maglevTable(left, SIZE);
    let [staying, moved] = [0, 0];
    for (const place of PLACES) {
      const was = TEN[before[place]!]!;
      if (was === gone) continue;
      staying++;
      if (left[after[place]!] !== was) moved++;
    }
    expect(staying).toBeGreaterThan(85_000);
    expect(moved / staying, `${gone.address} left`).toBeLessThanOrEqual(0.01);
  }
});

test("100,000 flows are spread within 2 % of even", () => {
  const table = maglevTable(TEN, SIZE);
  const counts = new Array<number>(10).fill(0);
  for (const place of PLACES) counts[table[place]!]!++;
  for (const count of counts) expect(Math.abs(count - 10_000)).toBeLessThanOrEqual(200);
});

/** Made by the loader's C as well. */
test("a table comes from the members' addresses and ports alone", () => {
  const three = [
    { address: "10.0.0.9", port: 80 },
    { address: "10.0.0.9", port: 443 },
    { address: "10.0.0.10", port: 80 },
  ];
  expect([...maglevTable(three, 17)]).toEqual([1, 0, 0, 0, 0, 0, 2, 2, 1, 0, 1, 2, 2, 1, 2, 1, 1]);
  const two = [
    { address: "2001:db8::1", port: 8080 },
    { address: "fd00:2::5", port: 8080 },
  ];
  expect([...maglevTable(two, 17)]).toEqual([0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 1, 0, 0, 1]);
});

test("members are sorted by the bytes of their addresses, not by their text", () => {
  const members = ["10.0.0.10", "10.0.0.9", "9.0.0.1"].map((address) => ({ address, port: 80 }));
  const ports = [443, 80].map((port) => ({ address: "10.0.0.9", port }));
  expect([...members, ...ports].sort(memberOrder).map(({ address, port }) => `${address}:${port}`)).toEqual([
    "9.0.0.1:80",
    "10.0.0.9:80",
    "10.0.0.9:80",
    "10.0.0.9:443",
    "10.0.0.10:80",
  ]);
});

test("with affinity a client has one place, whatever its port", () => {
  const place = placeOfClient("198.51.100.1", 1, SIZE);
  expect(place).toBe(placeOfClient("198.51.100.1", 1, SIZE));
  expect(place).not.toBe(placeOfClient("198.51.100.2", 1, SIZE));
});
