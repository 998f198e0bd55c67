import { spawnSync } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile, LOADER, must, Node, type Objects, privileged } from "./harness.js";
import { Resident } from "./resident.js";
import { ADDRESS_ABSENT, addresses, delta, pod, rowOf, sha256, state, words } from "./state.js";

describe.skipIf(!privileged)("polc-loader serve", () => {
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
  const serve = (node: Node, args: readonly string[] = [], env: object = {}) => {
    const resident = new Resident(node, args, env);
    residents.push(resident);
    return resident;
  };

  for (const mode of ["tcx", "clsact"]) {
    test(`deltas follow a whole state, each in force when it is answered (${mode})`, async () => {
      const node = start(3);
      const resident = serve(node, ["--attach", mode]);
      expect(await resident.ask(state(objects, 1, ["deny", null]))).toMatchObject({
        generation: 1,
        epoch: 1,
        attached: 4,
        problems: [],
      });
      expect(await node.probe()).toBe("00 11 11");
      expect(await resident.ask(delta(2, [undefined, "deny from", "deny to"]))).toEqual({
        instance: node.name,
        generation: 2,
        epoch: 2,
        in_force_us: expect.any(Number),
        attach: mode,
        hooks: 6,
        attached: 2,
        problems: [],
      });
      expect(await node.probe()).toBe("00 01 10");
      expect(await resident.ask(delta(3, [], { removed: ["pod0"], revokes: false }))).toMatchObject({
        generation: 3,
        epoch: 2,
      });
      expect(await node.probe()).toBe("11 01 10");
      expect(await resident.end()).toEqual({ code: 0, stderr: "" });
      expect(await node.probe()).toBe("11 01 10");
      expect(node.status()).toMatchObject({ generation: 3, epoch: 2, problems: [] });
      expect(node.status().pods.map((each: any) => each.interface)).toEqual(["pod1", "pod2"]);
      expect(node.status().maps.pods.entries).toBe(2);
    });
  }

  test("rows, steps, settings and addresses change alone, and stay over the next changes", async () => {
    const node = start(2);
    const resident = serve(node);
    // Class 1 is pod 1's gateway: the node as pod 1 sees it. All rows allow at first.
    expect((await resident.ask(state(objects, 1, ["allow", "allow"]))).error).toBeUndefined();
    const deny = { rows: [{ subject: 0, at: 1, values: words(...rowOf("deny")) }] };
    expect((await resident.ask(delta(2, [], { ...deny }))).generation).toBe(2);
    expect(await node.probe()).toBe("11 11");
    expect((await resident.ask(delta(3, [], addresses([1, 1])))).generation).toBe(3);
    expect(await node.probe()).toBe("11 00");
    expect(node.status().maps.addresses4.entries).toBe(1);
    expect((await resident.ask(delta(4, [], { settings: { ...SETTINGS_OFF } }))).generation).toBe(4);
    expect(await node.probe()).toBe("11 00");
    expect((await resident.ask(delta(5, [], addresses([1, ADDRESS_ABSENT], [0, 1])))).generation).toBe(5);
    expect(await node.probe()).toBe("00 11");
    expect((await resident.ask(delta(6, [], { steps: [{ at: 2, values: words(0, 1) }] }))).generation).toBe(
      6,
    );
    expect(await node.probe()).toBe("11 11");
    expect((await resident.ask(delta(7, []))).generation).toBe(7);
    expect(await node.probe()).toBe("11 11");
    expect(await resident.end()).toEqual({ code: 0, stderr: "" });
    expect(node.status().maps.addresses4.entries).toBe(1);
  });

  test("a wrong line is answered by an error, changes nothing, and the next one is applied", async () => {
    const node = start(2);
    const resident = serve(node);
    expect(await resident.ask(delta(1, ["deny"]))).toEqual({
      error: "standard input: a delta needs a state before it",
      help: "begin with a whole state",
    });
    expect((await resident.ask(state(objects, 1, ["deny", "allow"]))).generation).toBe(1);
    const wrong: [object, RegExp][] = [
      [delta(1, ["allow"]), /is for generation 1, but generation 1 is in force: the next is 2/],
      [delta(3, ["allow"]), /the next is 2/],
      [delta(2, ["allow"], { colour: 1 }), /unknown field colour/],
      [delta(2, ["allow"], { sizes: {} }), /unknown field sizes/],
      [delta(2, [], { pods: [pod(0, 8)] }), /pods\[0\] has subject 8, there are 8/],
      [delta(2, ["allow"], addresses([0, 4])), /record 0 of addresses4 has class 4, there are 4/],
      [delta(2, ["allow"], { rows: [{ subject: 0, at: 4, values: words(0, 0) }] }), /has 1 values from 4/],
      [
        delta(2, ["allow"], { removed: ["pod0"] }),
        /the interface pod0 is removed, and pod test\/pod0 has it/,
      ],
      [state(objects, 2, ["allow"], { rows: [{ subject: 0, at: 0, values: "AAAA" }] }), /multiple/],
    ];
    for (const [line, message] of wrong) expect((await resident.ask(line)).error).toMatch(message);
    resident.child.stdin.write("nonsense\n");
    expect((await resident.next()).error).toMatch(/^standard input:1:/);
    expect(await node.probe()).toBe("00 11");
    expect((await resident.ask(delta(2, [undefined, "deny to"]))).generation).toBe(2);
    expect(await node.probe()).toBe("00 10");
    expect(await resident.end()).toEqual({ code: 0, stderr: "" });
  });

  test("a change that cannot be attached is undone in both banks", async () => {
    const node = start(2);
    const resident = serve(node, ["--attach", "clsact"]);
    expect((await resident.ask(state(objects, 1, ["deny"]))).generation).toBe(1);
    must("tc", ["-n", node.name, "qdisc", "add", "dev", "pod1", "clsact"]);
    must("tc", [
      ...["-n", node.name, "filter", "add", "dev", "pod1", "egress", "pref", "1"],
      ...["protocol", "ip", "bpf", "bytecode", "1,6 0 0 0"],
    ]);
    expect((await resident.ask(delta(2, ["allow", "deny"]))).error).toMatch(/cannot add a filter/);
    expect(await node.probe()).toBe("00 11");
    expect(node.status().maps.pods.entries).toBe(1);
    expect((await resident.ask(delta(2, []))).generation).toBe(2);
    expect(await node.probe()).toBe("00 11");
  });

  test("many deltas at once are all applied, in order", async () => {
    const node = start(1);
    const resident = serve(node);
    expect((await resident.ask(state(objects, 1, ["deny"]))).generation).toBe(1);
    const last = 501;
    resident.send(...Array.from({ length: last - 1 }, (_, i) => delta(i + 2, [i % 2 ? "deny" : "allow"])));
    for (let generation = 2; generation <= last; generation++)
      expect((await resident.next()).generation).toBe(generation);
    expect(await node.probe()).toBe("00");
    expect((await resident.ask(delta(last + 1, ["deny to"]))).generation).toBe(last + 1);
    expect(await node.probe()).toBe("10");
  });

  test("both banks are equal when what is behind a change is done", async ({ skip }) => {
    if (spawnSync("bpftool", ["version"]).status !== 0) skip("bpftool is not installed");
    const node = start(3);
    const values = (map: string): number[][] =>
      JSON.parse(
        must("bpftool", ["-j", "map", "dump", "pinned", `/sys/fs/bpf/polc/${node.name}/layout2/${map}`]),
      ).map((entry: { value: string[] }) => entry.value.map(Number));
    const resident = serve(node);
    await resident.ask(state(objects, 1, ["deny", "allow", null], addresses([0, 1], [1, 2])));
    const changes = {
      subjects: words(4, 99),
      rows: [
        { subject: 4, at: 1, values: words(...rowOf("allow"), ...rowOf("deny to")) },
        { subject: 0, at: 0, values: words(...rowOf("deny from")) },
      ],
      steps: [{ at: 5, values: words(0, 1, 80, 0) }],
      blocks4: words(0, 0, 0x0a000000, 3),
      removed: ["pod2"],
      ...addresses([0, ADDRESS_ABSENT], [1, 3], [2, 1]),
    };
    expect((await resident.ask(delta(2, ["allow"], changes))).generation).toBe(2);
    await resident.end();
    for (const map of ["subjects", "rows", "steps", "blocks4", "blocks6"]) {
      const all = values(map);
      expect(all.slice(0, all.length / 2), map).toEqual(all.slice(all.length / 2));
      expect(
        all.flat().some((byte) => byte !== 0),
        map,
      ).toBe(map !== "blocks6");
    }
    const halves = (map: string, at: number) =>
      values(map).map((value) => [value.slice(at, at + 4), value.slice(at + 4, at + 8)]);
    expect(halves("addresses4", 4).sort()).toEqual([
      [
        [1, 0, 0, 0],
        [1, 0, 0, 0],
      ],
      [
        [3, 0, 0, 0],
        [3, 0, 0, 0],
      ],
    ]);
    expect(halves("pods", 8)).toEqual(
      Array(2).fill([
        [0, 0, 0, 0],
        [0, 0, 0, 0],
      ]),
    );
  });

  test("a missing interface is a problem of its pod alone", async () => {
    const node = start(1);
    const resident = serve(node);
    await resident.ask(state(objects, 1, ["allow"]));
    const answer = await resident.ask(delta(2, ["deny"], { pods: [pod(0, 3), pod(9, 3)] }));
    expect(answer.problems).toEqual([
      "pod test/pod9: there is no interface pod9, so nothing is enforced on it",
    ]);
    expect(await node.probe()).toBe("00");
  });

  test("a pod that came anew under its name gets its programs again, also under its number", async () => {
    const node = start(1);
    const resident = serve(node);
    await resident.ask(state(objects, 1, ["deny"]));
    let generation = 2;
    for (const options of [[], ["index", "4711"], ["index", "4711"]]) {
      must("ip", ["-n", node.name, "link", "del", "pod0"]);
      node.addInterface(0, options);
      expect((await resident.ask(delta(generation++, ["deny"]))).problems).toEqual([]);
      expect(await node.probe()).toBe("00");
    }
    expect(await resident.ask(delta(generation, []))).toMatchObject({ hooks: 2 });
    await resident.end();
    expect(node.status()).toMatchObject({ problems: [], maps: { pods: { entries: 1 } } });
  });

  test("another shell takes the place of the one that is attached", async () => {
    const node = start(1);
    const resident = serve(node);
    await resident.ask(state(objects, 1, ["deny"]));
    const before = node.status().pods[0].from_pod.program;
    const other = { shell: `${objects.dir}/other.o`, shell_sha256: "" };
    must("cp", [objects.fixed, other.shell]);
    must("sh", ["-c", `printf x >> ${other.shell}`]);
    other.shell_sha256 = sha256(other.shell);
    expect((await resident.ask(state(objects, 2, ["deny"], other))).generation).toBe(2);
    await resident.ask(delta(3, []));
    expect(node.status().pods[0].from_pod.program).not.toBe(before);
    expect(node.status()).toMatchObject({ problems: [], generation: 3 });
    expect(must("ls", [`/sys/fs/bpf/polc/${node.name}/layout2`]).match(/shell-/g)).toHaveLength(1);
    expect(await node.probe()).toBe("00");
  });

  test("a signal ends it between two changes, and a second one waits for its lock", async () => {
    const node = start(1);
    const resident = serve(node);
    await resident.ask(state(objects, 1, ["deny"]));
    const applied = spawnSync("timeout", [
      ...["1", "nsenter", `--net=/run/netns/${node.name}`, LOADER],
      ...["apply", "--instance", node.name, node.write(state(objects, 2, ["allow"]))],
    ]);
    expect(applied.status).toBe(124);
    resident.child.kill("SIGTERM");
    expect(await resident.ended).toEqual({ code: 0, stderr: "" });
    expect(await node.probe()).toBe("00");
    expect(node.apply(state(objects, 2, ["allow"])).stderr).toBe("");
    expect(await node.probe()).toBe("11");
  });
});

const SETTINGS_OFF = {
  ipv6: false,
  audit: false,
  log_allowed: false,
  log_denied: false,
  log_dropped: false,
  deny_events_per_second: 0,
  allow_events_per_second: 0,
};
