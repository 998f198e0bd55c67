import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { lines, privileged } from "../../loader/harness.js";
import {
  change,
  compileTiny,
  CONFIG,
  datagram,
  endpoint,
  frontend,
  port,
  run,
  sentTo,
  type ServiceObjects,
  whole,
} from "./harness.js";
import { maglev } from "./maglev_reference.js";

const ADDRESSES = ["10.0.0.3", "10.0.0.1", "10.0.0.2"];

describe.skipIf(!privileged)("polc-loader services run", { timeout: 240_000 }, () => {
  let objects: ServiceObjects;

  beforeAll(() => {
    objects = compileTiny();
  }, 240_000);
  afterAll(() => objects?.remove());

  const answers = (state: object, requests: readonly object[]) => {
    const result = run(objects, state, requests);
    expect(result.stderr).toBe("");
    return lines(result);
  };
  const packet = (sourcePort: number) => ({ hook: "from_pod", packet: datagram(sourcePort) });

  test("each place of a Maglev table is the reference's", () => {
    const places = Array.from({ length: CONFIG.tableSize }, (_, i) => i);
    const sent = answers(
      whole(objects, 1, ADDRESSES),
      places.map((place) => packet(10 * CONFIG.tableSize + place)),
    ).map(sentTo);
    const sorted = [...ADDRESSES].sort();
    expect(sent).toEqual(maglev(sorted, 8080, CONFIG.tableSize).map((member) => `${sorted[member]}:8080`));
  });

  test("the object of XDP has the same tables", () => {
    const [tc, xdp] = answers(whole(objects, 1, ADDRESSES), [
      { hook: "from_link", packet: datagram(1) },
      { hook: "from_link", object: "xdp", packet: datagram(1) },
    ]);
    expect(tc).toMatchObject({ verdict: "pass", returned: -1 });
    expect(xdp).toMatchObject({ verdict: "pass", returned: 2, packet: tc.packet });
  });

  test("a packet that is repeated begins anew each time", () => {
    const [once, often, counted] = answers(whole(objects, 1, ADDRESSES), [
      packet(1),
      { ...packet(1), repeat: 100 },
      { counters: true },
    ]);
    expect(often.packet).toBe(once.packet);
    expect(often.ns).toBeGreaterThan(0);
    expect(counted.counters.opened).toBe(101);
  });

  test("a change of a set is in place, and the next packet goes by it", () => {
    const [before, applied, after] = answers(whole(objects, 1, ["10.0.0.1"]), [
      packet(1),
      {
        apply: change(2, {
          endpoints: { put: [endpoint(7, "10.0.0.7", { port: 99 })], remove: [1] },
          sets: { put: [{ id: 2, endpoints: [7] }], remove: [1] },
          ports: { put: [port(0, 2)] },
        }),
      },
      packet(1),
    ]);
    expect(sentTo(before)).toBe("10.0.0.1:8080");
    expect(applied).toMatchObject({ generation: 2, problems: [] });
    expect(sentTo(after)).toBe("10.0.0.7:99");
  });

  test("a service that comes and goes by changes is there between them", () => {
    const comes = change(2, {
      destinations: { put: [{ address: "10.96.0.2", flags: ["cluster-ip"] }] },
      endpoints: { put: [endpoint(9, "10.0.0.9", { servicePort: 4 })] },
      sets: { put: [{ id: 9, endpoints: [9] }] },
      ports: { put: [port(4, 9)] },
      frontends: { put: [frontend("10.96.0.2", 53, 4)] },
      sourceRanges: { put: [{ servicePort: 4, block: "10.0.0.0/8" }] },
    });
    const goes = change(3, {
      destinations: { remove: ["10.96.0.2"] },
      endpoints: { remove: [9] },
      sets: { remove: [9] },
      ports: { remove: [4] },
      frontends: { remove: [{ address: "10.96.0.2", port: 53, protocol: "UDP" }] },
      sourceRanges: { remove: [{ servicePort: 4, block: "10.0.0.0/8" }] },
    });
    const to = { hook: "from_pod", packet: datagram(1, "10.96.0.2") };
    const [first, , second, gone, third] = answers(whole(objects, 1, ["10.0.0.1"]), [
      to,
      { apply: comes },
      to,
      { apply: goes },
      to,
    ]);
    expect([first, second, third].map(sentTo)).toEqual(["10.96.0.2:53", "10.0.0.9:8080", "10.96.0.2:53"]);
    expect(gone).toMatchObject({ generation: 3 });
  });

  test("a change that is refused leaves all as it was, and the same generation may be tried again", () => {
    const [refused, sent, applied, moved] = answers(whole(objects, 1, ["10.0.0.1", "10.0.0.2"]), [
      {
        apply: change(2, {
          endpoints: { put: [endpoint(7, "10.0.0.7")], remove: [2] },
          sets: { put: [{ id: 2, endpoints: [7] }] },
        }),
      },
      packet(1),
      {
        apply: change(2, {
          endpoints: { put: [endpoint(7, "10.0.0.7")], remove: [1, 2] },
          sets: { put: [{ id: 2, endpoints: [7] }], remove: [1] },
          ports: { put: [port(0, 2)] },
        }),
      },
      packet(1),
    ]);
    expect(refused).toEqual({
      error: {
        code: "bad-state",
        message: "apply: endpoint 2 is removed, but something still refers to it",
        help: "remove what refers to it, or change that, in the same state",
      },
    });
    expect(sentTo(sent)).toMatch(/^10\.0\.0\.[12]:8080$/);
    expect(applied).toMatchObject({ generation: 2 });
    expect(sentTo(moved)).toBe("10.0.0.7:8080");
  });

  test("a thousand changes of one set leave no room behind", () => {
    const requests = Array.from({ length: 1000 }, (_, i) => ({
      apply: change(i + 2, {
        endpoints: { put: [endpoint(((i + 1) % 3) + 1, `10.0.1.${(i + 1) % 250}`)], remove: [(i % 3) + 1] },
        sets: { put: [{ id: ((i + 1) % 3) + 1, endpoints: [((i + 1) % 3) + 1] }], remove: [(i % 3) + 1] },
        ports: { put: [port(0, ((i + 1) % 3) + 1)] },
      }),
    }));
    const state = whole(objects, 1, ["10.0.1.0"], {
      capacity: { members: 4, endpoints: 4, sets: 4, rows: 2 },
    });
    const results = answers(state, [...requests, packet(1)]);
    expect(results.slice(0, 1000).filter(({ error }) => error)).toEqual([]);
    expect(sentTo(results[1000])).toBe("10.0.1.0:8080");
  });

  test("flows show what a packet became", () => {
    const [, { flows }] = answers(whole(objects, 1, ["10.0.0.1"]), [packet(1000), { flows: true }]);
    expect(flows).toEqual([
      expect.objectContaining({
        proto: 17,
        hook: "from_pod",
        source: { address: "10.0.0.9", port: 1000 },
        destination: { address: "10.96.0.1", port: 53 },
        new_destination: { address: "10.0.0.1", port: 8080 },
      }),
    ]);
  });

  test("what is no request is answered as such, and the next one is answered", () => {
    const results = answers(whole(objects, 1, ["10.0.0.1"]), [
      { hook: "sideways", packet: "" },
      { hook: "to_pod", object: "xdp", packet: "" },
      { hook: "to_pod" },
      { hook: "to_pod", packet: "!" },
      { apply: 7 },
      { hook: "to_link", instructions: true },
    ]);
    expect(results.slice(0, 5).map(({ error }) => error.message)).toEqual([
      "hook is not from_pod, to_pod, from_link or to_link",
      "the object xdp has the hook from_link only",
      expect.stringMatching(/^a request has hook, packet or instructions/),
      "packet is not base64 of at most 65536 bytes",
      "apply:1:1: '[' or '{' expected near '7'",
    ]);
    expect(results[5].instructions).toBeGreaterThan(10);
  });
});
