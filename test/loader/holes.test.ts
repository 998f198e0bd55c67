/** Ways in which enforcement could be off while `status` said it was on. */
import { spawnSync } from "node:child_process";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import {
  compile,
  compileProgram,
  error,
  json,
  LOADER,
  must,
  Node,
  type Objects,
  privileged,
} from "./harness.js";
import { sha256, state } from "./state.js";

/** Somebody else's program, which accepts every packet and ends the line. */
const ACCEPTS = `
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
SEC("tcx/ingress") int accept_from(struct __sk_buff *skb) { return 0; }
SEC("tcx/egress") int accept_to(struct __sk_buff *skb) { return 0; }
char LICENSE[] SEC("license") = "GPL";
`;

/** A shell without `.rodata.layout`. */
const WITHOUT_LAYOUT = `
#include <linux/bpf.h>
#include <bpf/bpf_helpers.h>
SEC("tc") int from_pod(struct __sk_buff *skb) { return -1; }
SEC("tc") int to_pod(struct __sk_buff *skb) { return -1; }
char LICENSE[] SEC("license") = "GPL";
`;

describe.skipIf(!privileged)("holes of the loader", () => {
  let objects: Objects;
  let accepts: string;
  let node: Node | undefined;

  const compiled = (name: string, text: string) => {
    const source = join(objects.dir, `${name}.bpf.c`);
    writeFileSync(source, text);
    return compileProgram(source, join(objects.dir, `${name}.bpf.o`));
  };
  beforeAll(() => {
    objects = compile();
    accepts = compiled("accepts", ACCEPTS);
  });
  afterEach(() => node?.remove());
  afterAll(() => objects?.remove());
  const start = (pods: number) => (node = new Node(objects, pods));

  /** Attaches the other program to a pod's link; it stays as long as its interface, for it is pinned nowhere. */
  const attachOther = (on: Node, device: string, hook: "ingress" | "egress") =>
    must("tc", ["-n", on.name, "qdisc", "replace", "dev", device, "clsact"]) +
    must("tc", [
      ...["-n", on.name, "filter", "add", "dev", device, hook, "pref", "1"],
      ...["bpf", "da", "obj", accepts, "sec", `tcx/${hook}`],
    ]);

  test("a program that accepts everything and was there before does not switch policy off", async () => {
    const node = start(1);
    attachOther(node, "pod0", "ingress");
    attachOther(node, "pod0", "egress");
    expect(node.apply(state(objects, 1, ["deny"])).status).toBe(0);
    expect(await node.probe()).toBe("00");
    expect(node.status().problems).toEqual([]);
  });

  test("a second instance that stands before the first one is noticed by the first one's status", async () => {
    const node = start(1);
    expect(node.apply(state(objects, 1, ["deny"])).status).toBe(0);
    const second = ["--instance", `${node.name}-b`];
    const path = node.write(state(objects, 1, ["allow"]));
    expect(node.loader(["apply", ...second, path]).status).toBe(0);
    try {
      expect(await node.probe()).toBe("00");
      expect(node.status().problems.sort()).toEqual(
        ["from_pod", "to_pod"].map((hook) =>
          expect.stringMatching(
            new RegExp(
              `^interface \\d+: 1 other program sees packets before ${hook} does, and may let them pass$`,
            ),
          ),
        ),
      );
      expect(json(node.loader(["status", ...second])).problems).toEqual([]);
    } finally {
      node.loader(["detach", ...second]);
    }
  });

  test("the highest numbers of interfaces have pins of their own, and a later apply finds them", async () => {
    const node = start(0);
    must("ip", ["netns", "add", node.podName(0)]);
    try {
      node.addInterface(0, ["index", "2000000000"]);
      expect(node.apply(state(objects, 1, ["deny"])).status).toBe(0);
      const again = node.apply(state(objects, 2, ["deny"]));
      expect(again.stderr).toBe("");
      expect(json(again)).toMatchObject({ attached: 0, problems: [] });
      expect(node.status()).toMatchObject({ generation: 2, problems: [], pods: [{ ifindex: 2000000000 }] });
    } finally {
      spawnSync("ip", ["netns", "del", node.podName(0)]);
    }
  });

  test("a bpffs that would go away with the caller's mount namespace is refused", () => {
    const node = start(1);
    const path = node.write(state(objects, 1, ["deny"]));
    const script = `mount -t bpf bpf /sys/fs/bpf && exec ${LOADER} apply --instance ${node.name} ${path}`;
    const private_ = spawnSync(
      "nsenter",
      [`--net=/run/netns/${node.name}`, "unshare", "--mount", "sh", "-c", script],
      { encoding: "utf8" },
    );
    expect(private_.status).toBe(1);
    expect(JSON.parse(private_.stderr).error).toBe(
      "/sys/fs/bpf is not the machine's: what is enforced would end with this mount namespace",
    );
    expect(node.leftovers().filter((each) => each.startsWith("/sys"))).toEqual([]);
  });

  test("an object that lacks a section of constants is refused", () => {
    const node = start(1);
    const object = compiled("without_layout", WITHOUT_LAYOUT);
    const refused = node.apply(state(objects, 1, ["deny"], { shell: object, shell_sha256: sha256(object) }));
    expect(refused.status).toBe(1);
    expect(error(refused)).toBe(`${object} has no section .rodata.layout`);
  });
});
