/** What gets past a firewall that believes addresses: each once passed, and none does. In both tiers, by test runs. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  TCP_ACK,
  TCP_RST,
  TCP_SYN,
  bytesOf,
  frame,
  ipPacket,
  ipv4Header,
  openingPacket,
  tcpSegment,
  u16,
  u32,
} from "../../src/verify/packet.js";
import { IP, NODE, openShop } from "./shop.js";
import type { Shop } from "./shop.js";

const asRoot = describe.skipIf(process.getuid?.() !== 0);
const TIERS = ["table", "specialised"] as const;
const ICMPV6 = 58;
const ALL_NODES = "ff02::1";
const LINK_LOCAL = "fe80::1";

const segment = (from: string, to: string, ports: readonly [number, number], flags: number) =>
  ipPacket(from, to, 6, tcpSegment(...ports, flags));

/** Neighbour discovery: type, hop limit 255, and the target where it has one. */
function discovery(type: number, from: string, target?: string): Buffer {
  const body = Buffer.concat([
    Buffer.from([type, 0]),
    u16(0),
    u32(0),
    target === undefined ? Buffer.alloc(0) : Buffer.from(bytesOf(target)),
  ]);
  const packet = ipPacket(from, ALL_NODES, ICMPV6, body);
  packet[14 + 7] = 255;
  return packet;
}

/** RFC 826: who says to have `sender`. */
const arp = (sender: string) =>
  frame(
    0x0806,
    Buffer.concat([
      Buffer.from([0, 1, 8, 0, 6, 4, 0, 2]),
      Buffer.alloc(6),
      Buffer.from(bytesOf(sender)),
      Buffer.alloc(6),
      Buffer.from(bytesOf(IP[4].web)),
    ]),
  );

const igmp = (ttl: number) => {
  const report = Buffer.from([0x16, 0, 0, 0, 224, 0, 0, 251]);
  const header = ipv4Header(bytesOf(IP[4].db), bytesOf("224.0.0.251"), 2, report);
  header[8] = ttl;
  return frame(0x0800, Buffer.concat([header, report]));
};

