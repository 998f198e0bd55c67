/** Interfaces that are closed until their pods are described. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile, error, must, Node, type Objects, privileged } from "./harness.js";
import { Resident } from "./resident.js";
import { delta, state } from "./state.js";

describe.skipIf(!privileged)("polc-loader hold", () => {
  let objects: Objects;
  let node: Node | undefined;
  const residents: Resident[] = [];

  beforeAll(() => {
    objects = compile();
  });
  afterEach(() => {
    for (const resident of residents.splice(0)) resident.child.kill("SIGKILL");
    node?.remove();
  });
  afterAll(() => objects?.remove());

  const start = (pods: number) => (node = new Node(objects, pods));
  const serve = (node: Node) => {
    const resident = new Resident(node);
    residents.push(resident);
    return resident;
  };
  const hold = (node: Node, ...args: string[]) => node.loader(["hold", "--instance", node.name, ...args]);

  test("a held pod is closed until it is described, beside a resident loader", async () => {
    const node = start(3);
    expect(error(hold(node, "pod0"))).toBe(`there is no instance ${node.name}`);
    const resident = serve(node);
    await resident.ask(state(objects, 1, ["allow"]));
    expect(JSON.parse(hold(node, "pod1", "pod2", "pod0").stdout)).toEqual({ instance: node.name, held: 3 });
    expect(error(hold(node, "gone0"))).toBe("there is no interface gone0");
    expect(await node.probe()).toBe("11 00 00");
    expect(
      node
        .status()
        .pods.map((each: any) => [each.interface, each.subject])
        .sort(),
    ).toEqual([
      ["pod0", 0],
      ["pod1", "closed"],
      ["pod2", "closed"],
    ]);

    expect(await resident.ask(delta(2, [undefined, "allow"]))).toMatchObject({ attached: 0, problems: [] });
    expect(await node.probe()).toBe("11 11 00");
    expect((await resident.ask(delta(3, [], { removed: ["pod2"] }))).generation).toBe(3);
    expect((await resident.ask(delta(4, []))).generation).toBe(4);
    expect(await node.probe()).toBe("11 11 11");
    hold(node, "pod2");
    await resident.end();
    // A whole state that does not know it yet keeps it closed.
    expect(node.apply(state(objects, 5, ["allow", "allow"])).stderr).toBe("");
    expect(await node.probe()).toBe("11 11 00");
    expect(node.detach().stderr).toBe("");
    expect(node.leftovers()).toEqual([]);
  });

  for (const mode of ["tcx", "clsact"])
    test(`a held pod that goes before it is described is forgotten by the next whole state (${mode})`, async () => {
      const node = start(2);
      expect(node.apply(state(objects, 1, ["allow"]), ["--attach", mode]).stderr).toBe("");
      expect(hold(node, "pod1", "--attach", mode).stderr).toBe("");
      expect(await node.probe()).toBe("11 00");
      must("ip", ["-n", node.name, "link", "del", "pod1"]);
      expect(node.apply(state(objects, 2, ["allow"]), ["--attach", mode]).stderr).toBe("");
      expect(node.status()).toMatchObject({ problems: [], maps: { pods: { entries: 1 } } });
      expect(node.detach().stderr).toBe("");
      expect(node.leftovers()).toEqual([]);
    });

  test("pods are held from elsewhere than the instance's namespace in vain", async () => {
    const node = start(1);
    expect(node.apply(state(objects, 1, ["allow"])).stderr).toBe("");
    const other = new Node(objects, 1);
    try {
      const away = other.loader(["hold", "--instance", node.name, "pod0"]);
      expect(error(away)).toBe(`instance ${node.name} belongs to another network namespace`);
      expect(await other.probe()).toBe("11");
    } finally {
      other.remove();
    }
  });
});
