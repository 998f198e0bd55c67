import { type ChildProcess, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile, error, LOADER, Node, type Objects, privileged } from "./harness.js";
import { SIZES, state } from "./state.js";

describe.skipIf(!privileged)("polc-loader events", () => {
  let objects: Objects;
  let node: Node | undefined;
  const followers: ChildProcess[] = [];

  beforeAll(() => {
    objects = compile();
  });
  afterEach(() => {
    for (const follower of followers.splice(0)) follower.kill("SIGKILL");
    node?.remove();
  });
  afterAll(() => objects?.remove());

  function start(more: object = {}): Node {
    node = new Node(objects, 2);
    expect(node.apply(state(objects, 1, ["deny", "allow"], more)).stderr).toBe("");
    return node;
  }

  const parse = (text: string): any[] =>
    text
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  const once = (node: Node) => parse(node.loader(["events", "--instance", node.name, "--once"]).stdout);
  const total = (events: any[], port: number) =>
    events.filter((event) => event.destination_port === port).reduce((sum, event) => sum + event.count, 0);

  /** A reader that runs; its lines, and what it ended with. */
  function follow(node: Node) {
    const child = spawn(LOADER, ["events", "--instance", node.name, "--follow"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    followers.push(child);
    const lines: any[] = [];
    createInterface({ input: child.stdout! }).on("line", (line) => lines.push(JSON.parse(line)));
    const ended = new Promise<number | null>((resolve) => child.on("close", (code) => resolve(code)));
    return { child, lines, ended };
  }

  async function until(condition: () => boolean, seconds = 10): Promise<void> {
    const end = Date.now() + 1000 * seconds;
    while (!condition()) {
      if (Date.now() > end) throw new Error("it did not happen");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  }

  test("every denied packet is counted once, whoever reads when", async () => {
    const node = start();
    await node.burst(0, 10, 4000);
    const first = once(node);
    expect(first[0]).toMatchObject({
      source: "10.99.0.2",
      destination: "10.99.0.1",
      destination_port: 4000,
      side: "egress",
      verdict: "deny",
      rule: 9,
      profile: 73,
      generation: 1,
      count: 1,
    });
    expect(total(first, 4000)).toBe(10);
    expect(once(node)).toEqual([]);

    await node.burst(0, 5, 4000);
    expect(total(once(node), 4000)).toBe(5);
    expect(once(node)).toEqual([]);
  });

  test("a reader reports the first packet at once, the rest when the window is over", async () => {
    const node = start();
    const reader = follow(node);
    await node.burst(0, 100, 4001);
    await until(() => reader.lines.length > 0, 3);
    expect(reader.lines.map((event) => event.count)).toEqual([1]);
    await until(() => reader.lines.length > 1, 10);
    expect(reader.lines.map((event) => event.count)).toEqual([1, 99]);
    // The next packet of the flow opens another window and tells of itself only.
    await node.burst(0, 1, 4001);
    await until(() => reader.lines.length > 2, 3);
    expect(reader.lines[2].count).toBe(1);
    reader.child.kill("SIGTERM");
    expect(await reader.ended).toBe(0);
  });

  test("a reader that is ended tells the rest before it goes", async () => {
    const node = start();
    const reader = follow(node);
    await node.burst(0, 50, 4002);
    await until(() => reader.lines.length > 0);
    reader.child.kill("SIGINT");
    expect(await reader.ended).toBe(0);
    expect(total(reader.lines, 4002)).toBe(50);
    expect(once(node)).toEqual([]);
  });

  test("counts stay right when a reader is killed and another one comes", async () => {
    const node = start();
    const reader = follow(node);
    await node.burst(0, 30, 4003);
    await until(() => reader.lines.length > 0);
    reader.child.kill("SIGKILL");
    await reader.ended;
    await node.burst(0, 20, 4003);
    expect(total([...reader.lines, ...once(node)], 4003)).toBe(50);
  });

  test("a flow that takes the place of another in the map does not take its packets", async () => {
    const node = start();
    // Ports 100 and 4196 share a cell of fixed.bpf.c.
    await node.burst(0, 7, 100);
    await node.burst(0, 9, 100 + 4096);
    const events = once(node);
    expect([total(events, 100), total(events, 100 + 4096)]).toEqual([7, 9]);
  });

  test("what the ring has no room for is reported as lost, and counts include it", async () => {
    const node = start({ sizes: { ...SIZES, events_bytes: 4096 } });
    for (let port = 1; port <= 200; port++) await node.burst(0, 2, port);
    const events = once(node);
    const lost = events.filter((line) => line.lost);
    expect(lost).toHaveLength(1);
    expect(lost[0].lost.lost_ring).toBeGreaterThan(100);
    expect(lost[0].lost.lost_ring).toBe(node.status().counters.lost_ring);
    const counted = events.filter((line) => !line.lost).reduce((sum, event) => sum + event.count, 0);
    expect(counted).toBe(400);
    // Said once.
    expect(once(node)).toEqual([]);
  });

  test("events of both generations tell theirs", async () => {
    const node = start();
    await node.burst(0, 1, 4004);
    expect(node.apply(state(objects, 2, ["allow", "deny"])).stderr).toBe("");
    await node.burst(1, 1, 4005);
    expect(once(node).map((event) => [event.destination_port, event.generation])).toEqual([
      [4004, 1],
      [4005, 2],
    ]);
  });

  test("an instance has one reader", async () => {
    const node = start();
    const reader = follow(node);
    await node.burst(0, 1, 4006);
    await until(() => reader.lines.length > 0);
    const second = node.loader(["events", "--instance", node.name]);
    expect(second.status).toBe(1);
    expect(error(second)).toMatch(/another reader has the events of this instance/);
  });

  test("a reader ends when the instance is detached, and when nobody reads its lines", async () => {
    const node = start();
    const reader = follow(node);
    await node.burst(0, 1, 4007);
    await until(() => reader.lines.length > 0);
    expect(node.detach().status).toBe(0);
    expect(await reader.ended).toBe(0);
    expect(node.leftovers()).toEqual([]);

    expect(node.apply(state(objects, 1, ["deny", "allow"])).stderr).toBe("");
    const unread = follow(node);
    unread.child.stdout!.destroy();
    expect(await unread.ended).toBe(0);
  });

  test("a reader goes on when the ring moves into a larger one", async () => {
    const node = start();
    const reader = follow(node);
    await node.burst(0, 3, 4008);
    await until(() => reader.lines.length > 0);
    const sizes = { ...SIZES, events_bytes: 1 << 17 };
    expect(node.apply(state(objects, 2, ["deny", "allow"], { sizes })).stderr).toBe("");
    await node.burst(0, 4, 4009);
    await until(() => total(reader.lines, 4009) > 0);
    reader.child.kill("SIGTERM");
    expect(await reader.ended).toBe(0);
    expect([total(reader.lines, 4008), total(reader.lines, 4009)]).toEqual([3, 4]);
  });

  test("no instance, no events", () => {
    const run = start().loader(["events", "--instance", "polct-none"]);
    expect(run.status).toBe(1);
    expect(error(run)).toBe("there is no instance polct-none");
  });
});
