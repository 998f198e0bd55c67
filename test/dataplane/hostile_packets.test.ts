import fc from "fast-check";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  bytesOf,
  frame,
  ipPacket,
  ipv4Header,
  openingPacket,
  openingPayload,
  tcpSegment,
  u16,
  u32,
} from "../../src/verify/packet.js";
import { TCP_ACK, TCP_SYN } from "../../src/verify/packet.js";
import { hostView } from "./host_view.js";
import type { View } from "./host_view.js";
import { IP, openShop } from "./shop.js";
import type { Shop } from "./shop.js";

const asRoot = describe.skipIf(process.getuid?.() !== 0);
const FORMS = ["specialised", "table"] as const;
const ALLOWED = { TCP: 5432, UDP: 5353, SCTP: 9999 } as const;
/** The kernel's test runs refuse a frame without a whole IP header; on a link such a frame ends in the receiver's IP stack. */
const SHORTEST = { 4: 14 + 20, 6: 14 + 40 } as const;
const PROTOCOLS = ["TCP", "UDP", "SCTP"] as const;

const opening = (
  protocol: (typeof PROTOCOLS)[number],
  family: 4 | 6,
  from: keyof (typeof IP)[4],
  port: number,
) => openingPacket({ protocol, from: IP[family][from], to: IP[family].db, sourcePort: 40000, port });

/** An IPv4 packet from web to db, part by part. */
const ipv4 = (protocol: number, payload: Buffer, fields: Parameters<typeof ipv4Header>[4] = {}) =>
  frame(
    0x0800,
    Buffer.concat([ipv4Header(bytesOf(IP[4].web), bytesOf(IP[4].db), protocol, payload, fields), payload]),
  );

/** An IPv6 packet from web to db with extension headers: each a next-header number and its bytes after the first. */
function ipv6(
  headers: readonly (readonly [number: number, rest: Buffer])[],
  protocol: number,
  payload: Buffer,
): Buffer {
  const chain = headers.map(([, rest], index) =>
    Buffer.concat([Buffer.from([headers[index + 1]?.[0] ?? protocol]), rest]),
  );
  const first = headers[0]?.[0] ?? protocol;
  return ipPacket(IP[6].web, IP[6].db, first, Buffer.concat([...chain, payload]));
}

const SYN = openingPayload("TCP", 40000, 5432);
const DENIED_SYN = openingPayload("TCP", 40000, 22);
const fragment6 = (offset: number, more: boolean, id: number): readonly [number, Buffer] => [
  44,
  Buffer.concat([Buffer.from([0]), u16(offset | (more ? 1 : 0)), u32(id)]),
];
const padding = (number: 0 | 60, words = 0): readonly [number, Buffer] => [
  number,
  Buffer.concat([Buffer.from([words, 1, 4 + words * 8]), Buffer.alloc(4 + words * 8)]),
];
const routing = (segmentsLeft: number): readonly [number, Buffer] => [
  43,
  Buffer.concat([Buffer.from([2, 0, segmentsLeft]), Buffer.alloc(4), bytesOf(IP[6].other)]),
];

