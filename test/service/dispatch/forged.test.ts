/** Whom a node believes when packets come as from another node's dispatch. */
import { afterAll, beforeAll, describe, expect, test, vi } from "vitest";
import type { Node } from "../dataplane/node.js";
import { privileged } from "../dataplane/node.js";
import { frame, ip, packet, SYN } from "../dataplane/packets.js";
import { readCarried } from "./carried.js";
import { Network, NODE1 } from "./network.js";
import { CLIENT, FAMILIES, hostOf, openBackend, openIngress, POD, VIP } from "./nodes.js";

// The kernel verifies several large programs.
vi.setConfig({ hookTimeout: 180_000 });

const STRANGER = { 4: "192.168.0.77", 6: "fd00:192::77" } as const;
const OTHER_POD = { 4: "10.0.2.6", 6: "fd00:10:2::6" } as const;
const BELOW = { 4: "10.77.1.2", 6: "fd00:77::1:2" } as const;
const PREFIX = { 4: { outer4: "10.77.0.0/16" }, 6: { outer6: "fd00:77::/64" } } as const;

describe.skipIf(!privileged).each(FAMILIES)("arrivals over IPv%i", (family) => {
  const [client, vip, pod] = [CLIENT[family], VIP[family], POD[family]];
  const number = family === 4 ? 4 : 41;
  let network: Network;
  let backend: Node;
  let believing: Node;
  let ingress: Node;
  beforeAll(() => {
    network = new Network();
    backend = openBackend(network, family);
    believing = openBackend(network, family, PREFIX[family]);
    ingress = openIngress(network, family, "ipip", PREFIX[family]);
  });
  afterAll(() => {
    for (const node of [backend, believing, ingress]) node?.close();
    network?.remove();
  });

  const inner = packet("TCP", client, vip, { flags: SYN });
  const tunnel = (from: string, to: string, packetInside: Buffer) =>
    frame(ip(from, to, number, packetInside.subarray(14)));

  describe.each(["tc", "xdp"] as const)("by %s", (object) => {
    const receive = (bytes: Buffer, node = backend) =>
      node.send("from_link", bytes, { object, ifindex: network.ifindex, fresh: true });
    /** Since the last packet that came as the first one. */
    const dropped = async () => (await backend.counters()).dropped_tunnel ?? 0;

    test("a tunnel from a node is taken off", async () => {
      const { verdict, packet: arrived } = await receive(tunnel(NODE1[family], hostOf(pod), inner));
      expect(verdict).toBe("pass");
      expect(arrived).toMatchObject({ from: client, to: pod, wrong: [] });
      expect(await dropped()).toBe(0);
    });

    test("a tunnel from anybody else is dropped and counted", async () => {
      expect((await receive(tunnel(STRANGER[family], hostOf(pod), inner))).verdict).toBe("drop");
      expect(await dropped()).toBe(1);
    });

    test("a tunnel to a pod that is not the service's is dropped and counted", async () => {
      expect((await receive(tunnel(NODE1[family], OTHER_POD[family], inner))).verdict).toBe("drop");
      expect(await dropped()).toBe(1);
    });

    test("a tunnel that asks for no service is another's, and passes as it is", async () => {
      const others = packet("TCP", client, `${vip.slice(0, vip.lastIndexOf(":"))}:81`, { flags: SYN });
      const bytes = tunnel(NODE1[family], hostOf(pod), others);
      const { verdict, bytes: after } = await receive(bytes);
      expect(verdict).toBe("pass");
      expect(after).toEqual(bytes);
    });

    test("an option for a pod that is not the service's is dropped and counted", async () => {
      const [address, port] = [hostOf(vip), Buffer.from([0, 80])];
      const words = Buffer.from(
        family === 4
          ? address.split(".").map(Number)
          : [0x20, 0x01, 0x0d, 0xb8, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1],
      );
      const options =
        family === 4
          ? Buffer.concat([Buffer.from([158, 8]), port, words])
          : Buffer.concat([Buffer.from([6, 2, 0x1e, 18]), port, words, Buffer.from([1, 0])]);
      const to = (where: string) => packet("TCP", client, where, { flags: SYN, options });
      const { verdict, packet: arrived, bytes } = await receive(to(pod));
      expect(verdict).toBe("pass");
      expect(arrived).toMatchObject({ from: client, to: pod, wrong: [] });
      expect(readCarried(bytes).by).toBe("nothing");
      const port8080 = pod.slice(pod.lastIndexOf(":"));
      const other = family === 4 ? `${OTHER_POD[4]}${port8080}` : `[${OTHER_POD[6]}]${port8080}`;
      expect((await receive(to(other))).verdict).toBe("drop");
      expect(await dropped()).toBe(1);
    });

    test("outer sources below the configured prefix are made, vary, and are believed", async () => {
      const sources = new Set<string>();
      for (let i = 0; i < 16; i++) {
        const from = `${client.slice(0, client.lastIndexOf(":"))}:${6000 + i}`;
        const opening = packet("TCP", from, vip, { flags: SYN });
        const run = { object, ifindex: network.ifindex, fresh: true };
        const { bytes } = await ingress.send("from_link", opening, run);
        const { outerFrom, wrong } = readCarried(bytes);
        expect(wrong).toEqual([]);
        expect(outerFrom).toMatch(family === 4 ? /^10\.77\./ : /^fd00:77::/);
        sources.add(outerFrom!);
        const arrived = await receive(bytes, believing);
        expect(arrived.verdict).toBe("pass");
        expect(arrived.packet).toMatchObject({ from, to: pod, wrong: [] });
      }
      expect(sources.size).toBeGreaterThan(12);
    });

    test("who has no such prefix does not believe it", async () => {
      expect((await receive(tunnel(BELOW[family], hostOf(pod), inner))).verdict).toBe("drop");
      expect((await receive(tunnel(BELOW[family], hostOf(pod), inner), believing)).verdict).toBe("pass");
      expect(await dropped()).toBe(1);
    });
  });
});
