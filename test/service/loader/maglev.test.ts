import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lines, privileged } from "../../loader/harness.js";
import {
  change,
  compileTiny,
  CONFIG,
  datagram,
  endpoint,
  port,
  run,
  sentTo,
  type ServiceObjects,
  whole,
} from "./harness.js";

const SIZE = 16381;
const ADDRESSES = Array.from({ length: 10 }, (_, i) => `10.7.${i}.${3 * i + 1}`);

describe.skipIf(!privileged)("Maglev tables of the default size", { timeout: 240_000 }, () => {
  let objects: ServiceObjects;
  let before: string[];
  let after: string[];

  /** The endpoint of every place: a source port each. */
  beforeAll(() => {
    objects = compileTiny();
    const all = Array.from({ length: SIZE }, (_, place) => ({
      hook: "from_pod",
      packet: datagram(place + SIZE),
    }));
    const leaves = {
      apply: change(2, {
        endpoints: { remove: [5] },
        sets: { put: [{ id: 2, endpoints: [1, 2, 3, 4, 6, 7, 8, 9, 10] }], remove: [1] },
        ports: { put: [port(0, 2)] },
      }),
    };
    const state = whole(objects, 1, [], {
      config: { ...CONFIG, tableSize: SIZE },
      endpoints: ADDRESSES.map((address, i) => endpoint(i + 1, address)),
      sets: [{ id: 1, endpoints: ADDRESSES.map((_, i) => i + 1) }],
    });
    const answers = lines(run(objects, state, [...all, leaves, ...all]));
    before = answers.slice(0, SIZE).map(sentTo);
    after = answers.slice(SIZE + 1).map(sentTo);
  }, 240_000);
  afterAll(() => objects?.remove());

  test("are uniform within 2 %", () => {
    for (const address of ADDRESSES) {
      const share = before.filter((to) => to === `${address}:8080`).length / SIZE;
      expect(Math.abs(share * ADDRESSES.length - 1)).toBeLessThan(0.02);
    }
  });

  test("move at most 1 % of what survives when one of ten endpoints leaves", () => {
    const gone = `${ADDRESSES[4]}:8080`;
    const survive = before.flatMap((to, place) => (to === gone ? [] : [place]));
    const moved = survive.filter((place) => after[place] !== before[place]).length;
    expect(after).toHaveLength(SIZE);
    expect(after).not.toContain(gone);
    expect(moved / survive.length).toBeLessThan(0.01);
  });
});