asRoot.each(FORMS)("hostile packets, %s form", (form) => {
  let shop: Shop;
  beforeAll(async () => void (shop = await openShop(form)));
  afterAll(() => shop?.close());

  describe.each([4, 6] as const)("IPv%i", (family) => {
    test.each(PROTOCOLS)("%s: what policy allows passes, what it denies does not", async (protocol) => {
      expect(await shop.toDb(opening(protocol, family, "web", ALLOWED[protocol]), true)).toBe("pass");
      expect(await shop.toDb(opening(protocol, family, "web", 22), true)).toBe("drop");
      expect(await shop.toDb(opening(protocol, family, "other", ALLOWED[protocol]), true)).toBe("drop");
      expect(await shop.toDb(opening(protocol, family, "ops", 22), true)).toBe("pass");
    });

    test.each(PROTOCOLS)("%s: cut short at any length, an allowed packet is dropped", async (protocol) => {
      const whole = opening(protocol, family, "web", ALLOWED[protocol]);
      for (let length = SHORTEST[family]; length < whole.length; length++)
        expect(await shop.toDb(whole.subarray(0, length), true), `${length} of ${whole.length} bytes`).toBe(
          "drop",
        );
    });

    test.each(PROTOCOLS)(
      "%s: a transport header that the IP length cuts short is dropped",
      async (protocol) => {
        const whole = opening(protocol, family, "web", ALLOWED[protocol]);
        const [at, headers] = family === 4 ? [16, 20] : [18, 0];
        const least = headers + (protocol === "TCP" ? 20 : 8);
        for (let length = 0; length < least; length++) {
          const packet = Buffer.from(whole);
          packet.writeUInt16BE(length, at);
          expect(await shop.toDb(packet, true), `IP length ${length}`).toBe("drop");
        }
        const packet = Buffer.from(whole);
        packet.writeUInt16BE(least, at);
        expect(await shop.toDb(packet, true), "exactly the header").toBe("pass");
      },
    );

    test("bytes after the end of the IP packet change nothing", async () => {
      const padded = (port: number) =>
        Buffer.concat([opening("TCP", family, "web", port), Buffer.alloc(20, 0xff)]);
      expect(await shop.toDb(padded(5432), true)).toBe("pass");
      expect(await shop.toDb(padded(22), true)).toBe("drop");
    });

    test("a TCP data offset below 5 or beyond the packet is dropped", async () => {
      for (const offset of [0, 1, 4, 6, 15]) {
        const packet = opening("TCP", family, "web", 5432);
        packet[(family === 4 ? 34 : 54) + 12] = offset << 4;
        expect(await shop.toDb(packet, true), `data offset ${offset}`).toBe("drop");
      }
    });

    test("a VLAN tag hides nothing: tagged packets are dropped", async () => {
      const plain = opening("TCP", family, "web", 5432);
      for (const tag of ["81000001", "88a80001", "8100000181000002", "91000001"]) {
        const tagged = Buffer.concat([plain.subarray(0, 12), Buffer.from(tag, "hex"), plain.subarray(12)]);
        expect(await shop.toDb(tagged, true), tag).toBe("drop");
      }
    });

    test("any version that is not the EtherType's is dropped", async () => {
      for (let version = 0; version < 16; version++) {
        if (version === family) continue;
        const packet = opening("TCP", family, "web", 5432);
        packet[14] = (version << 4) | (packet[14]! & 15);
        expect(await shop.toDb(packet, true), `version ${version}`).toBe("drop");
      }
    });

    test("a SYN in reply direction is a connection of its own", async () => {
      const { web, db } = IP[family];
      const reply = (flags: number) => ipPacket(db, web, 6, tcpSegment(5432, 40000, flags));
      expect(await shop.fromDb(reply(TCP_SYN | TCP_ACK), true), "an answer to nothing").toBe("drop");
      expect(await shop.toDb(opening("TCP", family, "web", 5432), true)).toBe("pass");
      expect(await shop.fromDb(reply(TCP_SYN), false), "SYN").toBe("drop");
      expect(await shop.fromDb(reply(TCP_SYN | TCP_ACK), false), "SYN and ACK").toBe("pass");
      expect(await shop.fromDb(reply(TCP_ACK), false), "ACK").toBe("pass");
      expect(await shop.fromDb(reply(TCP_SYN), false), "SYN in an established connection").toBe("drop");
      expect(
        await shop.fromDb(ipPacket(db, web, 6, tcpSegment(5432, 40001, TCP_ACK)), false),
        "another port",
      ).toBe("drop");
      expect(
        await shop.fromDb(ipPacket(db, IP[family].other, 6, tcpSegment(5432, 40000, TCP_ACK)), false),
        "another host",
      ).toBe("drop");
    });

    test("no TCP flags turn a denied packet into an allowed one", async () => {
      for (let flags = 0; flags < 256; flags++) {
        const { web, db } = IP[family];
        expect(
          await shop.toDb(ipPacket(web, db, 6, tcpSegment(40000, 22, flags)), true),
          `to db, flags ${flags}`,
        ).toBe("drop");
        expect(
          await shop.fromDb(ipPacket(db, web, 6, tcpSegment(5432, 40000, flags)), true),
          `from db, flags ${flags}`,
        ).toBe("drop");
      }
    });

    test("no protocol number carries a denied port, and only an open peer's other protocols pass", async () => {
      for (let protocol = 0; protocol < 256; protocol++) {
        const packet = (from: "web" | "ops") =>
          ipPacket(IP[family][from], IP[family].db, protocol, DENIED_SYN);
        const view = hostView(packet("web"));
        expect(await shop.toDb(packet("web"), true), `protocol ${protocol} from web`).toBe("drop");
        expect(await shop.toDb(packet("ops"), true), `protocol ${protocol} from ops`).toBe(
          view.kind === "flow" ? "pass" : "drop",
        );
      }
    });
  });

  test("an IPv4 header length below 5, or that swallows the ports, is dropped", async () => {
    for (let words = 0; words < 16; words++) {
      if (words === 5) continue;
      const packet = opening("TCP", 4, "web", 5432);
      packet[14] = 0x40 | words;
      expect(await shop.toDb(packet, true), `header length ${words}`).toBe("drop");
    }
  });

  test("IPv4 options are read past; source routes and broken options are dropped", async () => {
    const withOptions = (hex: string, payload = SYN) =>
      ipv4(6, payload, { options: Buffer.from(hex, "hex") });
    const timestamp = "440c050100000000deadbeef".padEnd(24, "0");
    expect(await shop.toDb(withOptions("01010101"), true), "no-operation").toBe("pass");
    expect(await shop.toDb(withOptions("94040000"), true), "router alert").toBe("pass");
    expect(await shop.toDb(withOptions(timestamp), true), "timestamp").toBe("pass");
    expect(await shop.toDb(withOptions("00ffffff"), true), "end of list").toBe("pass");
    expect(await shop.toDb(withOptions("01".repeat(40)), true), "forty bytes").toBe("pass");
    expect(await shop.toDb(withOptions("01010101", DENIED_SYN), true), "a denied port behind options").toBe(
      "drop",
    );
    const dropped = {
      "loose source route": "8307040a40000400",
      "strict source route": "8907040a40000400",
      "source route after others": "0101018307040a4000040000",
      "source route as the last byte": "01010183",
      "length 0": "44000000",
      "length 1": "44010000",
      "length beyond the header": "44090000",
      "no length": "01010144",
    };
    for (const [what, hex] of Object.entries(dropped))
      expect(await shop.toDb(withOptions(hex), true), what).toBe("drop");
  });

  test("later IPv4 fragments follow their first one, by its identification", async () => {
    const [head, tail] = [Buffer.concat([SYN, Buffer.alloc(20)]), Buffer.alloc(16)];
    const first = (id: number, payload = head) => ipv4(6, payload, { id, moreFragments: true });
    const later = (id: number) => ipv4(6, tail, { id, fragmentOffset: 40 });
    expect(await shop.toDb(later(7), true), "before any first one").toBe("drop");
    expect(await shop.toDb(first(7))).toBe("pass");
    expect(await shop.toDb(later(7))).toBe("pass");
    expect(await shop.toDb(later(8)), "of another packet").toBe("drop");
    expect(await shop.fromDb(later(7)), "at the other hook").toBe("drop");
    expect(await shop.toDb(first(9, Buffer.concat([DENIED_SYN, Buffer.alloc(20)])))).toBe("drop");
    expect(await shop.toDb(later(9)), "of a denied packet").toBe("drop");
  });

  test("IPv4 fragments too small for a header, or that overlap it, are dropped", async () => {
    expect(
      await shop.toDb(ipv4(6, SYN.subarray(0, 8), { id: 1, moreFragments: true }), true),
      "tiny first",
    ).toBe("drop");
    expect(
      await shop.toDb(ipv4(6, SYN.subarray(0, 16), { id: 1, moreFragments: true }), true),
      "16 bytes",
    ).toBe("drop");
    expect(
      await shop.toDb(ipv4(6, Buffer.concat([SYN, Buffer.alloc(4)]), { id: 2, moreFragments: true }), true),
    ).toBe("pass");
    for (const fragmentOffset of [8, 16]) {
      const over = ipv4(6, DENIED_SYN, { id: 2, fragmentOffset });
      expect(await shop.toDb(over), `over the header at ${fragmentOffset}`).toBe("drop");
    }
    const second = ipv4(6, Buffer.concat([DENIED_SYN, Buffer.alloc(4)]), { id: 2, moreFragments: true });
    expect(await shop.toDb(second), "a second first one with a denied port").toBe("drop");
  });

  test("IPv6 extension headers are read past, in any order", async () => {
    const chains = {
      "hop-by-hop": [padding(0)],
      "destination options": [padding(60, 2)],
      "hop-by-hop, destination options": [padding(0), padding(60)],
      "routing without hops left": [routing(0)],
      "an atomic fragment": [fragment6(0, false, 1)],
      "five headers": [padding(0), padding(60), routing(0), fragment6(0, false, 1), padding(60)],
    } as const;
    for (const [what, chain] of Object.entries(chains)) {
      expect(await shop.toDb(ipv6(chain, 6, SYN), true), what).toBe("pass");
      expect(await shop.toDb(ipv6(chain, 6, DENIED_SYN), true), `${what}, a denied port`).toBe("drop");
    }
  });

  test("IPv6 chains that are cut, endless or lead elsewhere are dropped", async () => {
    const long = Array.from({ length: 20 }, () => padding(60));
    expect(await shop.toDb(ipv6(long, 6, SYN), true), "twenty headers").toBe("drop");
    expect(await shop.toDb(ipv6([routing(1)], 6, SYN), true), "a hop left").toBe("drop");
    expect(
      await shop.toDb(ipv6([padding(0), routing(255)], 6, SYN), true),
      "hops left, behind another header",
    ).toBe("drop");
    expect(
      await shop.toDb(ipv6([[60, Buffer.from([255, 1, 4, 0, 0, 0, 0])]], 6, SYN), true),
      "longer than the packet",
    ).toBe("drop");
    const whole = ipv6([padding(0), padding(60)], 6, SYN);
    for (let length = 54; length < whole.length; length++) {
      const packet = Buffer.from(whole.subarray(0, length));
      packet.writeUInt16BE(length - 54, 18);
      expect(await shop.toDb(packet, true), `the whole packet ends after ${length} bytes`).toBe("drop");
    }
  });

  test("later IPv6 fragments follow their first one", async () => {
    const head = Buffer.concat([SYN, Buffer.alloc(20)]);
    const later = (id: number, offset = 40) => ipv6([fragment6(offset, false, id)], 6, Buffer.alloc(16));
    expect(await shop.toDb(later(7), true), "before any first one").toBe("drop");
    expect(await shop.toDb(ipv6([fragment6(0, true, 7)], 6, head))).toBe("pass");
    expect(await shop.toDb(later(7))).toBe("pass");
    expect(await shop.toDb(later(8)), "of another packet").toBe("drop");
    expect(await shop.toDb(later(7, 8)), "over the header").toBe("drop");
    expect(
      await shop.toDb(ipv6([fragment6(0, true, 9)], 6, Buffer.concat([DENIED_SYN, Buffer.alloc(20)]))),
    ).toBe("drop");
    expect(await shop.toDb(later(9)), "of a denied packet").toBe("drop");
    expect(await shop.toDb(ipv6([fragment6(0, true, 10)], 6, SYN.subarray(0, 8))), "tiny first").toBe("drop");
  });

  test("neighbour discovery passes only from this link", async () => {
    const solicitation = (hopLimit: number) => {
      const packet = ipPacket(
        IP[6].other,
        IP[6].db,
        58,
        Buffer.concat([Buffer.from([135, 0, 0, 0]), Buffer.alloc(20)]),
      );
      packet[21] = hopLimit;
      return packet;
    };
    expect(await shop.toDb(solicitation(255), true)).toBe("pass");
    expect(await shop.toDb(solicitation(254), true)).toBe("drop");
  });

  test("an ICMP error passes only if it quotes a connection that is known", async () => {
    const error = (quoted: Buffer) =>
      ipPacket(IP[4].other, IP[4].db, 1, Buffer.concat([Buffer.from([3, 4, 0, 0, 0, 0, 5, 0]), quoted]));
    const sent = ipPacket(IP[4].db, IP[4].web, 6, tcpSegment(5432, 40000, TCP_ACK)).subarray(14);
    expect(await shop.toDb(error(sent), true), "about nothing").toBe("drop");
    expect(await shop.toDb(opening("TCP", 4, "web", 5432))).toBe("pass");
    expect(await shop.toDb(error(sent)), "about a connection").toBe("pass");
    const another = ipPacket(IP[4].db, IP[4].web, 6, tcpSegment(5432, 40001, TCP_ACK)).subarray(14);
    expect(await shop.toDb(error(another)), "about another port").toBe("drop");
    for (let length = 0; length < 28; length++)
      expect(await shop.toDb(error(sent.subarray(0, length))), `quoting ${length} bytes`).toBe("drop");
  });

  test("no change to a packet makes one pass that policy denies", async () => {
    const bases = PROTOCOLS.flatMap((protocol) =>
      ([4, 6] as const).flatMap((family) => [
        opening(protocol, family, "web", ALLOWED[protocol]),
        opening(protocol, family, "web", 22),
        opening(protocol, family, "other", ALLOWED[protocol]),
        opening(protocol, family, "ops", 22),
      ]),
    ).concat(
      ipv6([padding(0), fragment6(0, false, 1)], 6, SYN),
      ipv6([padding(60), routing(0)], 17, openingPayload("UDP", 40000, 5353)),
      ipv4(6, SYN, { options: Buffer.from("9404000001010101", "hex") }),
      ipv4(6, Buffer.concat([SYN, Buffer.alloc(4)]), { moreFragments: true }),
    );
    let passed = 0;
    const property = fc.asyncProperty(fc.constantFrom(...bases), mutations, async (base, changes) => {
      const packet = changes.reduce((bytes, change) => change(bytes), base);
      if (!canRun(packet)) return;
      if ((await shop.toDb(packet, true)) === "drop") return;
      passed++;
      expect(allowedIntoDb(hostView(packet)), packet.toString("hex")).toBe(true);
    });
    await fc.assert(property, { numRuns: 8_000 });
    expect(passed, "packets that passed at all").toBeGreaterThan(400);
  });

  test("no change to an answer makes one pass that belongs to no connection", async () => {
    let passed = 0;
    const property = fc.asyncProperty(
      fc.constantFrom(4 as const, 6 as const),
      fc.integer({ min: 0, max: 255 }),
      mutations,
      async (family, flags, changes) => {
        const { web, db } = IP[family];
        await shop.toDb(opening("TCP", family, "web", 5432), true);
        const answer = ipPacket(db, web, 6, tcpSegment(5432, 40000, flags));
        const packet = changes.reduce((bytes, change) => change(bytes), answer);
        if (!canRun(packet) || (await shop.fromDb(packet)) === "drop") return;
        passed++;
        expect(allowedFromDb(hostView(packet), family), packet.toString("hex")).toBe(true);
      },
    );
    await fc.assert(property, { numRuns: 4_000 });
    expect(passed, "answers that passed at all").toBeGreaterThan(200);
  });
});