asRoot.each(TIERS)("sources, by %s", (tier) => {
  let shop: Shop;
  beforeAll(async () => void (shop = await openShop(tier, { sources: "10.9.0.0/24, fd0c:9::/64" })));
  afterAll(() => shop?.close());
  const from = async (packet: Buffer, fresh = true) => {
    const { verdict, events } = await shop.judge({ hook: "from_pod", packet, fresh });
    return verdict === "pass" ? "pass" : (events[0]?.drop ?? "deny");
  };

  test.each([4, 6] as const)("a packet over IPv%i in another pod's name never leaves", async (family) => {
    const { db, web, other } = IP[family];
    expect(await from(segment(db, web, [40000, 8080], TCP_SYN))).toBe("pass");
    expect(await from(segment(other, web, [40000, 8080], TCP_SYN))).toBe("drop_source");
    expect(await from(segment("2001:db8::1", IP[6].web, [40000, 8080], TCP_SYN))).toBe("drop_source");
  });

  test.each([4, 6] as const)(
    "nor makes it a connection over IPv%i that honest packets follow",
    async (family) => {
      const { db, other } = IP[family];
      // As if `other` had opened a connection from its port 22 to db: db's packets to port 22 would answer it.
      expect(await from(segment(other, db, [22, 40000], TCP_SYN))).toBe("drop_source");
      expect(await from(segment(db, other, [40000, 22], TCP_ACK), false)).toBe("drop_no_connection");
      expect(await from(segment(db, other, [40000, 22], TCP_SYN), false)).toBe("deny");
    },
  );

  test("nor do its later packets on a connection that another pod has", async () => {
    const { db, web, ops } = IP[4];
    expect(await shop.toDb(segment(web, db, [40000, 5432], TCP_SYN), true)).toBe("pass");
    expect(await from(segment(ops, db, [40000, 5432], TCP_ACK), false)).toBe("drop_source");
  });

  test("sources that an annotation grants are the pod's", async () => {
    expect(await from(segment("10.9.0.77", IP[4].web, [40000, 8080], TCP_SYN))).toBe("pass");
    expect(await from(segment("10.9.1.77", IP[4].web, [40000, 8080], TCP_SYN))).toBe("drop_source");
    expect(await from(segment("fd0c:9::7", IP[6].web, [40000, 8080], TCP_SYN))).toBe("pass");
    expect(await from(segment("fd0c:a::7", IP[6].web, [40000, 8080], TCP_SYN))).toBe("drop_source");
  });

  test("a host without an address may ask for one", async () => {
    const discover = openingPacket({
      protocol: "UDP",
      from: "0.0.0.0",
      to: "255.255.255.255",
      sourcePort: 68,
      port: 67,
    });
    expect(await from(discover), "its egress policy has no rule for it").toBe("deny");
    expect(await from(discovery(135, "::", IP[6].db))).toBe("pass");
    expect(await from(discovery(133, "::"))).toBe("pass");
  });

  test("a pod speaks for itself on its link, and is no router", async () => {
    expect(await from(discovery(136, LINK_LOCAL, IP[6].db))).toBe("pass");
    expect(await from(discovery(136, LINK_LOCAL, LINK_LOCAL))).toBe("pass");
    expect(await from(discovery(136, LINK_LOCAL, IP[6].web))).toBe("drop_link_local");
    expect(await from(discovery(136, IP[6].web, IP[6].db))).toBe("drop_link_local");
    expect(await from(discovery(134, LINK_LOCAL))).toBe("drop_link_local");
    expect(await from(discovery(137, LINK_LOCAL, IP[6].web))).toBe("drop_link_local");
    expect(await from(arp(IP[4].db))).toBe("pass");
    expect(await from(arp("0.0.0.0"))).toBe("pass");
    expect(await from(arp(IP[4].web))).toBe("drop_link_local");
  });

  test("what comes to a pod on its link is the node's affair", async () => {
    for (const packet of [discovery(134, LINK_LOCAL), discovery(136, LINK_LOCAL, IP[6].web), arp(IP[4].web)])
      expect((await shop.judge({ hook: "to_pod", packet })).verdict).toBe("pass");
  });

  test("group membership passes, unless a router has had it", async () => {
    expect(await from(igmp(1))).toBe("pass");
    expect(await from(igmp(2))).toBe("drop_link_local");
    expect((await shop.judge({ hook: "to_pod", packet: igmp(1) })).verdict).toBe("pass");
  });
});

asRoot.each(TIERS)("the node itself, by %s", (tier) => {
  let shop: Shop;
  beforeAll(async () => void (shop = await openShop(tier)));
  afterAll(() => shop?.close());

  test.each([4, 6] as const)(
    "over IPv%i is known by where a packet comes from, not by its address",
    async (family) => {
      const packet = segment(NODE[family], IP[family].db, [40000, 22], TCP_SYN);
      expect((await shop.judge({ hook: "to_pod", packet, fresh: true })).verdict).toBe("drop");
      expect((await shop.judge({ hook: "to_pod", packet, fresh: true, ownNode: true })).verdict).toBe("pass");
      const anywhere = segment("192.0.2.7", IP[4].db, [40000, 22], TCP_SYN);
      expect(
        (await shop.judge({ hook: "to_pod", packet: anywhere, fresh: true, ownNode: true })).verdict,
      ).toBe("pass");
    },
  );

  test.each([4, 6] as const)(
    "what it opened over IPv%i nobody else goes on with in its name",
    async (family) => {
      const { db } = IP[family];
      const node = NODE[family];
      const judge = async (ports: readonly [number, number], flags: number, ownNode: boolean) =>
        (await shop.judge({ hook: "to_pod", packet: segment(node, db, ports, flags), ownNode })).verdict;
      for (const port of [40001, 40002]) {
        const ports = [port, 22] as const;
        expect(await judge(ports, TCP_SYN, true)).toBe("pass");
        // One is half open, the other established.
        if (port === 40001) {
          expect(await shop.fromDb(segment(db, node, [22, port], TCP_SYN | TCP_ACK))).toBe("pass");
          expect(await judge(ports, TCP_ACK, true)).toBe("pass");
        }
        expect(await judge(ports, TCP_ACK, false)).toBe("drop");
        expect(await judge(ports, TCP_ACK, true)).toBe("pass");
        expect(await shop.fromDb(segment(db, node, [22, port], TCP_ACK))).toBe("pass");
      }
      const datagram = openingPacket({ protocol: "UDP", from: node, to: db, sourcePort: 40000, port: 53 });
      expect((await shop.judge({ hook: "to_pod", packet: datagram, ownNode: true })).verdict).toBe("pass");
      expect((await shop.judge({ hook: "to_pod", packet: datagram, ownNode: false })).verdict).toBe("drop");
    },
  );

  test("it answers in a service's name only what the pod may open", async () => {
    const service = "192.0.2.7";
    const packet = segment(service, IP[4].db, [443, 40000], TCP_ACK);
    expect((await shop.judge({ hook: "to_pod", packet, fresh: true, ownNode: true })).verdict).toBe("drop");
  });

  test.each([4, 6] as const)("answers over IPv%i follow, and the pod reaches its node", async (family) => {
    const { db } = IP[family];
    const syn = segment("192.0.2.7", IP[4].db, [40000, 22], TCP_SYN);
    await shop.judge({ hook: "to_pod", packet: syn, fresh: true, ownNode: true });
    expect(await shop.fromDb(segment(IP[4].db, "192.0.2.7", [22, 40000], TCP_SYN | TCP_ACK))).toBe("pass");
    expect(await shop.fromDb(segment(db, NODE[family], [40000, 53], TCP_SYN), true)).toBe("pass");
    expect(await shop.toDb(segment(NODE[family], db, [53, 40000], TCP_SYN | TCP_ACK))).toBe("pass");
  });
});

