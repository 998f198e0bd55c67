/** How long a connection lives, and what ends it: RFC 9293, and the time-outs of conntrack.h. No test sleeps. */
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { TCP_ACK, TCP_FIN, TCP_RST, TCP_SYN, ipPacket, tcpSegment } from "../../src/verify/packet.js";
import { IP, openShop } from "./shop.js";
import type { Shop } from "./shop.js";

const asRoot = describe.skipIf(process.getuid?.() !== 0);
const HOUR = 3600;

asRoot.each([
  [4, "table"],
  [4, "specialised"],
  [6, "table"],
  [6, "specialised"],
] as const)("connections over IPv%i, by %s", (family, tier) => {
  let shop: Shop;
  beforeAll(async () => void (shop = await openShop(tier)));
  afterAll(() => shop?.close());

  const { web, db, other } = IP[family];
  /** db's policy lets web in on 5432, and db out to web on 8080 alone: without a connection, `fromDb` is denied. */
  const segment = (from: string, to: string, ports: readonly [number, number], flags: number) =>
    ipPacket(from, to, 6, tcpSegment(...ports, flags));
  const toDb = (flags: number, fresh = false) => shop.toDb(segment(web, db, [40000, 5432], flags), fresh);
  const fromDb = (flags: number) => shop.fromDb(segment(db, web, [5432, 40000], flags), false);

  async function establish(): Promise<void> {
    expect(await toDb(TCP_SYN, true)).toBe("pass");
    expect(await fromDb(TCP_SYN | TCP_ACK)).toBe("pass");
    expect(await toDb(TCP_ACK)).toBe("pass");
  }

  test("an established connection is quiet for hours and goes on", async () => {
    await establish();
    shop.wait(5 * HOUR);
    expect(await fromDb(TCP_ACK)).toBe("pass");
  });

  test("an established connection that is quiet for six days is forgotten", async () => {
    await establish();
    shop.wait(6 * 24 * HOUR);
    expect(await fromDb(TCP_ACK)).toBe("drop");
  });

  test.each([
    ["the client", "to"],
    ["the server", "from"],
  ] as const)("a stream that %s has half closed goes on for hours, both ways", async (_, way) => {
    await establish();
    if (way === "to") expect(await toDb(TCP_FIN | TCP_ACK)).toBe("pass");
    else expect(await fromDb(TCP_FIN | TCP_ACK)).toBe("pass");
    shop.wait(2 * HOUR);
    expect(await fromDb(TCP_ACK)).toBe("pass");
    shop.wait(2 * HOUR);
    expect(await toDb(TCP_ACK)).toBe("pass");
    expect(await fromDb(TCP_ACK)).toBe("pass");
  });

  test("both ends have sent their FIN: late segments pass for a minute, and no longer", async () => {
    await establish();
    await toDb(TCP_FIN | TCP_ACK);
    await fromDb(TCP_FIN | TCP_ACK);
    shop.wait(50);
    expect(await fromDb(TCP_ACK)).toBe("pass");
    shop.wait(70);
    expect(await fromDb(TCP_ACK)).toBe("drop");
  });

  test("after a RST the connection is forgotten within a minute or so", async () => {
    await establish();
    await toDb(TCP_RST);
    shop.wait(70);
    expect(await fromDb(TCP_ACK)).toBe("drop");
  });

  test("a stray SYN of its opener does not end a connection", async () => {
    await establish();
    expect(await toDb(TCP_SYN)).toBe("pass");
    shop.wait(2 * HOUR);
    expect(await fromDb(TCP_ACK), "the server pushes").toBe("pass");
  });

  test("a connection with the ports of one that is over is a new one", async () => {
    await establish();
    await toDb(TCP_FIN | TCP_ACK);
    await fromDb(TCP_FIN | TCP_ACK);
    expect(await toDb(TCP_SYN)).toBe("pass");
    expect(await fromDb(TCP_SYN | TCP_ACK)).toBe("pass");
    expect(await toDb(TCP_ACK)).toBe("pass");
    shop.wait(2 * HOUR);
    expect(await fromDb(TCP_ACK)).toBe("pass");
  });

  test("an opening that nobody answers is forgotten within a minute or so", async () => {
    expect(await toDb(TCP_SYN, true)).toBe("pass");
    shop.wait(70);
    expect(await fromDb(TCP_SYN | TCP_ACK)).toBe("drop");
  });

  test("a RST without a connection makes none", async () => {
    expect(await toDb(TCP_RST, true)).toBe("drop");
    expect(await fromDb(TCP_ACK)).toBe("drop");
  });

  test("a denied SYN with the ports of a connection leaves it alone", async () => {
    await establish();
    expect(await shop.toDb(segment(other, db, [40000, 5432], TCP_SYN), false)).toBe("drop");
    expect(await fromDb(TCP_ACK)).toBe("pass");
  });
});
