/** What leaves the node for a backend elsewhere, in each mode, family and program, read by the RFCs alone. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Node } from "../dataplane/node.js";
import { privileged } from "../dataplane/node.js";
import type { Fields, Protocol } from "../dataplane/packets.js";
import { ACK, packet, SYN } from "../dataplane/packets.js";
import { readPacket } from "../dataplane/read_packet.js";
import type { Mode } from "./carried.js";
import { readCarried } from "./carried.js";
import { MAC, Network, NODE1, NODE2 } from "./network.js";
import { CLIENT, FAMILIES, hostOf, MODES, openIngress, POD, VIP } from "./nodes.js";

// The kernel verifies several large programs.
vi.setConfig({ hookTimeout: 180_000 });

const SENT = { tc: "redirect", xdp: "tx" } as const;
const TO_NODE2 = MAC.node2 + MAC.own;
const PROTOCOLS = ["TCP", "UDP", "SCTP"] as const;
const portOf = (end: string) => Number(end.slice(end.lastIndexOf(":") + 1));

describe.skipIf(!privileged).each(FAMILIES)("dispatch to another node over IPv%i", (family) => {
  const [client, vip, pod] = [CLIENT[family], VIP[family], POD[family]];
  let network: Network;
  let nodes: Record<Mode, Node>;
  beforeAll(() => {
    network = new Network();
    const open = (mode: Mode) => openIngress(network, family, mode, { snatFirst: 61000, snatLast: 61001 });
    nodes = { opt: open("opt"), ipip: open("ipip"), geneve: open("geneve"), snat: open("snat") };
  });
  afterAll(() => {
    for (const node of Object.values(nodes ?? {})) node.close();
    network?.remove();
  });

  describe.each(["tc", "xdp"] as const)("by %s", (object) => {
    const run = (mode: Mode, frame: Buffer, fresh: boolean) =>
      nodes[mode].send("from_link", frame, { object, ifindex: network.ifindex, fresh });
    const send = async (mode: Mode, frame: Buffer, fresh = false) => {
      const sent = await run(mode, frame, fresh);
      expect(sent.verdict).toBe(SENT[object]);
      const carried = readCarried(sent.bytes);
      expect(carried.macs).toBe(TO_NODE2);
      expect(carried.wrong).toEqual([]);
      return { ...carried, packet: readPacket(carried.inner) };
    };
    const asked = (protocol: Protocol, fields: Fields = {}) => packet(protocol, client, vip, fields);
    /** Addresses and ports are the backend's, and no checksum is wrong. */
    const forPod = { from: client, to: pod, wrong: [] };

    test("opt: the opening packet names the service in an option, later ones do not", async () => {
      const opening = await send("opt", asked("TCP", { flags: SYN }), true);
      expect(opening).toMatchObject({ by: "option", service: vip, packet: { ...forPod, ttl: 63 } });
      const later = await send("opt", asked("TCP", { flags: ACK }));
      expect(later).toMatchObject({ by: "nothing", packet: { ...forPod, ttl: 63 } });
    });

    test("opt: an opening that is sent again names it again", async () => {
      await send("opt", asked("TCP", { flags: SYN }), true);
      expect((await send("opt", asked("TCP", { flags: SYN }))).by).toBe("option");
    });

    test("opt: every datagram of UDP names the service", async () => {
      for (const fresh of [true, false, false])
        expect(await send("opt", asked("UDP"), fresh)).toMatchObject({
          by: "option",
          service: vip,
          packet: forPod,
        });
    });

    test("opt: a flow that is not known here any more is told of again", async () => {
      expect((await send("opt", asked("TCP", { flags: ACK }), true)).by).toBe("option");
      expect((await send("opt", asked("TCP", { flags: ACK }))).by).toBe("nothing");
    });

    test("opt: a packet whose headers have no room for the option goes by IPIP", async () => {
      // On IPv4 a full header, on IPv6 hop-by-hop options, which nothing may come before.
      const full = packet("UDP", client, vip, { options: Buffer.alloc(family === 4 ? 36 : 8, 1) });
      if (family === 6) {
        full.set([17, 0, 1, 4, 0, 0, 0, 0], 14 + 40);
        full[14 + 6] = 0;
      }
      const carried = await send("opt", full, true);
      expect(carried).toMatchObject({ by: "ipip", outerTo: hostOf(pod) });
      expect(carried.inner.subarray(14)).toEqual(full.subarray(14));
    });

    if (family === 4)
      test("opt: options of the client stay behind ours", async () => {
        const carried = await send("opt", asked("UDP", { options: Buffer.from("01010101", "hex") }), true);
        expect(carried).toMatchObject({ by: "option", service: vip, packet: forPod });
        expect(carried.inner.subarray(34, 38).toString("hex")).toBe("01010101");
      });

    test.each(PROTOCOLS)("ipip: the inner packet of %s is the client's own", async (protocol) => {
      const frame = asked(protocol, { flags: SYN });
      const carried = await send("ipip", frame, true);
      expect(carried).toMatchObject({ by: "ipip", outerFrom: NODE1[family], outerTo: hostOf(pod) });
      expect(carried.inner.subarray(14)).toEqual(frame.subarray(14));
      expect((await send("ipip", frame)).by).toBe("ipip");
    });

    test.each(PROTOCOLS)("geneve: %s is for the pod, and an option names the service", async (protocol) => {
      const carried = await send("geneve", asked(protocol, { flags: SYN }), true);
      expect(carried).toMatchObject({ by: "geneve", outerFrom: NODE1[family], outerTo: NODE2[family] });
      expect(carried).toMatchObject({ service: vip, packet: { ...forPod, ttl: 64 } });
    });

    test("geneve: outer source ports differ between flows, and not within one", async () => {
      const ports = [];
      for (let i = 0; i < 16; i++) {
        const from = `${client.slice(0, client.lastIndexOf(":"))}:${5000 + i}`;
        ports.push((await send("geneve", packet("UDP", from, vip))).outerPorts![0]);
        expect((await send("geneve", packet("UDP", from, vip))).outerPorts![0]).toBe(ports.at(-1));
      }
      expect(new Set(ports).size).toBeGreaterThan(12);
      expect(Math.min(...ports)).toBeGreaterThanOrEqual(49152);
    });

    test.each(PROTOCOLS)("snat: %s has the node as its source, and its replies go back", async (protocol) => {
      const { by, packet: sent } = await send("snat", asked(protocol, { flags: SYN }), true);
      expect(by).toBe("nothing");
      expect(sent).toMatchObject({ to: pod, ttl: 63, wrong: [] });
      expect(hostOf(sent.from)).toBe(NODE1[family]);
      expect([61000, 61001]).toContain(portOf(sent.from));
      const reply = await run("snat", packet(protocol, pod, sent.from), false);
      expect(reply.verdict).toBe(SENT[object]);
      expect(reply.packet).toMatchObject({ from: vip, to: client, ttl: 63, wrong: [] });
      expect(reply.packet.macs).toBe(MAC.gateway + MAC.own);
    });

    test("snat: each flow has a port of its own, until none is free", async () => {
      const from = (last: number) => client.replace(/7(\]?:)/, `${last}$1`);
      const open = (last: number) => packet("TCP", from(last), vip, { flags: SYN });
      const first = await send("snat", open(8), true);
      const second = await send("snat", open(9));
      expect([first, second].map((each) => portOf(each.packet.from)).sort()).toEqual([61000, 61001]);
      const before = await nodes.snat.counters();
      expect((await run("snat", open(6), false)).verdict).toBe("drop");
      const after = await nodes.snat.counters();
      expect(after.dropped_ports! - (before.dropped_ports ?? 0)).toBe(1);
      expect((await send("snat", open(8))).packet.from).toBe(first.packet.from);
    });

    // In tc the tag is beside the bytes, which a test run does not have: veth.test.ts sends one.
    if (object === "xdp")
      test.each(MODES)("%s: a tag of the link is kept", async (mode) => {
        const sent = await run(mode, asked("UDP", { vlan: 7 }), true);
        expect(sent.verdict).toBe("tx");
        expect(readCarried(sent.bytes)).toMatchObject({ vlan: 7, wrong: [], macs: TO_NODE2 });
      });

    test.each(MODES)("%s: a packet that may not go further is answered as by a router", async (mode) => {
      const frame = asked("UDP");
      frame[14 + (family === 4 ? 8 : 7)] = 1;
      if (family === 4) frame.writeUInt16BE(frame.readUInt16BE(24) + 0x3f00, 24);
      const sent = await run(mode, frame, true);
      expect(sent.verdict).toBe(SENT[object]);
      if (mode === "ipip" || mode === "geneve") return expect(readCarried(sent.bytes).by).toBe(mode);
      expect(sent.packet).toMatchObject({ from: hostOf(vip), to: hostOf(client), wrong: [] });
      expect(sent.packet.icmp).toMatchObject({ type: family === 4 ? 11 : 3, code: 0 });
    });
  });

  test("XDP leaves to tc what has no neighbour yet, as it is, and tc asks for the neighbour", async () => {
    network.ip(`neigh del ${NODE2[family]} dev uplink`);
    try {
      const frame = packet("TCP", client, vip, { flags: SYN });
      const run = { ifindex: network.ifindex, fresh: true };
      const xdp = await nodes.ipip.send("from_link", frame, { object: "xdp", ...run });
      expect(xdp.verdict).toBe("pass");
      expect(xdp.bytes).toEqual(frame);
      const tc = await nodes.ipip.send("from_link", frame, { object: "tc", ...run });
      expect(tc.verdict).toBe("redirect");
      expect(readCarried(tc.bytes).by).toBe("ipip");
    } finally {
      network.resolve(NODE2[family], MAC.node2);
    }
  });

  test("a backend that no route leads to is counted", async () => {
    const route = `${hostOf(pod)}/${family === 4 ? 32 : 128}`;
    network.ip(`${family === 6 ? "-6 " : ""}route add blackhole ${route}`);
    try {
      const frame = packet("TCP", client, vip, { flags: SYN });
      await new Promise((resolve) => setTimeout(resolve, 1200)); // the next hop is remembered for a tick
      const sent = await nodes.opt.send("from_link", frame, { ifindex: network.ifindex, fresh: true });
      expect(sent.verdict).toBe("drop");
      expect((await nodes.opt.counters()).dropped_route).toBe(1);
    } finally {
      network.ip(`${family === 6 ? "-6 " : ""}route del blackhole ${route}`);
    }
  });
});
