/** What a node answers itself: too big, and the refusal of a closed port. Always from the address that was asked. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { Node, privileged } from "../dataplane/node.js";
import type { Fields, Protocol } from "../dataplane/packets.js";
import { ACK, FIN, icmpError, packet, RST, SYN } from "../dataplane/packets.js";
import { readPacket } from "../dataplane/read_packet.js";
import { tablesOf } from "../dataplane/tables.js";
import type { Mode } from "./carried.js";
import { readCarried } from "./carried.js";
import { MAC, Network, NODE1, NODE2 } from "./network.js";
import { CLIENT, FAMILIES, hostOf, MODES, openIngress, VIP } from "./nodes.js";

// The kernel verifies several large programs.
vi.setConfig({ hookTimeout: 180_000 });

const OVERHEAD = {
  4: { opt: 8, ipip: 20, geneve: 48, snat: 0 },
  6: { opt: 24, ipip: 40, geneve: 80, snat: 0 },
} as const;
/** What packets.ts makes: from the second address to the first. */
const ASKED = "020000000002" + "020000000001";
const BACK = "020000000001" + "020000000002";

/** An IP packet of `length` bytes, its sums complete. */
const ofLength = (family: 4 | 6, protocol: Protocol, length: number, df: boolean, fields: Fields = {}) => {
  const headers = (family === 4 ? 20 : 40) + (protocol === "TCP" ? 20 : 8);
  const frame = packet(protocol, CLIENT[family], VIP[family], {
    ...fields,
    data: Buffer.alloc(length - headers, "payload "),
  });
  if (family === 4 && df) {
    frame[20]! |= 0x40;
    let sum = frame.readUInt16BE(24) - 0x4000;
    if (sum < 0) sum += 0xffff;
    frame.writeUInt16BE(sum, 24);
  }
  return frame;
};

