/** Real frames through the programs on a real link: tags, fragments, aggregates, and XDP. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import { privileged } from "../dataplane/node.js";
import { ACK, bytesOf, onesSum, packet, pseudoHeader, SYN } from "../dataplane/packets.js";
import { readPacket } from "../dataplane/read_packet.js";
import { readCarried } from "./carried.js";
import { MAC, Network } from "./network.js";
import { CLIENT, FAMILIES, hostOf, ingressState, MODES, POD, VIP } from "./nodes.js";
import { Wire } from "./wire.js";

// The kernel verifies several large programs.
vi.setConfig({ hookTimeout: 180_000 });

/** To the link's own address, as a router sends it. */
const toUplink = (frame: Buffer) => Buffer.concat([Buffer.from(MAC.own, "hex"), frame.subarray(6)]);

describe.skipIf(!privileged).each(FAMILIES)("on a link over IPv%i", (family) => {
  const [client, vip, pod] = [CLIENT[family], VIP[family], POD[family]];
  const header = family === 4 ? 20 : 40;
  let network: Network;
  let wire: Wire;
  beforeAll(async () => {
    network = new Network();
    wire = await new Wire(network).start();
  });
  afterAll(() => {
    wire?.close();
    network?.remove();
  });

  test.each(["ipip", "snat"] as const)(
    "XDP sends back out by %s",
    async (mode) => {
      wire.apply(ingressState(family, mode, "xdp"));
      const [sent] = await wire.send(toUplink(packet("TCP", client, vip, { flags: SYN })), MAC.node2, 1);
      const carried = readCarried(sent!.frame);
      expect(carried).toMatchObject({ by: mode === "ipip" ? "ipip" : "nothing", wrong: [] });
      expect(readPacket(carried.inner).wrong).toEqual([]);
    },
    180_000,
  );

  describe.each(MODES)("by tc, %s", (mode) => {
    beforeAll(() => wire.apply(ingressState(family, mode, "tc")));

    test("a tag of the link is kept", async () => {
      const frame = toUplink(packet("UDP", client, vip, { vlan: 7 }));
      const [sent] = await wire.send(frame, MAC.node2, 1);
      expect(sent!.tag).toBe(7);
      const carried = readCarried(sent!.frame);
      expect(carried.wrong).toEqual([]);
      expect(readPacket(carried.inner).wrong).toEqual([]);
    });

    if (family === 4)
      test("what may be fragmented and is too long goes on in two", async () => {
        const data = Buffer.from(Array.from({ length: 1472 }, (_, i) => i % 251));
        const frame = toUplink(packet("UDP", client, vip, { data }));
        const count = mode === "snat" ? 1 : 2;
        const sent = await wire.send(frame, MAC.node2, count);
        expect(sent.length).toBe(count);
        const inner = sent.map((each) => {
          expect(each.frame.length).toBeLessThanOrEqual(1514);
          const carried = readCarried(each.frame);
          expect(carried.wrong).toEqual([]);
          return carried.inner.subarray(14);
        });
        const whole = Buffer.concat(inner.map((each) => each.subarray(20)));
        const offsets = inner.map((each) => each.readUInt16BE(6));
        expect(offsets).toEqual(count === 1 ? [0] : [0x2000, (inner[0]!.length - 20) / 8]);
        expect(whole.subarray(8)).toEqual(data);
        const from = bytesOf(hostOf(mode === "snat" ? "192.168.0.1:0" : client));
        const to = bytesOf(hostOf(mode === "ipip" ? vip : pod));
        expect(onesSum(Buffer.concat([pseudoHeader(from, to, 17, whole.length), whole]))).toBe(0xffff);
      });

    test("an aggregate of TCP is cut into what its sender meant", async () => {
      await wire.send(toUplink(packet("TCP", client, vip, { flags: SYN })), MAC.node2, 1);
      const data = Buffer.from(Array.from({ length: 5000 }, (_, i) => i % 253));
      const frame = toUplink(packet("TCP", client, vip, { flags: ACK, data }));
      const source = bytesOf(hostOf(client));
      const sum = onesSum(pseudoHeader(source, bytesOf(hostOf(vip)), 6, 20 + data.length));
      frame.writeUInt16BE(sum, 14 + header + 16);
      const sent = await wire.send(frame, MAC.node2, 4, 1300);
      const parts = sent.map((each) => {
        const carried = readCarried(each.frame);
        expect(carried.wrong).toEqual([]);
        const { wrong, payload } = readPacket(carried.inner);
        expect(wrong).toEqual([]);
        return payload.subarray(20);
      });
      expect(parts.map((part) => part.length)).toEqual([1300, 1300, 1300, 1100]);
      expect(Buffer.concat(parts)).toEqual(data);
    });
  });
});
