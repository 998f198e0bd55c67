import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { privileged } from "../../loader/harness.js";
import {
  compileTiny,
  CONFIG,
  endpoint,
  frontend,
  object,
  port,
  run,
  type ServiceObjects,
  whole,
} from "./harness.js";

/** What makes a good state a bad one, and what is said of it. */
const BAD: readonly [string, (state: any, objects: ServiceObjects) => void, string][] = [
  ["of policy", (s) => (s.kind = "whole"), "kind is whole, not services"],
  ["of another version", (s) => (s.version = 2), "version is not an integer from 1 to 1"],
  ["with an unknown field", (s) => (s.colour = "red"), "unknown field colour"],
  ["with an unknown field of an entry", (s) => (s.ports[0].colour = 1), "unknown field ports[0].colour"],
  ["without its endpoints", (s) => delete s.endpoints, "endpoints is missing"],
  ["of generation 0", (s) => (s.generation = 0), "generation is not an integer from 1 to 4294967295"],
  ["with an object of another digest", (s, o) => (s.objects.tc.sha256 = object(o.xdp).sha256), "has sha256"],
  ["with a table size that is no prime", (s) => (s.config.tableSize = 100), "is 100, which is not a prime"],
  [
    "with an unknown dispatch",
    (s) => (s.config.dispatchUdp = "pigeon"),
    "is none of opt, ipip, geneve, snat",
  ],
  [
    "with ports of SNAT upside down",
    (s) => (s.config.snatLast = 60000),
    "snatLast is not an integer from 61000",
  ],
  ["of a node without an address", (s) => delete s.config.node4, "config has neither node4 nor node6"],
  [
    "with a link-local hairpin address",
    (s) => (s.config.hairpin6 = "fe80::1"),
    "config.hairpin6 is link-local",
  ],
  ["with the wrong family", (s) => (s.config.node6 = "1.2.3.4"), "config.node6 is not an IPv6 address"],
  ["with bits beyond a block", (s) => (s.config.outer4 = "10.0.0.1/8"), "outer4 is not a block of addresses"],
  [
    "with a port of 0",
    (s) => (s.endpoints[1].port = 0),
    "endpoints[1].port is not an integer from 1 to 65535",
  ],
  ["with no address", (s) => (s.destinations[0].address = "x"), "destinations[0].address is not an address"],
  ["with a destination of no kind", (s) => (s.destinations[0].flags = []), "destinations[0].flags is empty"],
  ["with an endpoint twice", (s) => s.endpoints.push(s.endpoints[0]), "endpoint 1 is put twice"],
  ["with an endpoint of no service port", (s) => (s.endpoints[0].servicePort = 9), "refers to port 9"],
  [
    "with a set of an endpoint that is not there",
    (s) => s.sets[0].endpoints.push(9),
    "set 1 refers to endpoint 9",
  ],
  ["with set 0", (s) => (s.sets[0].id = 0), "sets[0].id is not an integer from 1"],
  ["with an empty set", (s) => (s.sets[0].endpoints = []), "sets[0].endpoints has 0 ids"],
  [
    "with two endpoints that are one",
    (s) => s.endpoints.push(endpoint(3, "10.0.0.1")) && s.sets[0].endpoints.push(3),
    "have one address and port",
  ],
  [
    "with a set of both families",
    (s) => s.endpoints.push(endpoint(3, "fd00::1")) && s.sets[0].endpoints.push(3),
    "has endpoints of both families",
  ],
  ["with a port of a set that is not there", (s) => (s.ports[0].sets = [1, 2, 1]), "port 0 refers to set 2"],
  ["with a port of two sets", (s) => (s.ports[0].sets = [1, 1]), "ports[0].sets has 2 ids, not 3"],
  [
    "with another answer of the empty",
    (s) => (s.ports[0].empty = ["refuse", "drop", "sing"]),
    "ports[0].empty is none of refuse, drop",
  ],
  [
    "with a frontend twice",
    (s) => s.frontends.push(frontend("10.96.0.1", 53, 0)),
    "frontends has two entries for one key",
  ],
  [
    "with a node port at an address",
    (s) => (s.frontends[0].kind = "node-port"),
    "frontends[0].address does not go with its kind",
  ],
  [
    "with a source range of no port",
    (s) => s.sourceRanges.push({ servicePort: 3, block: "10.0.0.0/8" }),
    "refers to port 3",
  ],
  [
    "with a link twice",
    (s) =>
      (s.links = [
        { name: "a", hook: "tc" },
        { name: "a", hook: "tc" },
      ]),
    "links[1].name is the same as of links[0]",
  ],
  [
    "with XDP but no object for it",
    (s) => delete s.objects.xdp && (s.links = [{ name: "a", hook: "auto" }]),
    "there is no objects.xdp",
  ],
  ["with a cgroup but no object for it", (s) => (s.cgroup = "/"), "there is a cgroup, but no objects.socket"],
  [
    "with a pod on an interface of no name",
    (s) => (s.pods = [{ name: "p", interface: "a/b" }]),
    "pods[0].interface is not the name",
  ],
  [
    "with more endpoints in a set than places",
    (s) => (s.config.tableSize = 3) && addEndpoints(s, 2),
    "Maglev tables have 3 places",
  ],
];