describe.skipIf(!privileged).each(FAMILIES)("what a node answers over IPv%i", (family) => {
  const [client, vip] = [CLIENT[family], VIP[family]];
  let network: Network;
  beforeAll(() => void (network = new Network()));
  afterAll(() => network?.remove());

  describe("to what is too long", () => {
    let nodes: Record<Mode, Node>;
    beforeAll(() => {
      const open = (mode: Mode) => openIngress(network, family, mode);
      nodes = { opt: open("opt"), ipip: open("ipip"), geneve: open("geneve"), snat: open("snat") };
    });
    afterAll(() => {
      for (const node of Object.values(nodes ?? {})) node.close();
    });

    // After packet too big of such a route Linux sends without DF.
    test.each(MODES)("%s: a SYN that is sent again without DF after packet too big goes on", async (mode) => {
      const counted = async () => {
        const { too_big = 0, dispatched = 0, dropped_malformed = 0 } = await nodes[mode].counters();
        return [too_big, dispatched, dropped_malformed];
      };
      const send = (length: number, df: boolean, fresh: boolean) =>
        nodes[mode].send("from_link", ofLength(family, "TCP", length, df, { flags: SYN }), {
          ...{ object: "tc", ifindex: network.ifindex, fresh },
        });
      const before = await counted();
      const { packet: answer } = await send(1501, true, true);
      expect(answer.icmp).toMatchObject({ type: family === 4 ? 3 : 2 });
      const again = readCarried((await send(family === 4 ? 40 : 60, false, false)).bytes);
      expect([again.macs, again.wrong]).toEqual([MAC.node2 + MAC.own, []]);
      const after = await counted();
      expect(after.map((count, index) => count - before[index]!)).toEqual([1, 1, 0]);
    });

    describe.each(["tc", "xdp"] as const)("by %s", (object) => {
      test.each(MODES)("%s: the first packet that is one byte longer than fits is answered", async (mode) => {
        const fits = 1500 - OVERHEAD[family][mode];
        const send = (length: number, fresh: boolean) =>
          nodes[mode].send("from_link", ofLength(family, "UDP", length, true), {
            object,
            ifindex: network.ifindex,
            fresh,
          });
        const carried = readCarried((await send(fits, true)).bytes);
        expect(carried.macs).toBe(MAC.node2 + MAC.own);
        expect(carried.wrong).toEqual([]);
        const { verdict, bytes, packet: answer } = await send(fits + 1, true);
        expect(verdict).toBe(object === "tc" ? "redirect" : "tx");
        expect(answer).toMatchObject({ from: hostOf(vip), to: hostOf(client), wrong: [], macs: BACK });
        expect(answer.icmp).toMatchObject({ type: family === 4 ? 3 : 2, code: family === 4 ? 4 : 0 });
        expect(answer.icmp!.word).toBe(fits);
        // As much as 576 and 1280 bytes have room for.
        const most = family === 4 ? 576 : 1280;
        expect(bytes.length).toBe(14 + most);
        const quoted = bytes.subarray(14 + (family === 4 ? 28 : 48));
        expect(quoted).toEqual(ofLength(family, "UDP", fits + 1, true).subarray(14, 14 + quoted.length));
      });
    });

    test.each(MODES)("%s: of an aggregate its segments decide", async (mode) => {
      const headers = (family === 4 ? 20 : 40) + 20;
      // What `opt` adds it adds to openings, and to what the backend's node may not know.
      const fits = 1500 - OVERHEAD[family][mode] - headers;
      for (const [size, word] of [
        [fits, undefined],
        [fits + 1, 1500 - OVERHEAD[family][mode]],
      ] as const) {
        const frame = ofLength(family, "TCP", headers + 2 * size, true);
        const run = { ifindex: network.ifindex, fresh: true, gso_size: size };
        const { bytes } = await nodes[mode].send("from_link", frame, run);
        // A test run's aggregates have no type, so the kernel makes no room in them: veth.test.ts has real ones.
        const answer =
          bytes.subarray(0, 6).toString("hex") === BACK.slice(0, 12) ? readPacket(bytes) : undefined;
        expect(answer?.icmp?.word).toBe(word);
      }
    });

    test("an aggregate is answered once, with a quote of its beginning", async () => {
      const frame = ofLength(family, "TCP", 3000, true);
      const run = { ifindex: network.ifindex, fresh: true, gso_size: 1480 };
      const { bytes, packet: answer } = await nodes.ipip.send("from_link", frame, run);
      expect(answer.wrong).toEqual([]);
      expect(bytes.length).toBe(14 + (family === 4 ? 576 : 1280));
    });

    if (family === 4)
      test("XDP leaves to tc what may be fragmented", async () => {
        const frame = ofLength(4, "UDP", 1500, false);
        const sent = await nodes.ipip.send("from_link", frame, { object: "xdp", ifindex: network.ifindex });
        expect(sent.verdict).toBe("pass");
        expect(sent.bytes).toEqual(frame);
      });
  });

  describe.each(["icmp", "rst"] as const)(
    "to a service without an endpoint, if %s is configured",
    (refusal) => {
      let node: Node;
      beforeAll(() => {
        const services = (["TCP", "UDP", "SCTP"] as const).map((protocol) => ({
          ...{ address: hostOf(vip), port: 80, protocol, endpoints: [] },
        }));
        node = Node.open(
          tablesOf(services, { [NODE1[family]]: "own", [NODE2[family]]: "other" }),
          { refusal },
          network.name,
        );
      });
      afterAll(() => node?.close());
      describe.each(["tc", "xdp"] as const)("by %s", (object) => {
        const send = (frame: Buffer) => node.send("from_link", frame, { object, ifindex: network.ifindex });
        const unreachable = (frame: Buffer, answer: Awaited<ReturnType<typeof send>>) => {
          expect(answer.packet).toMatchObject({
            from: hostOf(vip),
            to: hostOf(client),
            wrong: [],
            macs: BACK,
          });
          expect(answer.packet.icmp).toMatchObject({
            type: family === 4 ? 3 : 1,
            code: family === 4 ? 3 : 4,
            word: 0,
          });
          const quoted = answer.bytes.subarray(14 + (family === 4 ? 28 : 48));
          expect(quoted).toEqual(frame.subarray(14, 14 + quoted.length));
          expect(quoted.length).toBe(Math.min(frame.length - 14, family === 4 ? 548 : 1232));
        };

        test.each([0, 1, 3, 63, 64, 65, 500, 1300])("a datagram of %i bytes is unreachable", async (size) => {
          const frame = packet("UDP", client, vip, { data: Buffer.alloc(size, "abc") });
          expect(frame.subarray(0, 12).toString("hex")).toBe(ASKED);
          unreachable(frame, await send(frame));
        });

        test("SCTP is unreachable", async () => {
          const frame = packet("SCTP", client, vip);
          unreachable(frame, await send(frame));
        });

        if (refusal === "icmp")
          test("an opening of TCP is unreachable", async () => {
            const frame = packet("TCP", client, vip, { flags: SYN });
            unreachable(frame, await send(frame));
          });

        // packets.ts: sequence number 7, acknowledgement number 9.
        if (refusal === "rst")
          test.each([
            ["a SYN", SYN, 0, { seq: 0, ack: 8, flags: RST | ACK }],
            ["a SYN with data", SYN, 10, { seq: 0, ack: 18, flags: RST | ACK }],
            ["data", ACK, 10, { seq: 9, ack: 0, flags: RST }],
            ["a FIN", FIN, 0, { seq: 0, ack: 8, flags: RST | ACK }],
          ])("%s gets the RST of RFC 9293", async (_, flags, size, want) => {
            const answer = await send(packet("TCP", client, vip, { flags, data: Buffer.alloc(size) }));
            expect(answer.packet).toMatchObject({ from: vip, to: client, wrong: [], macs: BACK });
            const tcp = answer.packet.payload;
            expect({ seq: tcp.readUInt32BE(4), ack: tcp.readUInt32BE(8), flags: tcp[13] }).toEqual(want);
            expect(answer.bytes.length).toBe(14 + (family === 4 ? 40 : 60));
          });

        test.each([
          ["a RST", packet("TCP", client, vip, { flags: RST })],
          ["a later fragment", packet("UDP", client, vip, { fragment: { id: 5, offset: 64, more: false } })],
          [
            "an ICMP error",
            icmpError(hostOf(client), packet("UDP", vip, client), family === 4 ? 3 : 1, family === 4 ? 3 : 4),
          ],
          [
            "a frame to all hosts of the link",
            Buffer.concat([Buffer.alloc(6, 0xff), packet("UDP", client, vip).subarray(6)]),
          ],
          ["a source that is no host", packet("UDP", family === 4 ? "224.0.0.1:9" : "[ff02::1]:9", vip)],
        ])("%s is never answered", async (_, frame) => {
          const before = Buffer.from(frame);
          const sent = await send(frame);
          expect(["drop", "pass"]).toContain(sent.verdict);
          if (sent.verdict === "pass") expect(sent.bytes).toEqual(before);
        });
      });
    },
  );
});
