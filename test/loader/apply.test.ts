import { spawnSync } from "node:child_process";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  compile,
  compileProgram,
  error,
  json,
  lines,
  must,
  Node,
  type Objects,
  privileged,
} from "./harness.js";
import { pod, sha256, state } from "./state.js";

describe.skipIf(!privileged)("polc-loader apply, status and detach", () => {
  let objects: Objects;
  let node: Node | undefined;

  beforeAll(() => {
    objects = compile();
  });
  afterEach(() => node?.remove());
  afterAll(() => objects?.remove());

  /** A filter of somebody else, which lets everything on to the next. */
  const addFilter = (node: Node, device: string, hook: string, priority: string) =>
    must("tc", [
      ...["-n", node.name, "filter", "add", "dev", device, hook, "pref", priority],
      ...["protocol", "ip", "bpf", "bytecode", "1,6 0 0 0"],
    ]);
  const start = (pods: number) => (node = new Node(objects, pods));

  for (const mode of ["tcx", "clsact"]) {
    test(`a state is in force when apply returns, and gone when detach does (${mode})`, async () => {
      const node = start(4);
      expect(await node.probe()).toBe("11 11 11 11");

      const applied = node.apply(state(objects, 1, ["deny", "deny from", "deny to", undefined]), [
        "--attach",
        mode,
      ]);
      expect(applied.stderr).toBe("");
      expect(lines(applied)).toEqual([
        {
          instance: node.name,
          generation: 1,
          epoch: 1,
          in_force_us: expect.any(Number),
          attach: mode,
          hooks: 6,
          attached: 6,
          problems: [],
        },
        { specialised: 0, failed: [], detached: 0, problems: [] },
      ]);
      expect(await node.probe()).toBe("00 01 10 11");
      expect(node.status()).toMatchObject({
        instance: node.name,
        generation: 1,
        epoch: 1,
        layout: { version: 2, subjects: 8, classes: 4, steps: 16, blocks: 4 },
        attach: mode,
        problems: [],
        maps: {
          established4: { size: 256, entries: 0, bytes: expect.any(Number) },
          events: { size: 1 << 16 },
          pods: { entries: 3 },
        },
      });
      expect(
        node
          .status()
          .pods.map((each: any) => [each.interface, each.subject, each.profile, each.tier])
          .sort(),
      ).toEqual([
        ["pod0", 3, 73, "table"],
        ["pod1", 1, 71, "table"],
        ["pod2", 2, 72, "table"],
      ]);
      expect(node.status().counters).toMatchObject({ denied: 4, allowed_new: 2, drop_pod: 0 });

      expect(node.detach()).toMatchObject({ status: 0, stderr: "" });
      expect(await node.probe()).toBe("11 11 11 11");
      expect(node.leftovers()).toEqual([]);
      expect(node.detach().status).toBe(0);
    });

    test(`pods come, change and go from one generation to the next (${mode})`, async () => {
      const node = start(3);
      const steps: [Parameters<typeof state>[2], string][] = [
        [["deny", undefined, undefined], "00 11 11"],
        [["deny from", "deny", undefined], "01 00 11"],
        [[undefined, "allow", "deny to"], "11 11 10"],
        [[null, "deny to", null], "11 10 11"],
        [[undefined, undefined, undefined], "11 11 11"],
        [["deny", "deny", "deny"], "00 00 00"],
      ];
      for (const [i, [pods, arrives]] of steps.entries()) {
        expect(node.apply(state(objects, i + 1, pods), ["--attach", mode]).stderr).toBe("");
        expect(await node.probe()).toBe(arrives);
        const status = node.status();
        expect(status).toMatchObject({ generation: i + 1, epoch: i + 1 });
        expect(status.pods).toHaveLength(pods.filter((each) => each !== undefined).length);
        expect(status.problems).toEqual([]);
      }
    });
  }

  test("an instance that does not exist has generation 0", () => {
    expect(start(0).status()).toMatchObject({ generation: 0, pods: [], problems: [] });
  });

  test("a generation is applied once, and none is left out", async () => {
    const node = start(1);
    expect(error(node.apply(state(objects, 2, ["deny"])))).toMatch(
      /generation 2, but generation 0 is in force: the next is 1/,
    );
    expect(node.apply(state(objects, 1, ["deny"])).status).toBe(0);
    for (const generation of [1, 3]) {
      const refused = node.apply(state(objects, generation, ["allow"]));
      expect(refused.status).toBe(1);
      expect(error(refused)).toMatch(/generation 1 is in force: the next is 2/);
    }
    expect(await node.probe()).toBe("00");
  });

  test("a missing interface is named with its pod, and the other pods get their policy", async () => {
    const node = start(2);
    expect(node.apply(state(objects, 1, ["deny", undefined])).status).toBe(0);
    const missing = state(objects, 2, ["allow", "deny"]);
    const applied = node.apply({
      ...missing,
      pods: [...(missing.pods as object[]), pod(9, 0, { name: "shop/web-1", interface: "gone0" })],
    });
    expect(json(applied).problems).toEqual([
      "pod shop/web-1: there is no interface gone0, so nothing is enforced on it",
    ]);
    expect(await node.probe()).toBe("11 00");
    expect(node.status()).toMatchObject({ generation: 2, problems: [] });
  });

  test("where no pod has its interface, nothing changes", async () => {
    const node = start(2);
    expect(node.apply(state(objects, 1, ["deny", undefined])).status).toBe(0);
    const elsewhere = pod(9, 0, { name: "shop/web-1", interface: "gone0" });
    const refused = node.apply(state(objects, 2, [], { pods: [elsewhere] }));
    expect(refused.status).toBe(1);
    expect(error(refused)).toBe("none of the 1 pods has its interface here, such as gone0");
    expect(await node.probe()).toBe("00 11");
  });

  for (const mode of ["tcx", "clsact"]) {
    test(`an interface that went and came again under its name and number gets its policy again (${mode})`, async () => {
      const node = start(2);
      expect(node.apply(state(objects, 1, ["deny", "deny from"]), ["--attach", mode]).status).toBe(0);
      const index = must("ip", ["-n", node.name, "-o", "link", "show", "dev", "pod0"]).split(":")[0]!;
      must("ip", ["-n", node.name, "link", "del", "pod0"]);
      expect(node.status().problems).toContainEqual(expect.stringMatching(/the program from_pod is gone/));

      node.addInterface(0, ["index", index]);
      expect(await node.probe()).toBe("11 01");
      expect(node.apply(state(objects, 2, ["deny", "deny from"]), ["--attach", mode]).stderr).toBe("");
      expect(await node.probe()).toBe("00 01");
      expect(node.status().problems).toEqual([]);
    });
  }

  test("an apply that fails after it attached takes that back and leaves the old generation in force", async () => {
    const node = start(2);
    expect(node.apply(state(objects, 1, ["deny", undefined]), ["--attach", "clsact"]).status).toBe(0);
    // A filter of somebody else where ours must go: the second hook of the second pod cannot be attached.
    must("tc", ["-n", node.name, "qdisc", "add", "dev", "pod1", "clsact"]);
    addFilter(node, "pod1", "egress", "1");
    const failed = node.apply(state(objects, 2, ["allow", "deny"]), ["--attach", "clsact"]);
    expect(failed.status).toBe(1);
    expect(error(failed)).toMatch(/cannot add a filter/);
    expect(await node.probe()).toBe("00 11");
    expect(node.status()).toMatchObject({ generation: 1, problems: [] });
    expect(node.status().pods).toHaveLength(1);
    expect(must("tc", ["-n", node.name, "filter", "show", "dev", "pod1", "ingress"])).toBe("");
    // And the same generation can be applied once the way is free.
    must("tc", ["-n", node.name, "filter", "del", "dev", "pod1", "egress"]);
    expect(node.apply(state(objects, 2, ["allow", "deny"]), ["--attach", "clsact"]).stderr).toBe("");
    expect(await node.probe()).toBe("11 00");
  });

  test("a first apply that fails leaves nothing", async () => {
    const node = start(1);
    must("tc", ["-n", node.name, "qdisc", "add", "dev", "pod0", "clsact"]);
    addFilter(node, "pod0", "egress", "1");
    expect(node.apply(state(objects, 1, ["deny"]), ["--attach", "clsact"]).status).toBe(1);
    expect(node.leftovers().filter((path) => path.startsWith("/sys"))).toEqual([]);
    expect(node.status()).toMatchObject({ generation: 0, pods: [] });
    expect(await node.probe()).toBe("11");
  });

  test("the clsact qdisc goes if it was made for this and nobody else uses it", () => {
    const node = start(3);
    const qdisc = (i: number) =>
      must("tc", ["-n", node.name, "qdisc", "show", "dev", `pod${i}`]).includes("clsact");
    must("tc", ["-n", node.name, "qdisc", "add", "dev", "pod1", "clsact"]);
    expect(node.apply(state(objects, 1, ["deny", "deny", "deny"]), ["--attach", "clsact"]).status).toBe(0);
    addFilter(node, "pod2", "egress", "9");
    expect([qdisc(0), qdisc(1), qdisc(2)]).toEqual([true, true, true]);
    expect(node.detach().status).toBe(0);
    expect([qdisc(0), qdisc(1), qdisc(2)]).toEqual([false, true, true]);
  });

  test("filters of an instance are not forgotten from another network namespace", async () => {
    const node = start(1);
    const other = new Node(objects, 1);
    try {
      expect(node.apply(state(objects, 1, ["deny"]), ["--attach", "clsact"]).status).toBe(0);
      const away = other.loader(["detach", "--instance", node.name]);
      expect(away.status).toBe(1);
      expect(error(away)).toMatch(/attached in another network namespace/);
      expect(
        error(other.loader(["apply", "--instance", node.name, other.write(state(objects, 2, ["deny"]))])),
      ).toMatch(/belongs to another network namespace/);
      const status = json(other.loader(["status", "--instance", node.name]));
      expect(status.pods[0].interface).toBe(null);
      expect(status.problems[0]).toMatch(/not the instance's network namespace/);
      expect(await node.probe()).toBe("00");
      expect(node.detach().stderr).toBe("");
      expect(await node.probe()).toBe("11");
      expect(node.leftovers()).toEqual([]);
    } finally {
      other.remove();
    }
  });

  test("filters that went with their network namespace do not hinder a detach", () => {
    const node = start(1);
    expect(node.apply(state(objects, 1, ["deny"]), ["--attach", "clsact"]).status).toBe(0);
    must("ip", ["-n", node.name, "link", "del", "pod0"]);
    const other = new Node(objects, 0);
    try {
      expect(other.loader(["detach", "--instance", node.name])).toMatchObject({ status: 0, stderr: "" });
      expect(node.leftovers()).toEqual([]);
    } finally {
      other.remove();
    }
  });

  test("two applies at once: one waits for the other", async () => {
    const node = start(1);
    const path = node.write(state(objects, 1, ["deny"]));
    const both = spawnSync(
      "sh",
      [
        "-c",
        '"$@" & "$@" & wait',
        "sh",
        "nsenter",
        `--net=/run/netns/${node.name}`,
        "loader/polc-loader",
        "apply",
        "--instance",
        node.name,
        path,
      ],
      { encoding: "utf8" },
    );
    expect(JSON.parse(both.stdout.split("\n")[0]!)).toMatchObject({ generation: 1 });
    expect(JSON.parse(both.stderr).error).toMatch(/is for generation 1, but generation 1 is in force/);
    expect(node.status()).toMatchObject({ generation: 1, problems: [] });
  });

  test("a detached instance leaves no map and no program in the kernel", ({ skip }) => {
    if (spawnSync("bpftool", ["version"]).status !== 0) skip("bpftool is not installed");
    const node = start(2);
    expect(node.apply(state(objects, 1, ["deny", "deny from"])).status).toBe(0);
    expect(node.apply(state(objects, 2, ["deny", "deny to"])).status).toBe(0);
    const pins = ["control", "rows", "addresses4", "established4", "events", "denied", "counters"];
    const maps: number[] = pins.map(
      (pin) =>
        JSON.parse(
          must("bpftool", ["-j", "map", "show", "pinned", `/sys/fs/bpf/polc/${node.name}/layout2/${pin}`]),
        ).id,
    );
    const programs: number[] = node
      .status()
      .pods.flatMap((pod: { from_pod: { program: number }; to_pod: { program: number } }) => [
        pod.from_pod.program,
        pod.to_pod.program,
      ]);
    expect(programs).toHaveLength(4);
    const alive = () =>
      [
        ...maps.map(
          (id) => spawnSync("bpftool", ["map", "show", "id", `${id}`], { encoding: "utf8" }).stdout,
        ),
        ...programs.map(
          (id) => spawnSync("bpftool", ["prog", "show", "id", `${id}`], { encoding: "utf8" }).stdout,
        ),
      ].filter((line) => line !== "");
    expect(alive()).toHaveLength(pins.length + 4); // the pods share two programs
    expect(node.detach().status).toBe(0);
    const until = Date.now() + 5000;
    while (alive().length && Date.now() < until) spawnSync("sleep", ["0.05"]);
    expect(alive()).toEqual([]);
  });

  test("programs know a pod's namespace, its addresses and what else it may send from", ({ skip }) => {
    if (spawnSync("bpftool", ["version"]).status !== 0) skip("bpftool is not installed");
    const node = start(1);
    const dump = (map: string) =>
      JSON.parse(
        must("bpftool", ["-j", "map", "dump", "pinned", `/sys/fs/bpf/polc/${node.name}/layout2/${map}`]),
      ).map((entry: { key: string[]; value: string[] }) => [entry.key.map(Number), entry.value.map(Number)]);
    const addresses = ["10.99.0.2", "10.99.0.3", "fd00::2", "fd00::3"];
    const sources = ["192.0.2.0/24", "2001:db8::/32"];
    const described = (generation: number, more: object) =>
      node.apply(state(objects, generation, [], { pods: [pod(0, 3, more)] }));
    expect(described(1, { addresses, sources }).stderr).toBe("");
    const fd = [0xfd, ...Array(14).fill(0)];
    const [[, value]] = dump("pods");
    expect(value.slice(8, 16)).toEqual([3, 0, 0, 0, 3, 0, 0, 0]); // the subject, in both banks
    const ids = must("ip", ["-n", node.name, "netns", "list-id"]).split("\n");
    const id = /^nsid (\d+)/.exec(ids.find((line) => line.includes(node.podName(0)))!)![1];
    expect(value.slice(4, 8)).toEqual([Number(id), 0, 0, 0]);
    expect(value.slice(16)).toEqual([10, 99, 0, 2, 0, 0, 0, 0, ...fd, 2]);
    const ifindex = node.status().pods[0].ifindex;
    const number = [ifindex & 255, (ifindex >> 8) & 255, 0, 0];
    const keys = (map: string) =>
      dump(map)
        .map(([key]: [number[]]) => key.join(" "))
        .sort();
    expect(keys("sources4")).toEqual(
      [
        [64, 0, 0, 0, ...number, 10, 99, 0, 3],
        [56, 0, 0, 0, ...number, 192, 0, 2, 0],
      ]
        .map((key) => key.join(" "))
        .sort(),
    );
    expect(keys("sources6")).toEqual(
      [
        [160, 0, 0, 0, ...number, ...fd, 3],
        [64, 0, 0, 0, ...number, 0x20, 1, 0x0d, 0xb8, ...Array(12).fill(0)],
      ]
        .map((key) => key.join(" "))
        .sort(),
    );
    expect(described(2, { addresses: ["10.99.0.2"] }).stderr).toBe("");
    expect([keys("sources4"), keys("sources6")]).toEqual([[], []]);
    expect(dump("pods")[0][1].slice(24)).toEqual(Array(16).fill(0));
  });

  test("a program that the kernel refuses is an error with the verifier's words, and the old one stays", async () => {
    const node = start(1);
    expect(node.apply(state(objects, 1, ["deny"])).status).toBe(0);
    const source = `${objects.dir}/refused.bpf.c`;
    spawnSync("sh", [
      "-c",
      `sed 's/if (d.subject == SUBJECT_CLOSED)/if (!((char *)skb)[1 << 20])/' test/loader/fixed.bpf.c > ${source}`,
    ]);
    const object = compileProgram(source, `${objects.dir}/refused.bpf.o`);
    const refused = node.apply(state(objects, 2, ["allow"], { shell: object, shell_sha256: sha256(object) }));
    expect(refused.status).toBe(1);
    expect(error(refused)).toMatch(/the kernel refuses .*refused\.bpf\.o: Permission denied/);
    expect(error(refused)).toMatch(/dereference of modified ctx ptr/);
    expect(await node.probe()).toBe("00");
  });
});