asRoot.each(TIERS)("TCP that opens nothing, by %s", (tier) => {
  let shop: Shop;
  beforeAll(async () => void (shop = await openShop(tier)));
  afterAll(() => shop?.close());

  test.each([
    ["an ACK", TCP_ACK],
    ["a SYN and ACK", TCP_SYN | TCP_ACK],
    ["a RST", TCP_RST],
  ])("%s without a connection neither passes nor makes one", async (_, flags) => {
    const { db, web, ops } = IP[4];
    const answer = await shop.judge({
      hook: "to_pod",
      packet: segment(web, db, [40000, 5432], flags),
      fresh: true,
    });
    expect([answer.verdict, answer.events[0]?.drop]).toEqual(["drop", "drop_no_connection"]);
    expect(await shop.fromDb(segment(db, web, [5432, 40000], TCP_ACK))).toBe("drop");
    expect(await shop.toDb(segment(ops, db, [8080, 40000], flags), true), "either way round").toBe("drop");
  });
});

asRoot.each(TIERS)("audit, by %s", (tier) => {
  let shop: Shop;
  beforeAll(async () => void (shop = await openShop(tier, { audit: true })));
  afterAll(() => shop?.close());

  const { db, web, other } = IP[4];
  const vlan = frame(0x8100, Buffer.concat([u16(5), u16(0x0800), Buffer.alloc(40)]));
  const later = frame(
    0x0800,
    Buffer.concat([
      ipv4Header(bytesOf(web), bytesOf(db), 17, Buffer.alloc(64), { fragmentOffset: 800 }),
      Buffer.alloc(64),
    ]),
  );

  test.each([
    ["a denied opening", "to_pod", segment(other, db, [40000, 22], TCP_SYN)],
    ["a VLAN tag", "to_pod", vlan],
    ["an unknown EtherType", "from_pod", frame(0x88cc, Buffer.alloc(46))],
    ["a later fragment without its first", "to_pod", later],
    ["another pod's source", "from_pod", segment(other, web, [40000, 8080], TCP_SYN)],
    ["TCP without a connection", "to_pod", segment(web, db, [40000, 5432], TCP_ACK)],
    ["a router advertisement", "from_pod", discovery(134, LINK_LOCAL)],
  ] as const)("%s passes, and is reported", async (_, hook, packet) => {
    const { verdict, events } = await shop.judge({ hook, packet, fresh: true });
    expect([verdict, events.map((event) => event.verdict)]).toEqual(["pass", ["audit"]]);
  });
});
