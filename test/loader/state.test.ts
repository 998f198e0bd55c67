import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile, error, loader, LOADER, Node, type Objects, privileged } from "./harness.js";
import { sha256, SETTINGS, SIZES, specialised, state, words } from "./state.js";

describe.skipIf(!privileged)("a state file that is wrong", () => {
  let objects: Objects;
  let node: Node;

  beforeAll(() => {
    objects = compile();
    node = new Node(objects, 2);
    expect(node.apply(state(objects, 1, ["deny", undefined])).status).toBe(0);
  });
  afterAll(() => {
    node?.remove();
    objects?.remove();
  });

  const sets = (more: object, program: object = {}) => {
    const right = specialised(objects, [1]) as { sets: object[]; programs: object[] };
    return { sets: [{ ...right.sets[0], ...more }], programs: [{ ...right.programs[0], ...program }] };
  };
  const sizes = (more: object) => (s: any) => ({ ...s, sizes: { ...SIZES, ...more } });
  const first = (more: object) => (s: any) => ({ ...s, pods: [{ ...s.pods[0], ...more }] });

  /** [what, the wrong state from a right one, the error] */
  const cases: [string, (right: any) => unknown, RegExp][] = [
    ["no JSON", () => "{", /polct-[\d-]+\.json:1:1: /],
    ["empty", () => "", /polct-[\d-]+\.json:1:0: /],
    ["a list", () => "[]", /: not a JSON object$/],
    ["a key given twice", () => '{"version":2,"version":2}', /duplicate object key/],
    ["binary", () => "\0\x01\x02", /polct-[\d-]+\.json:1:/],
    ["another version", (s) => ({ ...s, version: 1 }), /: version is not an integer from 2 to 2$/],
    ["no version", ({ version: _, ...s }) => s, /: version is missing$/],
    ["no kind", ({ kind: _, ...s }) => s, /: kind is missing$/],
    ["another kind", (s) => ({ ...s, kind: "half" }), /: kind is neither whole nor delta$/],
    ["a delta", (s) => ({ ...s, kind: "delta" }), /: unknown field (shell|sizes)/],
    ["an unknown field", (s) => ({ ...s, colour: 1 }), /: unknown field colour$/],
    ["what only a delta has", (s) => ({ ...s, removed: [] }), /: unknown field removed$/],
    ["an unknown field of a pod", first({ ip: "" }), /: unknown field pods\[0\]\.ip$/],
    [
      "generation 0",
      (s) => ({ ...s, generation: 0 }),
      /: generation is not an integer from 1 to 4294967295$/,
    ],
    ["a generation of 33 bits", (s) => ({ ...s, generation: 2 ** 32 }), /: generation is not an integer/],
    ["a fractional generation", (s) => ({ ...s, generation: 2.5 }), /: generation is not an integer/],
    ["a list as settings", (s) => ({ ...s, settings: [] }), /: settings is not an object$/],
    [
      "a number for a truth",
      (s) => ({ ...s, settings: { ...SETTINGS, audit: 1 } }),
      /: settings\.audit is not true or false$/,
    ],
    ["no room for connections", sizes({ established: 0 }), /: sizes\.established is not an integer/],
    ["no subjects", sizes({ subjects: 0 }), /: sizes\.subjects is not an integer from 1 to/],
    ["too many rows", sizes({ subjects: 1 << 16, classes: 1 << 16 }), /times sizes\.classes is more than/],
    ["an odd ring", sizes({ events_bytes: 5000 }), /: sizes\.events_bytes is not a power of two$/],
    ["no base64", (s) => ({ ...s, addresses4: "a" }), /: addresses4 is not base64$/],
    ["base64 with a line break", (s) => ({ ...s, addresses4: "AAAA\nAAA" }), /: addresses4 is not base64$/],
    ["base64 with stray bits", (s) => ({ ...s, addresses4: "AB==" }), /: addresses4 is not base64$/],
    ["base64 that is all padding", (s) => ({ ...s, addresses4: "====" }), /: addresses4 is not base64$/],
    [
      "half a record",
      (s) => ({ ...s, addresses4: words(1) }),
      /: addresses4 has 4 bytes, .* its records' 8$/,
    ],
    [
      "a class that is too high",
      (s) => ({ ...s, addresses4: words(1, 3, 2, 4) }),
      /: record 1 of addresses4 has class 4, there are 4$/,
    ],
    [
      "an absent class",
      (s) => ({ ...s, addresses6: words(1, 2, 3, 4, 0xffffffff) }),
      /: record 0 of addresses6 has class 2147483647, there are 4$/,
    ],
    [
      "more addresses than there is room for",
      (s) => ({ ...s, addresses4: words(...Array.from({ length: 17 }, (_, i) => [i, 0]).flat()) }),
      /: addresses4 has 17 records, sizes\.addresses is 16$/,
    ],
    ["no blocks", (s) => ({ ...s, blocks4: "" }), /: blocks4 has 0 entries, which is no power of two$/],
    [
      "three blocks",
      (s) => ({ ...s, blocks4: words(0, 0, 1, 0, 2, 0) }),
      /: blocks4 has 3 entries, which is no power of two$/,
    ],
    [
      "more blocks than there is room for",
      (s) => ({ ...s, blocks4: words(...Array.from({ length: 8 }, (_, i) => [i, 0]).flat()) }),
      /: blocks4 has 8 entries, there is room for 4$/,
    ],
    [
      "blocks that begin late",
      (s) => ({ ...s, blocks4: words(1, 0) }),
      /: entry 0 of blocks4 does not follow/,
    ],
    [
      "blocks out of order",
      (s) => ({
        ...s,
        blocks6: words(0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 1, 0, 0, 0, 9, 0, 9, 0, 0, 0),
      }),
      /: entry 2 of blocks6 does not follow/,
    ],
    [
      "a block's class that is too high",
      (s) => ({ ...s, blocks4: words(0, 4) }),
      /: record 0 of blocks4 has class 4, there are 4$/,
    ],
    [
      "steps beyond the end",
      (s) => ({ ...s, steps: [{ at: 15, values: words(0, 0, 1, 0) }] }),
      /: steps\[0\] has 2 values from 15, there is room for 16$/,
    ],
    [
      "steps far beyond the end",
      (s) => ({ ...s, steps: [{ at: 0xffffffff, values: words(0, 0, 1, 0) }] }),
      /: steps\[0\] has 2 values from 4294967295, there is room for 16$/,
    ],
    [
      "a step 0 that allows",
      (s) => ({ ...s, steps: [{ at: 0, values: words(0, 1) }] }),
      /: steps\[0\] overwrites step 0, which denies$/,
    ],
    [
      "a row beyond the end",
      (s) => ({ ...s, rows: [{ subject: 0, at: 3, values: words(0, 0, 0, 0) }] }),
      /: rows\[0\] has 2 values from 3, there is room for 4$/,
    ],
    [
      "a row of no subject",
      (s) => ({ ...s, rows: [{ subject: 8, at: 0, values: words(0, 0) }] }),
      /: rows\[0\] has subject 8, there are 8$/,
    ],
    [
      "a run beyond the end",
      (s) => ({ ...s, rows: [{ subject: 0, at: 0, values: words(0, (15 << 5) | 1) }] }),
      /: rows\[0\] has a run of 2 steps from 15, there are 16$/,
    ],
    [
      "a run that is too deep",
      (s) => ({ ...s, rows: [{ subject: 0, at: 0, values: words(31, 0) }] }),
      /: rows\[0\] has a run of 2147483648 steps from 0, there are 16$/,
    ],
    [
      "a subject that is too high",
      (s) => ({ ...s, subjects: words(8, 1) }),
      /: subjects\[0\] has subject 8, there are 8$/,
    ],
    [
      "a digest that is none",
      (s) => ({ ...s, shell_sha256: "abc" }),
      /: shell_sha256 is not 64 lower-case hex digits$/,
    ],
    [
      "the digest of another file",
      (s) => ({ ...s, shell_sha256: "0".repeat(64) }),
      /fixed\.bpf\.o has sha256 [0-9a-f]{64}, but shell_sha256 of .* says 0{64}$/,
    ],
    ["a shell that is not there", (s) => ({ ...s, shell: "none.o" }), /cannot open .*none\.o: No such file/],
    ["a folder as shell", (s) => ({ ...s, shell: "." }), /is not a regular file$/],
    [
      "a program of no set",
      (s) => ({ ...s, ...sets({}, { set: 1 }) }),
      /programs\[0\]\.set is 1, but there are 1 sets$/,
    ],
    [
      "a program for a subject that is too high",
      (s) => ({ ...s, ...sets({}, { subjects: [8] }) }),
      /: programs\[0\] has subject 8, there are 8$/,
    ],
    [
      "a program for no number",
      (s) => ({ ...s, ...sets({}, { subjects: ["1"] }) }),
      /: programs\[0\]\.subjects\[0\] is not an integer from 0 to 4294967295$/,
    ],
    [
      "a set's digest that is none",
      (s) => ({ ...s, ...sets({ sha256: "F".repeat(64) }) }),
      /: sets\[0\]\.sha256 is not 64/,
    ],
    ["a pod's subject that is not there", first({ subject: 8 }), /: pods\[0\] has subject 8, there are 8$/],
    [
      "a path as interface",
      first({ interface: "../x" }),
      /: pods\[0\]\.interface is not the name of an interface$/,
    ],
    [
      "an interface name that is too long",
      first({ interface: "x".repeat(16) }),
      /is not the name of an interface$/,
    ],
    [
      "an address that is none",
      first({ addresses: ["10.1.2"] }),
      /: pods\[0\]\.addresses\[0\] is not an address$/,
    ],
    [
      "a source that is no block",
      first({ sources: ["10.0.0.0/8", "10.0.0.1"] }),
      /: pods\[0\]\.sources\[1\] is not a block of addresses$/,
    ],
    [
      "a source with bits beyond its length",
      first({ sources: ["10.0.0.1/24"] }),
      /: pods\[0\]\.sources\[0\] is not a block of addresses$/,
    ],
    [
      "a source that is too long",
      first({ sources: ["fd00::/129"] }),
      /: pods\[0\]\.sources\[0\] is not a block of addresses$/,
    ],
    [
      "two pods on one interface",
      (s) => ({ ...s, pods: [s.pods[0], { ...s.pods[0], name: "test/twin" }] }),
      /^pods test\/pod0 and test\/twin: both have the interface pod0$/,
    ],
  ];

  test.each(cases)("%s: one clear error, and nothing changes", async (_, wrong, message) => {
    const refused = node.apply(wrong(state(objects, 2, ["deny to", undefined])) as object);
    expect(refused.status).toBe(1);
    expect(refused.stdout).toBe("");
    expect(refused.stderr.trim().split("\n")).toHaveLength(1);
    expect(error(refused)).toMatch(message);
    expect(await node.probe()).toBe("00 11");
    expect(node.status()).toMatchObject({ generation: 1, problems: [] });
  });

  test("the right one of these is applied", async () => {
    const other = new Node(objects, 2);
    try {
      expect(other.apply(state(objects, 1, ["deny to", undefined])).stderr).toBe("");
      expect(await other.probe()).toBe("10 11");
    } finally {
      other.remove();
    }
  });

  test("an object that is no object file is an error", () => {
    writeFileSync(`${objects.dir}/junk.o`, "junk");
    const refused = node.apply(
      state(objects, 2, ["deny"], { shell: "junk.o", shell_sha256: sha256(`${objects.dir}/junk.o`) }),
    );
    expect(error(refused)).toMatch(/junk\.o is not a BPF object/);
    rmSync(`${objects.dir}/junk.o`);
  });

  test("digests of every length of the last block are right", () => {
    // 55, 56, 63, 64 and 65 bytes: where padding begins to need another block.
    for (const size of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128]) {
      const bytes = Buffer.alloc(size, "p");
      writeFileSync(`${objects.dir}/sized.o`, bytes);
      const refused = node.apply(
        state(objects, 2, ["deny"], { shell: "sized.o", shell_sha256: "1".repeat(64) }),
      );
      expect(error(refused)).toContain(createHash("sha256").update(bytes).digest("hex"));
    }
  });

  test.each([
    [["fly"], /unknown command fly/],
    [[], /no command/],
    [["apply", "x.json"], /apply needs --instance NAME/],
    [["apply", "--instance", "a"], /apply takes a state file/],
    [["hold", "--instance", "a"], /hold takes interfaces/],
    [["serve"], /serve needs --instance NAME/],
    [["status", "--instance", "../a"], /is not the name of an instance/],
    [["status", "--instance", "A"], /is not the name of an instance/],
    [["status", "--instance", "x".repeat(49)], /is not the name of an instance/],
    [["status", "--instance", ""], /is not the name of an instance/],
    [["apply", "--instance", "a", "--attach", "xdp", "s.json"], /--attach is auto, tcx or clsact, not xdp/],
    [["events", "--instance", "a", "--loud"], /unknown option/],
  ])("%j is a usage error", (args, message) => {
    const run = loader(args);
    expect(run.status).toBe(2);
    expect(error(run)).toMatch(message);
  });

  test("an instance may be named like a node, with dots", () => {
    const name = "worker-1.example.com";
    const run = loader(["status", "--instance", name]);
    expect(JSON.parse(run.stdout)).toMatchObject({ instance: name, generation: 0 });
  });

  test("without privileges the missing capability is named", () => {
    const run = spawnSync("setpriv", ["--bounding-set=-net_admin", LOADER, "status", "--instance", "a"], {
      encoding: "utf8",
    });
    expect(run.status).toBe(1);
    expect(JSON.parse(run.stderr).error).toBe("this process lacks CAP_NET_ADMIN");
  });
});