const addEndpoints = (state: any, count: number) => {
  for (let id = 3; id < 3 + count; id++) {
    state.endpoints.push(endpoint(id, `10.0.0.${id}`));
    state.sets[0].endpoints.push(id);
  }
};

/** What does not have the room that is said. */
const FULL: readonly [string, object, string][] = [
  ["endpoints", { endpoints: 2 }, "capacity.endpoints is 2, but 3 are needed"],
  ["members", { members: 1 }, "capacity.members is 1, but 2 are needed"],
  ["sets", { sets: 1 }, "capacity.sets is 1, but 2 are needed"],
];

describe.skipIf(!privileged)("a state of services", { timeout: 240_000 }, () => {
  let objects: ServiceObjects;

  beforeAll(() => {
    objects = compileTiny();
  }, 240_000);
  afterAll(() => objects?.remove());

  const refusal = (state: object | string) => {
    const result = run(objects, state, []);
    expect(result.status, result.stderr).toBe(1);
    return JSON.parse(result.stderr).error;
  };
  const good = (more: object = {}) => whole(objects, 1, ["10.0.0.1", "10.0.0.2"], more);

  test("is loaded", () => {
    expect(run(objects, good(), [])).toMatchObject({ status: 0, stderr: "" });
  });

  for (const [what, spoil, message] of BAD) {
    test(`${what} is refused, and the place is named`, () => {
      const state = structuredClone(good());
      spoil(state, objects);
      expect(refusal(state)).toMatchObject({ code: "bad-state", message: expect.stringContaining(message) });
    });
  }

  for (const [what, capacity, message] of FULL) {
    test(`with too little room for its ${what} is refused as full`, () => {
      expect(refusal(good({ capacity }))).toMatchObject({
        code: "full",
        message: expect.stringContaining(message),
        help: "raise it, or leave it out",
      });
    });
  }

  test("with more kinds of sets than Maglev tables is refused as full", () => {
    const state = good({ capacity: { rows: 1 } });
    addEndpoints(state, 1);
    state.sets.push({ id: 2, endpoints: [1, 2] });
    state.ports.push(port(1, 2));
    expect(refusal(state)).toMatchObject({
      code: "full",
      message: expect.stringContaining("capacity.rows is 1, but 2 are needed"),
    });
  });

  test("with many sets of the same endpoints needs one Maglev table", () => {
    const state = good({ capacity: { rows: 1 } });
    for (let id = 1; id < 20; id++) {
      state.endpoints.push(
        endpoint(2 * id + 1, "10.0.0.1", { servicePort: id }),
        endpoint(2 * id + 2, "10.0.0.2", { servicePort: id }),
      );
      state.sets.push({ id: id + 1, endpoints: [2 * id + 2, 2 * id + 1] });
      state.ports.push(port(id, id + 1));
    }
    expect(run(objects, state, [])).toMatchObject({ status: 0, stderr: "" });
  });

  test("that is no JSON is refused with line and column", () => {
    expect(refusal('{"kind": ')).toMatchObject({
      code: "bad-state",
      message: expect.stringMatching(/run\.json:1:9: /),
    });
  });

  test("of another table size has tables of that size", () => {
    expect(run(objects, good({ config: { ...CONFIG, tableSize: 65521 } }), [])).toMatchObject({
      status: 0,
      stderr: "",
    });
  });
});
