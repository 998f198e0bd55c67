import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { SERVICES, nodeIp, nodePort } from "../../../src/conformance/services/objects.js";
import type { SampleService } from "../../../src/conformance/services/objects.js";
import { World } from "../../../src/conformance/services/world.js";
import { Capture } from "../../../src/lab/capture/capture.js";
import { INTERNET_LINK, netnsPath } from "../../../src/lab/topology.js";
import { noLab } from "../leftovers.js";
import { icmpTooBig } from "./icmp_packet.js";

const MINUTE = 60_000;
/** Its pod does not listen. */
const DEAF: SampleService = {
  ...{ name: "deaf", number: 30, spec: { type: "NodePort" }, endpoints: [{ of: "pod web-2" }] },
  targets: { tcp: 9999, udp: 9999 },
};
const TWIN = 19; // web-2 alone

describe.skipIf(noLab).each(["opt", "ipip", "geneve", "snat"] as const)("errors about what a service said, %s", (mode) => {
  let world: World;
  let podLink: Capture;
  beforeAll(async () => {
    world = await World.up(mode, { services: [...SERVICES, DEAF] });
    podLink = await Capture.start(netnsPath(world.lab.endpoints().get("conf/web-2")!), ["eth0"]);
  }, 3 * MINUTE);
  afterAll(async () => {
    await podLink?.stop();
    await world?.down();
  }, MINUTE);

  test.each([4, 6] as const)("a pod's port unreachable comes from the address that was asked for, about the packet that was sent, IPv%s", async (family) => {
    const [address, port] = [nodeIp("node-1", family), nodePort(DEAF.number, "udp")];
    const before = world.services.capture.count;
    const { seen } = await world.open("outside", { address, port, protocol: "UDP" });
    expect(seen.result).toBe("icmp port-unreachable");
    const frames = await world.services.capture.since(before);
    const errors = frames.filter(({ link, direction, packet }) => link === INTERNET_LINK && direction === "out" && packet?.icmp?.quoted);
    expect(errors.map(({ packet }) => packet)).toMatchObject([
      { source: address, icmp: { quoted: { destination: address, destinationPort: port } } },
    ]);
  });

  test.each([4, 6] as const)("a pod's reset comes from the address that was asked for, IPv%s", async (family) => {
    const [address, port] = [nodeIp("node-1", family), nodePort(DEAF.number)];
    const before = world.services.capture.count;
    const { seen } = await world.open("outside", { address, port });
    expect(seen.result).toBe("reset");
    const frames = await world.services.capture.since(before);
    const toClient = frames.filter(({ link, direction, packet }) => link === INTERNET_LINK && direction === "out" && packet?.tcp);
    expect(toClient.map(({ packet }) => [packet!.source, packet!.sourcePort])).toEqual([[address, port]]);
  });

  // Told by a router near the client, which knows the service's address alone; it comes by any node.
  test.each([4, 6] as const)("packet too big about a reply reaches the backend, which sends smaller segments then, IPv%s", async (family) => {
    const [address, port] = [nodeIp("node-1", family), nodePort(TWIN)];
    const client = world.ownAddress("outside", address);
    const sourcePort = world.sourcePort();
    const before = world.services.capture.count;
    const { session, seen } = await world.open("outside", { address, port, sourcePort });
    expect(seen.result).toBe("connected");
    const frames = await world.services.capture.since(before);
    const reply = frames.filter(({ link, direction, packet }) => link === INTERNET_LINK && direction === "out" && packet?.tcp).at(-1)!.packet!;
    const next = reply.tcp!.sequence + reply.tcp!.payload;
    world.probe("outside").send(
      icmpTooBig(client, address, 1300, { source: address, sourcePort: port, destination: client, destinationPort: sourcePort, sequence: next }),
    );
    const podBefore = podLink.count;
    expect((await session.ask(3000, 20000)).result).toBe("connected");
    await session.end("reset");
    const sent = (await podLink.since(podBefore)).filter(({ direction, packet }) => direction === "out" && (packet?.tcp?.payload ?? 0) > 0);
    expect(Math.max(...sent.map(({ segment, packet }) => segment ?? packet!.tcp!.payload))).toBeLessThanOrEqual(1300 - (family === 4 ? 40 : 60));
  });
});

