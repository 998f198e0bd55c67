/** What one node sends on another takes off: to the byte what the pod would have got without nodes between. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Node } from "../dataplane/node.js";
import { privileged } from "../dataplane/node.js";
import { ACK, fragments, packet, SYN } from "../dataplane/packets.js";
import type { Mode } from "./carried.js";
import { readCarried } from "./carried.js";
import { Network } from "./network.js";
import { CLIENT, FAMILIES, openBackend, openIngress, POD, VIP } from "./nodes.js";

// The kernel verifies several large programs.
vi.setConfig({ hookTimeout: 180_000 });

const DSR = ["opt", "ipip", "geneve"] as const;
const PROTOCOLS = ["TCP", "UDP", "SCTP"] as const;

describe.skipIf(!privileged).each(FAMILIES)("from node to node over IPv%i", (family) => {
  const [client, vip, pod] = [CLIENT[family], VIP[family], POD[family]];
  let network: Network;
  let ingress: Record<(typeof DSR)[number], Node>;
  let backend: Node;
  beforeAll(() => {
    network = new Network();
    const open = (mode: Mode) => openIngress(network, family, mode);
    ingress = { opt: open("opt"), ipip: open("ipip"), geneve: open("geneve") };
    backend = openBackend(network, family);
  });
  afterAll(() => {
    for (const node of [...Object.values(ingress ?? {}), backend]) node?.close();
    network?.remove();
  });

  /** What the client would have sent to the pod itself. With an option it is routed, so it is one hop older. */
  const expected = (mode: Mode, frame: Buffer) => {
    const ip = Buffer.from(frame.subarray(14));
    const ttl = mode === "opt" ? 63 : 64;
    if (family === 4) {
      ip.writeUInt16BE(ip.readUInt16BE(10) + (64 - ttl) * 0x100, 10);
      ip[8] = ttl;
    } else ip[7] = ttl;
    return ip;
  };

  describe.each([
    ["tc", "tc"],
    ["xdp", "xdp"],
    ["xdp", "tc"],
  ] as const)("from %s to %s", (from, to) => {
    const carry = async (mode: (typeof DSR)[number], frame: Buffer, fresh: boolean) => {
      const sent = await ingress[mode].send("from_link", frame, {
        object: from,
        ifindex: network.ifindex,
        fresh,
      });
      expect(sent.verdict).toBe(from === "tc" ? "redirect" : "tx");
      return backend.send("from_link", sent.bytes, { object: to, ifindex: network.ifindex, fresh });
    };

    test.each(DSR.flatMap((mode) => PROTOCOLS.map((protocol) => [mode, protocol] as const)))(
      "%s: %s arrives as the pod's, and its replies leave as the service's",
      async (mode, protocol) => {
        const arrived = await carry(mode, packet(protocol, client, vip, { flags: SYN }), true);
        expect(arrived.verdict).toBe("pass");
        expect(arrived.packet.wrong).toEqual([]);
        expect(arrived.bytes.subarray(14)).toEqual(
          expected(mode, packet(protocol, client, pod, { flags: SYN })),
        );
        const reply = await backend.send("to_link", packet(protocol, pod, client, { flags: SYN | ACK }));
        expect(reply.packet).toMatchObject({ from: vip, to: client, wrong: [] });
      },
    );

    test.each(DSR)("%s: what follows an opening arrives as well", async (mode) => {
      await carry(mode, packet("TCP", client, vip, { flags: SYN }), true);
      const arrived = await carry(mode, packet("TCP", client, vip, { flags: ACK }), false);
      expect(arrived.verdict).toBe("pass");
      expect(arrived.bytes.subarray(14)).toEqual(expected(mode, packet("TCP", client, pod, { flags: ACK })));
    });

    test.each(DSR)("%s: later fragments follow the first", async (mode) => {
      const parts = fragments("UDP", client, vip, 9, 512);
      expect(parts.length).toBe(3);
      for (const [at, part] of parts.entries()) {
        const arrived = await carry(mode, part, at === 0);
        expect(arrived.verdict).toBe("pass");
        const want = fragments("UDP", client, pod, 9, 512)[at]!;
        expect(arrived.packet.wrong).toEqual([]);
        expect(arrived.packet.to).toBe(at ? pod.slice(0, pod.lastIndexOf(":")).replace(/[[\]]/g, "") : pod);
        expect(arrived.bytes.subarray(42 + (family === 4 ? 0 : 28))).toEqual(
          expected(mode, want).subarray(28 + (family === 4 ? 0 : 28)),
        );
      }
    });

    test("ipip and geneve: congestion on the way is told to who knows ECN, and else the packet is lost", async () => {
      for (const mode of ["ipip", "geneve"] as const) {
        const frame = packet("TCP", client, vip, { flags: SYN });
        const capable = Buffer.from(frame);
        if (family === 4) {
          capable[15] = 2;
          capable.writeUInt16BE(capable.readUInt16BE(24) - 2, 24);
        } else capable[15] = 2 << 4;
        for (const [sent, verdict] of [
          [capable, "pass"],
          [frame, "drop"],
        ] as const) {
          const { bytes } = await ingress[mode].send("from_link", sent, {
            object: from,
            ifindex: network.ifindex,
            fresh: true,
          });
          const marked = Buffer.from(bytes);
          if (family === 4) {
            const added = 3 - (marked[15]! & 3);
            marked[15]! |= 3;
            marked.writeUInt16BE(marked.readUInt16BE(24) - added, 24);
          } else marked[15]! |= 3 << 4;
          expect(readCarried(marked).wrong).toEqual([]);
          const arrived = await backend.send("from_link", marked, {
            object: to,
            ifindex: network.ifindex,
            fresh: true,
          });
          expect(arrived.verdict).toBe(verdict);
          if (verdict === "drop") continue;
          expect((family === 4 ? arrived.bytes[15]! : arrived.bytes[15]! >> 4) & 3).toBe(3);
          expect(arrived.packet.wrong).toEqual([]);
        }
      }
    });
  });
});
