import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMPILING, Node, privileged, type Hook, type Sent } from "./node.js";
import { fragments, icmpError, ip, frame, packet, SYN } from "./packets.js";
import { readPacket } from "./read_packet.js";
import { tablesOf } from "./tables.js";

/** The kernel's test runs refuse a frame without a whole IP header. */
const SHORTEST = { 4: 14 + 20, 6: 14 + 40 } as const;
const VERDICTS = ["pass", "drop", "redirect", "tx"];
const HOOKS = [
  ["from_pod", "tc"],
  ["to_pod", "tc"],
  ["from_link", "tc"],
  ["from_link", "xdp"],
  ["to_link", "tc"],
] as const;

describe.skipIf(!privileged).each([4, 6] as const)("hostile packets, IPv%i", (family) => {
  const [service, pod, router] =
    family === 4 ? ["10.96.0.1", "10.0.0.2", "192.0.2.1"] : ["fd96::1", "fd00::2", "2001:db8::1"];
  /** A pod asks and is answered at its own hooks, a client outside at the link's. */
  const clientAt = (hook: Hook) =>
    hook.endsWith("pod")
      ? family === 4
        ? "10.0.0.9"
        : "fd00::9"
      : family === 4
        ? "203.0.113.9"
        : "2001:db8::9";
  const at = (address: string, port: number) =>
    family === 4 ? `${address}:${port}` : `[${address}]:${port}`;
  let node: Node;

  /** One of each kind, to the service and back. */
  const samples = (hook: Hook) => {
    const from = at(clientAt(hook), 40000);
    const kinds = (["TCP", "UDP", "SCTP"] as const).flatMap((protocol) => [
      packet(protocol, from, at(service, 80), { flags: SYN, chunk: 1 }),
      packet(protocol, at(pod, 8080), from),
    ]);
    const told = [packet("TCP", at(service, 80), from), packet("UDP", from, at(pod, 8080))].map((quoted) =>
      icmpError(router, quoted, family === 4 ? 3 : 1, family === 4 ? 3 : 4),
    );
    const options =
      family === 4 ? Buffer.from("9e08005014600001", "hex") : Buffer.alloc(8, "0001040000000000", "hex");
    return [
      ...kinds,
      ...told,
      packet("TCP", from, at(service, 80), { flags: SYN, options }),
      packet("UDP", from, at(service, 80), { vlan: 42 }),
      ...fragments("UDP", from, at(service, 80), 7, 64),
    ];
  };

  beforeAll(() => {
    const local = [`${at(pod, 8080)} local`];
    node = Node.open(
      tablesOf([
        { address: service, port: 80, endpoints: local },
        { address: service, port: 80, protocol: "UDP", endpoints: local },
        { address: service, port: 80, protocol: "SCTP", endpoints: local },
      ]),
    );
  }, COMPILING);
  afterAll(() => node?.close());

  /** The flows that the samples belong to. */
  const begin = async (hook: Hook) => {
    for (const sample of samples(hook))
      await node.send(hook.endsWith("pod") ? "from_pod" : "from_link", sample);
  };

  /** Was it rewritten? What comes out then has the checksums right that were right before, and no others. */
  const rewritten = (hook: Hook, sent: Buffer, { verdict, bytes }: Sent): boolean => {
    expect(VERDICTS).toContain(verdict);
    if (verdict !== "pass" || bytes.equals(sent)) return false;
    /* A change may make the option one of another node's dispatch, which is taken off. */
    expect([sent.length, hook === "from_link" ? sent.length - 8 : sent.length]).toContain(bytes.length);
    expect({ hook, wrong: readPacket(bytes).wrong }).toEqual({ hook, wrong: readPacket(sent).wrong });
    return true;
  };

  test.each(HOOKS)(
    "cut short anywhere, at %s of %s, are dropped or pass as they are",
    async (hook, object) => {
      await begin(hook);
      for (const sample of samples(hook))
        for (let length = SHORTEST[family]; length < sample.length; length++) {
          const cut = sample.subarray(0, length);
          const { verdict, bytes } = await node.send(hook, cut, { object });
          expect(VERDICTS).toContain(verdict);
          if (verdict === "pass") expect(bytes.equals(cut)).toBe(true);
        }
    },
  );

  test.each(HOOKS)(
    "changed anywhere, at %s of %s, keep the checksums that are right",
    async (hook, object) => {
      await begin(hook);
      const all = samples(hook);
      let count = 0;
      const change = fc.record({
        sample: fc.nat(all.length - 1),
        bytes: fc.array(fc.tuple(fc.integer({ min: 12, max: 140 }), fc.nat(255)), {
          minLength: 1,
          maxLength: 4,
        }),
      });
      await fc.assert(
        fc.asyncProperty(change, async ({ sample, bytes }) => {
          const sent = Buffer.from(all[sample]!);
          for (const [place, value] of bytes) if (place < sent.length) sent[place] = value;
          if (rewritten(hook, sent, await node.send(hook, sent, { object }))) count++;
        }),
        { numRuns: 1500 },
      );
      expect(count).toBeGreaterThan(100);
    },
  );

  test("that a service gets too short are counted", async () => {
    const before = (await node.counters()).dropped_malformed ?? 0;
    const short = frame(ip(clientAt("from_pod"), service, 6, Buffer.alloc(12)));
    expect((await node.send("from_pod", short)).verdict).toBe("drop");
    expect((await node.counters()).dropped_malformed).toBe(before + 1);
  });
});
