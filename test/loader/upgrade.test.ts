/** From the layout of an earlier version to this one, in place: pods are judged all the time. */
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { compile, compileProgram, error, lines, must, Node, type Objects, privileged } from "./harness.js";
import {
  NEW,
  NEW_ARRIVES,
  OLD,
  OLD_ARRIVES,
  specialised,
  state,
  type Verdicts,
  VERDICTS,
  words,
} from "./state.js";

const here = new URL(".", import.meta.url).pathname;
/** A checkout of commit 68e5d97 with its loader built: its instances are then upgraded, too. */
const OLD_BUILD = process.env["POLC_OLD_BUILD"];

const denies = (verdicts: Verdicts): [number, number] => [
  Number(verdicts === "deny" || verdicts === "deny from"),
  Number(verdicts === "deny" || verdicts === "deny to"),
];

describe.skipIf(!privileged)("an upgrade from layout 1", { timeout: 240_000 }, () => {
  let objects: Objects;
  let node: Node | undefined;

  beforeAll(() => {
    objects = compile();
    compileProgram(join(here, "legacy/legacy.bpf.c"), join(objects.dir, "legacy.bpf.o"));
    must("cc", ["-O2", "-o", join(objects.dir, "legacy"), join(here, "legacy/legacy_instance.c"), "-lbpf"]);
  });
  afterEach(() => node?.remove());
  afterAll(() => objects?.remove());

  const pins = (on: Node) => `/sys/fs/bpf/polc/${on.name}`;
  const inNode = (on: Node, command: string, args: readonly string[]) =>
    must("nsenter", [`--net=/run/netns/${on.name}`, command, ...args]);

  /** legacy_instance.c in the place of the old build. */
  const standIn = (on: Node, mode: string, of: readonly (Verdicts | undefined)[]) =>
    inNode(on, join(objects.dir, "legacy"), [
      ...[join(objects.dir, "legacy.bpf.o"), pins(on), "1", mode],
      ...of.flatMap((verdicts, i) => (verdicts ? [`pod${i}:${denies(verdicts).join(":")}`] : [])),
    ]);

  /** The loader of the old build, with its own programs of constants. */
  const oldBuild = (on: Node, mode: string, of: readonly (Verdicts | undefined)[]) => {
    const compiled = (source: string) => {
      const object = join(objects.dir, source.replace(/.*\//, "old-").replace(/\.c$/, ".o"));
      const include = [
        `/usr/include/${must("cc", ["-print-multiarch"]).trim()}`,
        `${OLD_BUILD}/bpf-templates`,
      ];
      const flags = ["-target", "bpf", "-mcpu=v3", "-O2", "-g", ...include.flatMap((path) => ["-I", path])];
      must("clang", [...flags, "-c", join(OLD_BUILD!, source), "-o", object]);
      return object;
    };
    const object = compiled("test/loader/fixed.bpf.c");
    const path = on.write({
      version: 1,
      epoch: 1,
      dispatcher: compiled("bpf-templates/dispatch.bpf.c"),
      config: { ipv6: true, audit: false, log_allowed: false, log_denied: true, deny_events_per_second: 0 },
      sizes: { established: 256, half_open: 256, fragments: 256, events_bytes: 1 << 16 },
      ...{ addresses4: "", addresses6: "", cidrs4: "", cidrs6: "" },
      programs: VERDICTS.map((verdicts) => ({
        ...{ profile: 7, object, sha256: must("sha256sum", [object]).slice(0, 64), peers: words(0) },
        subject: words(...denies(verdicts)),
      })),
      pods: of.flatMap((verdicts, i) =>
        verdicts ? [{ name: `test/pod${i}`, interface: `pod${i}`, program: VERDICTS.indexOf(verdicts) }] : [],
      ),
    });
    inNode(on, `${OLD_BUILD}/loader/polc-loader`, ["apply", "--instance", on.name, "--attach", mode, path]);
  };

  const makers: [string, (on: Node, mode: string, of: readonly (Verdicts | undefined)[]) => unknown][] = [
    ["a stand-in", standIn],
  ];
  if (OLD_BUILD) makers.push([OLD_BUILD, oldBuild]);

  for (const [maker, make] of makers) {
    for (const mode of ["tcx", "clsact"]) {
      test(`an instance of layout 1 is upgraded in place by the next apply (${mode}, ${maker})`, async () => {
        node = new Node(objects, 4);
        make(node, mode, OLD);
        expect(await node.probe()).toBe(OLD_ARRIVES);
        expect(node.status()).toMatchObject({
          generation: 1,
          problems: ["generation 1 was applied by an earlier version: the next apply upgrades it in place"],
        });
        expect(error(node.apply(state(objects, 1, NEW)))).toMatch(/generation 1 is in force: the next is 2/);

        const applied = node.apply(state(objects, 2, NEW, specialised(objects, [2, 3])), ["--attach", mode]);
        expect(applied.stderr).toBe("");
        expect(lines(applied)).toMatchObject([
          { generation: 2, attach: mode, hooks: 6, problems: [] },
          { specialised: 2, failed: [] },
        ]);
        expect(await node.probe()).toBe(NEW_ARRIVES);
        expect(node.status()).toMatchObject({ generation: 2, layout: { version: 2 }, problems: [] });
        expect(node.status().pods.map((each: any) => [each.interface, each.subject])).toEqual([
          ["pod0", 2],
          ["pod1", 3],
          ["pod3", 2],
        ]);
        // Nothing of the old layout is left.
        const left = must("find", [pins(node), "-mindepth", "1", "-printf", "%P\n"]).split("\n");
        expect(left.filter((path) => !/^(layout2|links|filters|qdiscs|netns-\d+|$)/.test(path))).toEqual([]);
        expect(left.filter((path) => /\d+-\d+-/.test(path))).toEqual([]);

        expect(node.apply(state(objects, 3, OLD), ["--attach", mode]).stderr).toBe("");
        expect(await node.probe()).toBe(OLD_ARRIVES);
        expect(node.detach().stderr).toBe("");
        expect(node.leftovers()).toEqual([]);
        expect(await node.probe()).toBe("11 11 11 11");
      });

      test(`an instance of layout 1 can be taken away (${mode}, ${maker})`, async () => {
        node = new Node(objects, 4);
        make(node, mode, OLD);
        expect(node.detach().stderr).toBe("");
        expect(node.leftovers()).toEqual([]);
        expect(await node.probe()).toBe("11 11 11 11");
      });

      test(`an upgrade under traffic loses no datagram that both generations allow (${mode}, ${maker})`, async () => {
        node = new Node(objects, 3);
        const all: Verdicts[] = ["allow", "allow", "allow"];
        make(node, mode, all); // an interface that gets the qdisc clsact is down for an instant
        const { sent, received } = await node.stream(() => {
          expect(node!.apply(state(objects, 2, all), ["--attach", mode]).stderr).toBe("");
        });
        expect(sent).toBeGreaterThan(100);
        expect(sent - received).toBe(0);
      });

      test(`an upgrade killed before any change leaves the old or the new generation (${mode}, ${maker})`, async () => {
        node = new Node(objects, 4);
        const survived = { old: 0, new: 0 };
        for (let at = 1; ; at++) {
          make(node, mode, OLD);
          const killed = node.apply(state(objects, 2, NEW), ["--attach", mode], {
            LD_PRELOAD: objects.killAt,
            KILL_AT: `${at}`,
          });
          if (killed.signal !== "SIGKILL") {
            expect(killed.stderr).toBe("");
            break;
          }
          const { generation } = node.status();
          expect(await node.probe(), `killed at ${at}, generation ${generation}`).toBe(
            generation === 1 ? OLD_ARRIVES : NEW_ARRIVES,
          );
          survived[generation === 1 ? "old" : "new"]++;
          if (at % 3) {
            const after = node.apply(state(objects, generation + 1, NEW), ["--attach", mode]);
            expect(after.stderr, `after ${at}`).toBe("");
            expect(await node.probe(), `after the repair of ${at}`).toBe(NEW_ARRIVES);
            expect(node.status()).toMatchObject({ generation: generation + 1, problems: [] });
          }
          expect(node.detach().stderr).toBe("");
          expect(node.leftovers(), `after ${at}`).toEqual([]);
          expect(await node.probe()).toBe("11 11 11 11");
        }
        expect(survived.old).toBeGreaterThan(20);
        expect(survived.new).toBeGreaterThan(10);
      });
    }
  }

  test("an upgrade keeps connections, and both sides decide them again", ({ skip }) => {
    if (spawnSync("bpftool", ["version"]).status !== 0) skip("bpftool is not installed");
    node = new Node(objects, 1);
    standIn(node, "tcx", ["allow"]);
    expect(node.apply(state(objects, 2, ["allow"])).stderr).toBe("");
    const pin = `${pins(node)}/layout2/established4`;
    const [entry] = JSON.parse(must("bpftool", ["-j", "map", "dump", "pinned", pin]));
    const bytes = (entry.value as string[]).map(Number);
    expect(entry.key.map(Number)).toEqual([10, 99, 0, 2, 10, 99, 0, 1, 88, 88, 88, 88, 6, 0, 0, 0]);
    expect(bytes.slice(0, 16)).toEqual(Array(16).fill(0)); // epochs and interfaces
    expect(bytes.slice(16, 20)).not.toEqual([0, 0, 0, 0]); // last seen
    expect(bytes.slice(20)).toEqual([1, 1, 0, 0]); // the opener, and that it was answered
  });
});
