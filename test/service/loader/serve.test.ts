import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile, must, type Objects, privileged } from "../../loader/harness.js";
import {
  change,
  compileSocket,
  compileTiny,
  endpoint,
  object,
  port,
  Server,
  type ServiceObjects,
  whole,
} from "./harness.js";
import { pods, ServiceNode } from "./installed.js";

/** From one endpoint to another. */
const moves = (generation: number, from: number, to: number, address: string) =>
  change(generation, {
    endpoints: { put: [endpoint(to, address)], remove: [from] },
    sets: { put: [{ id: to, endpoints: [to] }], remove: [from] },
    ports: { put: [port(0, to)] },
  });

describe.skipIf(!privileged)("services of a node", { timeout: 240_000 }, () => {
  let objects: Objects;
  let services: ServiceObjects;
  let node: ServiceNode | undefined;
  let server: Server | undefined;

  beforeAll(() => {
    objects = compile();
    services = compileTiny();
  }, 240_000);
  afterEach(async () => {
    await server?.end();
    node?.remove();
    server = node = undefined;
  });
  afterAll(() => {
    objects?.remove();
    services?.remove();
  });

  const start = (count: number) => new ServiceNode(objects, services, count).start();
  const state = (generation: number, address: string, more: object = {}) =>
    whole(services, generation, [address], { pods: pods(1), ...more });

  test("answer pods from the moment that a state is applied, whole or as a change", async () => {
    node = await start(1);
    server = new Server(node.name, node.name);
    expect(await node.asks(0)).toBe("EAGAIN");
    expect(await server.ask(state(1, "10.0.0.1"))).toMatchObject({ generation: 1, problems: [] });
    expect(await node.asks(0)).toBe("old");
    expect(await server.ask(moves(2, 1, 2, "10.0.0.2"))).toMatchObject({ generation: 2, problems: [] });
    expect(await node.asks(0)).toBe("new");
    expect(await server.ask(state(3, "10.0.0.1"))).toMatchObject({ generation: 3, problems: [] });
    expect(await node.asks(0)).toBe("old");
  });

  test("go on when the resident loader ends, and another one takes them over", async () => {
    node = await start(1);
    server = new Server(node.name, node.name);
    await server.ask(state(1, "10.0.0.1"));
    expect(await server.end()).toBe(0);
    expect(await node.asks(0)).toBe("old");
    server = new Server(node.name, node.name);
    expect(await server.ask(moves(2, 1, 2, "10.0.0.2"))).toEqual({
      error: {
        code: "bad-state",
        message: "standard input is a change, but there is no whole state before it",
        help: "send a whole state",
      },
    });
    expect(await server.ask(state(1, "10.0.0.1"))).toMatchObject({ error: { code: "generation" } });
    expect(await server.ask(state(2, "10.0.0.2"))).toMatchObject({ generation: 2 });
    expect(await node.asks(0)).toBe("new");
  });

  test("keep their flows over a whole state", async () => {
    node = await start(1);
    expect(node.applyServices(state(1, "10.0.0.1")).stderr).toBe("");
    expect(await node.asks(0)).toBe("old");
    const flows = () =>
      JSON.parse(
        must("bpftool", ["-j", "map", "dump", "pinned", `/sys/fs/bpf/polc/${node!.name}/services1/flows4`]),
      ).length;
    const before = flows();
    expect(before).toBeGreaterThan(0);
    expect(node.applyServices(state(2, "10.0.0.2")).stderr).toBe("");
    expect(flows()).toBe(before);
    expect(node.servicesStatus().counters.opened).toBeGreaterThan(0);
  });

  test("of a pod that comes and one that goes follow a change", async () => {
    node = await start(2);
    server = new Server(node.name, node.name);
    await server.ask(state(1, "10.0.0.1"));
    expect([await node.asks(0), await node.asks(1)]).toEqual(["old", "EAGAIN"]);
    const comes = change(2, { pods: { put: [{ name: "test/pod1", interface: "pod1" }], remove: ["pod0"] } });
    expect(await server.ask(comes)).toMatchObject({ generation: 2, problems: [] });
    expect([await node.asks(0), await node.asks(1)]).toEqual(["EAGAIN", "old"]);
    expect(node.servicesStatus().pods.map((pod: any) => pod.interface)).toEqual(["pod1"]);
  });

  test("of a pod without an interface are a problem, and the others have theirs", async () => {
    node = await start(1);
    const result = JSON.parse(node.applyServices(state(1, "10.0.0.1", { pods: pods(2) })).stdout);
    expect(result.problems).toEqual([
      "pod test/pod1: there is no interface pod1, so services do not work for it",
    ]);
    expect(await node.asks(0)).toBe("old");
  });

  test("that have no room for a change stay as they are, and count it", async () => {
    node = await start(1);
    server = new Server(node.name, node.name);
    await server.ask(state(1, "10.0.0.1", { capacity: { endpoints: 3, members: 2, destinations: 1 } }));
    const more = change(2, { destinations: { put: [{ address: "10.96.0.9", flags: ["cluster-ip"] }] } });
    expect(await server.ask(more)).toEqual({
      error: {
        code: "full",
        message: "standard input: there is room for 1 destinations, not for 2",
        help: "apply a whole state with more capacity",
      },
    });
    expect(await server.ask(moves(2, 1, 3, "10.0.0.2"))).toMatchObject({ error: { code: "full" } });
    expect(await node.asks(0)).toBe("old");
    expect(node.servicesStatus()).toMatchObject({
      generation: 1,
      full: 2,
      tables: { endpoints: { used: 1, capacity: 3 } },
    });
    expect(await server.ask(moves(2, 1, 2, "10.0.0.2"))).toMatchObject({ generation: 2 });
    expect(await node.asks(0)).toBe("new");
    expect(await server.ask(state(3, "10.0.0.1"))).toMatchObject({ generation: 3 });
    expect(node.servicesStatus()).toMatchObject({ full: 2, tables: { endpoints: { capacity: 8192 } } });
  });

  test("are on a link by tc where frames have partial checksums, by generic XDP if asked, and move without a gap", async () => {
    node = await start(1);
    const link = (generation: number, hook: string) =>
      node!.applyServices(state(generation, "10.0.0.1", { links: [{ name: "pod0", hook }], pods: [] }));
    for (const [i, [hook, is]] of [
      ["auto", "tc"],
      ["xdp-generic", "xdp-generic"],
      ["tc", "tc"],
      ["xdp", "xdp"],
      ["xdp-generic", "xdp-generic"],
      ["xdp", "xdp"],
    ].entries()) {
      expect(link(i + 1, hook!).stderr).toBe("");
      expect(node.servicesStatus()).toMatchObject({ problems: [], links: [{ interface: "pod0", hook: is }] });
    }
    expect(
      node.applyServices(state(7, "10.0.0.1", { links: [{ name: "none", hook: "tc" }] })).stderr,
    ).toContain("there is no interface none");
    expect(node.servicesStatus()).toMatchObject({ generation: 6, links: [{ hook: "xdp" }] });
  });

  test("are on a link by tc where the driver has no XDP", async () => {
    node = await start(1);
    const links = (hook: string) => state(1, "10.0.0.1", { links: [{ name: "lo", hook }] });
    expect(JSON.parse(node.applyServices(links("xdp")).stderr).error).toMatchObject({
      message: "link lo: its driver has no XDP, or another program of XDP is there",
      help: "use the hook auto",
    });
    expect(node.servicesStatus()).toMatchObject({ generation: 0, links: [], pods: [] });
    expect(node.applyServices(links("auto")).stderr).toBe("");
    expect(node.servicesStatus().links).toEqual([expect.objectContaining({ interface: "lo", hook: "tc" })]);
  });

  test("that cannot be attached everywhere are attached nowhere, and what was there goes on", async () => {
    node = await start(1);
    expect(node.applyServices(state(1, "10.0.0.1")).stderr).toBe("");
    const before = node.servicesStatus();
    const next = state(2, "10.0.0.2", { links: [{ name: "pod0", hook: "tc" }], cgroup: "/proc" });
    next.objects.socket = object(compileSocket(services.dir));
    const failed = node.applyServices(next);
    expect(JSON.parse(failed.stderr).error.message).toBe("/proc is not a cgroup of version 2");
    expect(failed.status).toBe(1);
    expect(await node.asks(0)).toBe("old");
    expect(node.servicesStatus()).toMatchObject({ generation: 1, pods: before.pods, links: [] });
  });

  test("whose interface has gone are named, and the next state forgets them", async () => {
    node = await start(1);
    expect(node.applyServices(state(1, "10.0.0.1")).stderr).toBe("");
    must("ip", ["-n", node.name, "link", "del", "pod0"]);
    expect(node.servicesStatus().problems).toHaveLength(2);
    expect(node.applyServices(state(2, "10.0.0.1", { pods: [] })).stderr).toBe("");
    expect(node.servicesStatus()).toMatchObject({ problems: [], pods: [] });
    expect(node.detachServices().stderr).toBe("");
    expect(node.leftovers()).toEqual([]);
  });
});
