import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { writeFileSync } from "node:fs";
import { compile, error, loader, type Objects, privileged, udp } from "./harness.js";
import { rowOf, SIZES, specialised, state, words } from "./state.js";

const ALLOW = rowOf("allow");
const DENY = rowOf("deny");
const PADDING = [0xffffffff, 0, 0xffffffff, 0, 0xffffffff, 0];

describe.skipIf(!privileged)("polc-loader run", () => {
  let objects: Objects;

  beforeAll(() => {
    objects = compile();
  });
  afterAll(() => objects?.remove());

  const requests = (...lines: (object | string)[]) =>
    lines.map((line) => (typeof line === "string" ? line : JSON.stringify(line)) + "\n").join("");

  function run(content: object, input: string): any[] {
    const path = `${objects.dir}/run.json`;
    writeFileSync(path, JSON.stringify(content));
    const result = loader(["run", path], { input });
    expect(result.stderr).toBe("");
    return result.stdout
      .split("\n")
      .filter(Boolean)
      .map((line) => JSON.parse(line));
  }

  const whole = () => state(objects, 1, []);

  test("answers each request in order, by subject and hook", () => {
    const packet = udp("10.0.0.2", 80);
    const answers = run(
      whole(),
      requests(
        { subject: 1, hook: "from_pod", packet },
        { subject: 1, hook: "to_pod", packet },
        { subject: 2, hook: "from_pod", packet },
        { subject: 2, hook: "to_pod", packet },
      ),
    );
    expect(answers.map((answer) => answer.verdict)).toEqual(["drop", "pass", "pass", "drop"]);
    expect(answers[0].events).toEqual([
      {
        time: expect.stringMatching(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z$/),
        source: "10.0.0.1",
        destination: "10.0.0.2",
        source_port: 1000,
        destination_port: 80,
        proto: 17,
        side: "egress",
        verdict: "deny",
        rule: 9,
        profile: 71,
        generation: 1,
        count: 1,
        ifindex: 1,
      },
    ]);
    expect(Math.abs(Date.parse(answers[0].events[0].time) - Date.now())).toBeLessThan(10_000);
    expect(answers[1].events).toEqual([]);
    expect(answers.every((answer) => answer.ns > 0)).toBe(true);
  });

  test("a line that cannot be answered is an error of its own, and the next is answered", () => {
    const packet = udp("10.0.0.2", 80);
    const answers = run(
      whole(),
      requests(
        "nonsense",
        { subject: 8, hook: "from_pod", packet },
        { subject: -1, hook: "from_pod", packet },
        { subject: 1, hook: "sideways", packet },
        { subject: 1, hook: "from_pod", packet: "0" },
        { subject: 1, hook: "from_pod", packet: "zz" },
        { subject: 1, hook: "from_pod", packet: "00" },
        { subject: 1, hook: "from_pod", packet, repeat: 0 },
        { subject: 1, hook: "from_pod", packet, colour: 1 },
        { subject: 1, hook: "from_pod" },
        { subject: 1, hook: "from_pod", packet, instructions: true },
        { subject: 1, hook: "to_pod", packet },
      ),
    );
    expect(answers.map((answer) => answer.error ?? answer.verdict)).toEqual([
      "not a line of JSON",
      "there is no such subject",
      "there is no such subject",
      "hook is not from_pod or to_pod",
      "packet is not hex of at most 65536 bytes",
      "packet is not hex of at most 65536 bytes",
      "Invalid argument",
      "repeat is not from 1 to 100000000",
      "a request has subject, hook, packet or instructions, and perhaps tier, address, source_check, own_node, repeat, age and fresh",
      "a request has subject, hook, packet or instructions, and perhaps tier, address, source_check, own_node, repeat, age and fresh",
      "a request has subject, hook, packet or instructions, and perhaps tier, address, source_check, own_node, repeat, age and fresh",
      "pass",
    ]);
  });

  test("tells how many instructions the kernel's verifier looked at", () => {
    const [answer] = run(whole(), requests({ subject: 1, hook: "from_pod", instructions: true }));
    expect(Object.keys(answer)).toEqual(["instructions"]);
    expect(answer.instructions).toBeGreaterThan(20);
    expect(answer.instructions).toBeLessThan(1_000_000);
  });

  test("`fresh` forgets connections and denied flows, and nothing else does", () => {
    // fixed.bpf.c remembers a datagram to port 65535 as a connection, after which all pass.
    const denied = { subject: 1, hook: "from_pod", packet: udp("10.0.0.2", 80) };
    const connection = { subject: 1, hook: "from_pod", packet: udp("10.0.0.2", 65535) };
    const answers = run(
      whole(),
      requests(denied, denied, { ...denied, fresh: true }, connection, denied, { ...denied, fresh: true }),
    );
    expect(answers.map((answer) => [answer.verdict, answer.events.length])).toEqual([
      ["drop", 1],
      ["drop", 0],
      ["drop", 1],
      ["drop", 1],
      ["pass", 0],
      ["drop", 1],
    ]);
  });

  test("peers are found by address, by block, and else are unknown", () => {
    const content = state(objects, 1, [], {
      // Classes: 0 unknown, 1 allowed, 2 denied. 10.1.0.0/16 denied but 10.1.1.0/24 allowed; 10.1.1.9 denied.
      rows: [{ subject: 0, at: 0, values: words(...ALLOW, ...ALLOW, ...DENY) }],
      blocks4: words(0, 0, 0x0a010000, 2, 0x0a010100, 1, 0x0a010200, 2, 0x0a020000, 0, ...PADDING),
      sizes: { ...SIZES, blocks: 8 },
      addresses4: words(0x0901010a, 2),
    });
    const answers = run(
      content,
      requests(
        ...["10.9.0.1", "10.1.2.3", "10.1.1.1", "10.1.1.9"].map((to) => ({
          subject: 0,
          hook: "from_pod",
          packet: udp(to, 80),
        })),
      ),
    );
    expect(answers.map((answer) => answer.verdict)).toEqual(["pass", "drop", "pass", "drop"]);
  });

  test("100,000 packets, each fresh, are judged within seconds", () => {
    const lines = Array.from({ length: 100_000 }, (_, i) => ({
      subject: 1 + (i % 2),
      hook: "from_pod",
      packet: udp("10.0.0.2", 10_000 + (i % 50_000)),
      fresh: true,
    }));
    const started = performance.now();
    const answers = run(whole(), requests(...lines));
    expect(answers).toHaveLength(100_000);
    expect(answers.every((answer, i) => answer.verdict === (i % 2 ? "pass" : "drop"))).toBe(true);
    expect(answers.every((answer, i) => answer.events.length === (i % 2 ? 0 : 1))).toBe(true);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  test("repeat runs the packet so often, and its time is the mean", () => {
    const [once] = run(
      whole(),
      requests({ subject: 1, hook: "to_pod", packet: udp("10.0.0.2", 80), repeat: 100_000 }),
    );
    expect(once).toMatchObject({ verdict: "pass", events: [] });
    expect(once.ns).toBeGreaterThan(0);
    expect(once.ns).toBeLessThan(10_000);
  });

  test("both tiers answer alike, each by its own rule", () => {
    const packet = udp("10.0.0.2", 80);
    const answers = run(
      { ...whole(), ...specialised(objects, [1]) },
      requests(
        { subject: 1, hook: "from_pod", packet },
        { subject: 1, hook: "from_pod", packet, tier: "specialised", fresh: true },
        { subject: 1, hook: "to_pod", packet, tier: "specialised" },
        { subject: 2, hook: "to_pod", packet, tier: "specialised" },
        { subject: 2, hook: "to_pod", packet, tier: "table", fresh: true },
      ),
    );
    expect(answers.map((answer) => answer.error ?? answer.verdict)).toEqual([
      "drop",
      "drop",
      "pass",
      "the subject has no code of its own",
      "drop",
    ]);
    expect(answers.slice(0, 2).map((answer) => answer.events[0].rule)).toEqual([9, 8]);
  });

  test("a wrong state is an error", () => {
    writeFileSync(`${objects.dir}/run.json`, "{}");
    const refused = loader(["run", `${objects.dir}/run.json`]);
    expect(refused.status).toBe(1);
    expect(error(refused)).toMatch(/version is missing/);
  });
});
