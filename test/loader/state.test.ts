import { spawnSync } from "node:child_process";
import { createHash } from "node:crypto";
import { rmSync, writeFileSync } from "node:fs";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  compile,
  error,
  loader,
  LOADER,
  Node,
  type Objects,
  privileged,
  program,
  state,
  words,
} from "./harness.js";

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

  /** [what, the wrong state from a right one, the error] */
  const cases: [string, (right: any) => unknown, RegExp][] = [
    ["no JSON", () => "{", /polct-[\d-]+\.json:1:1: /],
    ["empty", () => "", /polct-[\d-]+\.json:1:0: /],
    ["a list", () => "[]", /: not a JSON object$/],
    ["a key given twice", () => '{"version":1,"version":1}', /duplicate object key/],
    ["binary", () => "\0\x01\x02", /polct-[\d-]+\.json:1:/],
    ["another version", (s) => ({ ...s, version: 2 }), /: version is not an integer from 1 to 1$/],
    ["no version", ({ version: _, ...s }) => s, /: version is missing$/],
    ["an unknown field", (s) => ({ ...s, colour: 1 }), /: unknown field colour$/],
    [
      "an unknown field of a pod",
      (s) => ({ ...s, pods: [{ ...s.pods[0], ip: "" }] }),
      /: unknown field pods\[0\]\.ip$/,
    ],
    ["epoch 0", (s) => ({ ...s, epoch: 0 }), /: epoch is not an integer from 1 to 4294967295$/],
    ["an epoch of 33 bits", (s) => ({ ...s, epoch: 2 ** 32 }), /: epoch is not an integer/],
    ["a fractional epoch", (s) => ({ ...s, epoch: 2.5 }), /: epoch is not an integer/],
    ["a list as config", (s) => ({ ...s, config: [] }), /: config is not an object$/],
    [
      "a number for a truth",
      (s) => ({ ...s, config: { ...s.config, audit: 1 } }),
      /: config\.audit is not true or false$/,
    ],
    [
      "no room for connections",
      (s) => ({ ...s, sizes: { ...s.sizes, established: 0 } }),
      /: sizes\.established is not an integer/,
    ],
    [
      "an odd ring",
      (s) => ({ ...s, sizes: { ...s.sizes, events_bytes: 5000 } }),
      /: sizes\.events_bytes is not a power of two$/,
    ],
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
      "a prefix length of 33",
      (s) => ({ ...s, cidrs4: words(33, 0, 0) }),
      /: record 0 of cidrs4 has prefix length 33$/,
    ],
    [
      "a class without value",
      (s) => ({ ...s, addresses4: words(1, 5) }),
      /: an address has class 5, but peers of .* has 1 classes$/,
    ],
    [
      "no classes",
      (s) => ({ ...s, programs: [program(objects, "deny", { peers: "" })] }),
      /peers has values of 4 bytes, the state gives 0 bytes$/,
    ],
    [
      "half a class",
      (s) => ({ ...s, programs: [program(objects, "deny", { peers: "AAA=" })] }),
      /peers has values of 4 bytes, the state gives 2 bytes$/,
    ],
    [
      "a subject of another size",
      (s) => ({ ...s, programs: [program(objects, "deny", { subject: words(1) })] }),
      /\.rodata\.subject has 8 bytes, the state gives 4$/,
    ],
    [
      "a table that is not wanted",
      (s) => ({ ...s, programs: [program(objects, "deny", { table: words(1, 2, 3, 4) })] }),
      /the state gives a table, the object has none$/,
    ],
    [
      "a digest that is none",
      (s) => ({ ...s, programs: [program(objects, "deny", { sha256: "abc" })] }),
      /: programs\[0\]\.sha256 is not 64 lower-case hex digits$/,
    ],
    [
      "the digest of another file",
      (s) => ({ ...s, programs: [program(objects, "deny", { sha256: "0".repeat(64) })] }),
      /fixed\.bpf\.o has sha256 [0-9a-f]{64}, but programs\[0\]\.sha256 of .* says 0{64}$/,
    ],
    [
      "an object that is not there",
      (s) => ({ ...s, programs: [program(objects, "deny", { object: "none.o" })] }),
      /cannot open .*none\.o: No such file/,
    ],
    [
      "a folder as object",
      (s) => ({ ...s, programs: [program(objects, "deny", { object: "." })] }),
      /is not a regular file$/,
    ],
    ["no dispatcher", (s) => ({ ...s, dispatcher: "none.o" }), /cannot open .*none\.o: No such file/],
    [
      "a pod's program that is not there",
      (s) => ({ ...s, pods: [{ ...s.pods[0], program: 1 }] }),
      /: pods\[0\]\.program is 1, but there are 1 programs$/,
    ],
    [
      "a path as interface",
      (s) => ({ ...s, pods: [{ ...s.pods[0], interface: "../x" }] }),
      /: pods\[0\]\.interface is not the name of an interface$/,
    ],
    [
      "an interface name that is too long",
      (s) => ({ ...s, pods: [{ ...s.pods[0], interface: "x".repeat(16) }] }),
      /is not the name of an interface$/,
    ],
    [
      "two pods on one interface",
      (s) => ({ ...s, pods: [s.pods[0], { ...s.pods[0], name: "test/twin" }] }),
      /^pods test\/pod0 and test\/twin: pod0 and pod0 are one interface$/,
    ],
  ];

  test.each(cases)("%s: one clear error, and nothing changes", async (_, wrong, message) => {
    const refused = node.apply(wrong(state(objects, 2, ["deny to", undefined])) as object);
    expect(refused.status).toBe(1);
    expect(refused.stdout).toBe("");
    expect(refused.stderr.trim().split("\n")).toHaveLength(1);
    expect(error(refused)).toMatch(message);
    expect(await node.probe()).toBe("00 11");
    expect(node.status()).toMatchObject({ epoch: 1, problems: [] });
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
    const sha256 = createHash("sha256").update("junk").digest("hex");
    const junk = program(objects, "deny", { object: "junk.o", sha256 });
    const refused = node.apply(state(objects, 2, ["deny"], { programs: [junk] }));
    expect(error(refused)).toMatch(/junk\.o is not a BPF object/);
    rmSync(`${objects.dir}/junk.o`);
  });

  test("digests of every length of the last block are right", () => {
    // 55, 56, 63, 64 and 65 bytes: where padding begins to need another block.
    for (const size of [0, 1, 55, 56, 63, 64, 65, 119, 120, 128]) {
      const bytes = Buffer.alloc(size, "p");
      writeFileSync(`${objects.dir}/sized.o`, bytes);
      const refused = node.apply(
        state(objects, 2, ["deny"], {
          programs: [program(objects, "deny", { object: "sized.o", sha256: "1".repeat(64) })],
        }),
      );
      expect(error(refused)).toContain(createHash("sha256").update(bytes).digest("hex"));
    }
  });

  test.each([
    [["fly"], /unknown command fly/],
    [[], /no command/],
    [["apply", "x.json"], /apply needs --instance NAME/],
    [["apply", "--instance", "a"], /apply takes a state file/],
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
    expect(JSON.parse(run.stdout)).toMatchObject({ instance: name, epoch: 0 });
  });

  test("without privileges the missing capability is named", () => {
    const run = spawnSync("setpriv", ["--bounding-set=-net_admin", LOADER, "status", "--instance", "a"], {
      encoding: "utf8",
    });
    expect(run.status).toBe(1);
    expect(JSON.parse(run.stderr).error).toBe("this process lacks CAP_NET_ADMIN");
  });
});