/** Changes of bytes anywhere, of the fields that matter most, of the length. */
const mutations = fc.array(
  fc.oneof(
    fc.tuple(fc.nat(), fc.integer({ min: 0, max: 255 })).map(
      ([at, value]) =>
        (bytes: Buffer) =>
          written(bytes, at % Math.max(bytes.length, 1), value),
    ),
    fc
      .tuple(
        fc.constantFrom(12, 13, 14, 16, 17, 18, 19, 20, 21, 23, 30, 33, 36, 37, 46, 53, 54, 55, 56, 57),
        fc.integer({ min: 0, max: 255 }),
      )
      .map(
        ([at, value]) =>
          (bytes: Buffer) =>
            written(bytes, at, value),
      ),
    fc.nat().map((length) => (bytes: Buffer) => bytes.subarray(0, length % (bytes.length + 1))),
    fc.tuple(fc.nat(), fc.uint8Array({ maxLength: 24 })).map(([at, extra]) => (bytes: Buffer) => {
      const cut = at % (bytes.length + 1);
      return Buffer.concat([bytes.subarray(0, cut), extra, bytes.subarray(cut)]);
    }),
  ),
  { maxLength: 4 },
);

function canRun(packet: Buffer): boolean {
  if (packet.length < 15) return false;
  const etherType = packet.readUInt16BE(12);
  return etherType === 0x0800
    ? packet.length >= SHORTEST[4]
    : etherType !== 0x86dd || packet.length >= SHORTEST[6];
}

