import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile, error, json, Node, type Objects, privileged } from "./harness.js";
import { state } from "./state.js";

/** fixed.bpf.c: a datagram there is remembered as a connection that lives, or as one that is over. */
const ALIVE = 65535;
const OVER = 65534;

describe.skipIf(!privileged)("polc-loader collect", () => {
  let objects: Objects;
  let node: Node | undefined;

  beforeAll(() => {
    objects = compile();
  });
  afterEach(() => node?.remove());
  afterAll(() => objects?.remove());

  const start = () => {
    node = new Node(objects, 1);
    expect(node.apply(state(objects, 1, ["allow"])).stderr).toBe("");
    return node;
  };
  const collect = (node: Node) => node.loader(["collect", "--instance", node.name]);
  const entries = (node: Node) => node.status().maps.established4.entries;

  test("connections that are over are forgotten, and no others", async () => {
    const node = start();
    await node.burst(0, 1, OVER);
    expect(entries(node)).toBe(1);
    expect(json(collect(node))).toEqual({ instance: node.name, collected: 1 });
    expect(entries(node)).toBe(0);
    await node.burst(0, 1, ALIVE);
    expect(json(collect(node))).toEqual({ instance: node.name, collected: 0 });
    expect(entries(node)).toBe(1);
  });

  test("no instance, nothing to collect", () => {
    const run = start().loader(["collect", "--instance", "polct-none"]);
    expect(run.status).toBe(1);
    expect(error(run)).toBe("there is no instance polct-none");
  });
});
