import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { nodeIp, nodePort } from "../../../src/conformance/services/objects.js";
import { World } from "../../../src/conformance/services/world.js";
import { run } from "../../../src/lab/command.js";
import { INTERNET_LINK } from "../../../src/lab/topology.js";
import { noLab } from "../leftovers.js";
import { isTooBig, sizeOnWire } from "./wire.js";

const MINUTE = 60_000;
const PLAIN = 1;

/** What each mode adds to a full packet, and whether it does to TCP data that follows the opening. */
const OVERHEAD = {
  opt: { tcp: { 4: 0, 6: 0 }, udp: { 4: 8, 6: 24 } },
  ipip: { tcp: { 4: 20, 6: 40 }, udp: { 4: 20, 6: 40 } },
  geneve: { tcp: { 4: 48, 6: 80 }, udp: { 4: 48, 6: 80 } },
  snat: { tcp: { 4: 0, 6: 0 }, udp: { 4: 0, 6: 0 } },
} as const;

describe.skipIf(noLab).each(["opt", "ipip", "geneve", "snat"] as const)("a 1500-byte network, %s", (mode) => {
  let world: World;
  beforeAll(async () => {
    world = await World.up(mode);
  }, 3 * MINUTE);
  afterAll(async () => {
    await world?.down();
  }, MINUTE);

  const transfer = async (protocol: "TCP" | "UDP", family: 4 | 6, options: object, size: number) => {
    const address = nodeIp("node-1", family);
    const port = nodePort(PLAIN, protocol === "TCP" ? "tcp" : "udp");
    const before = world.services.capture.count;
    const source = world.ownAddress("outside", address);
    const { sessions } = world.probe("outside");
    const session = await sessions.open({
      ...{ protocol, address, port, source, size, sourcePort: world.sourcePort(), timeoutMs: 5000 },
      ...options,
    });
    await session.end("reset");
    return { answer: session.first, frames: await world.services.capture.since(before), address };
  };

  test.each([4, 6] as const)("TCP in full segments goes through by IPv%s, and none is too big for the link", async (family) => {
    const { answer, frames, address } = await transfer("TCP", family, {}, 60000);
    expect(answer).toMatchObject({ result: "connected", from: { address } });
    expect(Math.max(...frames.map(sizeOnWire))).toBeLessThanOrEqual(1500);
    const told = frames.filter(({ link, direction, packet }) => link === INTERNET_LINK && direction === "out" && packet && isTooBig(packet));
    const overhead = OVERHEAD[mode].tcp[family];
    if (overhead === 0) expect(told).toEqual([]);
    else {
      // From the first segment that is too big; the source is the address that was asked for.
      expect(told.length).toBeGreaterThan(0);
      expect(told[0]!.packet).toMatchObject({
        source: address,
        icmp: { mtu: 1500 - overhead, quoted: { destination: address } },
      });
    }
  });

  test.each([4, 6] as const)("a datagram that a mode makes too big is answered with the size that fits, by IPv%s", async (family) => {
    // What the transfers before have taught the client's kernel is forgotten.
    for (const which of ["-4", "-6"]) await run("ip", ["-n", world.lab.plan.internet.netns, which, "route", "flush", "cache"]);
    const overhead = OVERHEAD[mode].udp[family];
    const full = 1500 - (family === 4 ? 28 : 48);
    const fits = await transfer("UDP", family, { doNotFragment: true }, full - overhead);
    expect([fits.answer.result, fits.answer.resent]).toEqual(["connected", 0]);
    if (overhead === 0) return;
    const { answer, frames, address } = await transfer("UDP", family, { doNotFragment: true }, full - overhead + 1);
    expect(answer).toMatchObject({ result: "error", reason: "EMSGSIZE" });
    const told = frames.filter(({ link, direction, packet }) => link === INTERNET_LINK && direction === "out" && packet && isTooBig(packet));
    expect(told.map(({ packet }) => [packet!.source, packet!.icmp!.mtu])).toEqual([[address, 1500 - overhead]]);
  });
});