function written(bytes: Buffer, at: number, value: number): Buffer {
  if (at >= bytes.length) return bytes;
  const copy = Buffer.from(bytes);
  copy[at] = value;
  return copy;
}

const hex = (ip: string) => bytesOf(ip).toString("hex");
const NUMBER = { TCP: 6, UDP: 17, SCTP: 132 } as const;

/** The policy of `shop.ts`, for packets to db's program: whatever their destination says, db is the subject. */
function allowedIntoDb(view: View): boolean {
  if (view.kind !== "flow") return view.kind === "link";
  const { source, protocol, destinationPort } = view;
  if (source === hex(IP[4].ops) || source === hex(IP[6].ops)) return true;
  const web = source === hex(IP[4].web) || source === hex(IP[6].web);
  return web && PROTOCOLS.some((name) => protocol === NUMBER[name] && destinationPort === ALLOWED[name]);
}

/** What db may send while web's connection to 5432 is the only one. */
function allowedFromDb(view: View, family: 4 | 6): boolean {
  if (view.kind !== "flow") return view.kind === "link";
  const { source, destination, protocol, sourcePort, destinationPort, opens } = view;
  const toWeb = destination === hex(IP[4].web) || destination === hex(IP[6].web);
  if (toWeb && protocol === 6 && destinationPort === 8080) return true;
  const answers =
    source === hex(IP[family].db) &&
    destination === hex(IP[family].web) &&
    sourcePort === 5432 &&
    destinationPort === 40000;
  return answers && protocol === 6 && !opens;
}
