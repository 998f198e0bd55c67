/** The second tier: code of policy sets takes the place of tables, behind the change. */
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile, compileProgram, lines, must, Node, type Objects, privileged } from "./harness.js";
import { Resident } from "./resident.js";
import { addresses, delta, rowOf, sha256, specialised, state, words } from "./state.js";

describe.skipIf(!privileged)("the second tier", () => {
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
  const tiers = (node: Node) =>
    Object.fromEntries(node.status().pods.map((each: any) => [each.interface, each.tier]));

  test("subjects get their own code behind the change, and lose it with the change that says so", async () => {
    const node = start(3);
    const resident = serve(node);
    const whole = state(objects, 1, ["deny from", "deny to", "deny to"], specialised(objects, [1, 2]));
    expect((await resident.ask(whole)).generation).toBe(1);
    expect(await resident.next()).toEqual({ specialised: 2, failed: [] });
    expect(tiers(node)).toEqual({ pod0: "specialised", pod1: "specialised", pod2: "specialised" });
    expect(await node.probe()).toBe("01 10 10");

    // Subject 2 is another's now: its tables decide, and its pods run code that is of no use.
    const allows = { rows: [{ subject: 2, at: 0, values: words(...rowOf("allow")) }] };
    await resident.ask(delta(2, [], { ...allows, unspecialised: [2] }));
    expect(await node.probe()).toBe("01 11 11");
    expect(tiers(node)).toEqual({ pod0: "specialised", pod1: "table", pod2: "table" });

    // A pod that comes to subject 1 runs its code at once; one that leaves it does not.
    await resident.ask(delta(3, ["allow", "deny from"]));
    expect(await node.probe()).toBe("11 01 11");
    expect((await resident.ask(delta(4, []))).generation).toBe(4);
    expect(tiers(node)).toEqual({ pod0: "table", pod1: "specialised", pod2: "table" });
  });

  test("peers of a set change before the change that needs them", async () => {
    const node = start(2);
    const resident = serve(node);
    await resident.ask(state(objects, 1, ["allow", "allow"], specialised(objects, [0], words(0))));
    expect(await resident.next()).toEqual({ specialised: 1, failed: [] });
    const peers = { peers: [{ set: "set", at: 1, values: words(1) }] };
    expect((await resident.ask(delta(2, [], { ...addresses([1, 1]), ...peers }))).generation).toBe(2);
    expect(await node.probe()).toBe("11 00");
    const beyond = { peers: [{ set: "set", at: 4, values: words(1) }] };
    expect((await resident.ask(delta(3, [], beyond))).error).toMatch(/1 peers from class 4, there are 4/);
  });

  test("an object that cannot be loaded leaves its subjects to their tables", async () => {
    const node = start(2);
    const resident = serve(node);
    const right = specialised(objects, [1, 2]) as { sets: any[]; programs: any[] };
    const wrong = {
      sets: [...right.sets, { ...right.sets[0], name: "other", sha256: "0".repeat(64) }],
      programs: [right.programs[0], { ...right.programs[1], set: 1 }],
    };
    await resident.ask(state(objects, 1, ["deny from", "deny to"], wrong));
    expect(await resident.next()).toEqual({
      specialised: 1,
      failed: [
        expect.objectContaining({ set: "other", error: expect.stringMatching(/but the state says 0{64}/) }),
      ],
    });
    expect(tiers(node)).toEqual({ pod0: "specialised", pod1: "table" });
    expect(await node.probe()).toBe("01 10");
  });

  test("an object that the kernel refuses is told with the verifier's words", async () => {
    const node = start(1);
    const source = `${objects.dir}/refused.bpf.c`;
    must("sh", [
      "-c",
      `sed 's/if (d.subject == SUBJECT_CLOSED)/if (!((char *)skb)[1 << 20])/' test/loader/fixed.bpf.c > ${source}`,
    ]);
    const object = compileProgram(source, `${objects.dir}/refused.bpf.o`, ["-DOWN"]);
    const right = specialised(objects, [1]) as { sets: any[]; programs: any[] };
    const wrong = { ...right, sets: [{ ...right.sets[0], object, sha256: sha256(object) }] };
    const applied = lines(node.apply(state(objects, 1, ["deny from"], wrong)));
    expect(applied).toMatchObject([
      { generation: 1, problems: [] },
      {
        specialised: 0,
        failed: [{ set: "set", error: expect.stringMatching(/dereference of modified ctx ptr/) }],
      },
    ]);
    expect(tiers(node)).toEqual({ pod0: "table" });
    expect(await node.probe()).toBe("01");
  });
});
