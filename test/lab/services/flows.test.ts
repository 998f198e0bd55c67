import { afterAll, beforeAll, describe, expect, test } from "vitest";
import {
  NAMESPACE,
  SERVICES,
  balancerIp,
  clusterIp,
  nodeIp,
  nodePort,
  sampleCluster,
} from "../../../src/conformance/services/objects.js";
import { World } from "../../../src/conformance/services/world.js";
import type { EndpointSlice } from "../../../src/ir/service.js";
import { Capture } from "../../../src/lab/capture/capture.js";
import { run } from "../../../src/lab/command.js";
import { INTERNET_LINK, netnsPath } from "../../../src/lab/topology.js";
import { noLab } from "../leftovers.js";
import { innermost } from "./wire.js";

const MINUTE = 60_000;
const PLAIN = 1;
const BALANCER = 5;
const WEB = { "pod web-2": `${NAMESPACE}/web-2`, "pod web-3": `${NAMESPACE}/web-3` };

/** The slices of a sample with these endpoints. */
function slices(name: string, ...of: string[]): readonly EndpointSlice[] {
  const service = SERVICES.find((each) => each.name === name)!;
  return sampleCluster([{ ...service, endpoints: of.map((each) => ({ of: each })) }]).slices!;
}

describe.skipIf(noLab).each(["opt", "ipip", "geneve", "snat"] as const)("flows of services, %s", (mode) => {
  let world: World;
  const podLinks: Capture[] = [];
  beforeAll(async () => {
    world = await World.up(mode);
    for (const name of Object.values(WEB))
      podLinks.push(await Capture.start(netnsPath(world.lab.endpoints().get(name)!), ["eth0"]));
  }, 3 * MINUTE);
  afterAll(async () => {
    for (const link of podLinks) await link.stop();
    await world?.down();
  }, MINUTE);
  const set = (name: string, ...of: string[]) =>
    world.services.update(slices(name, ...of).map((slice) => ({ kind: "slice", slice })));

  test.each([4, 6] as const)(
    "fragments follow their first, both ways, and nothing of the mode reaches the pod, IPv%s",
    async (family) => {
      const address = nodeIp("node-1", family);
      const before = [world.services.capture.count, ...podLinks.map((link) => link.count)];
      const { sessions } = world.probe("outside");
      const source = world.ownAddress("outside", address);
      const session = await sessions.open({
        ...{
          protocol: "UDP",
          address,
          port: nodePort(PLAIN, "udp"),
          source,
          size: 5000,
          sourcePort: world.sourcePort(),
          timeoutMs: 3000,
        },
        unconnected: true, // a connected one is told of packet too big by an error, and asks again itself
      });
      const again = await session.ask(3000, 9000);
      await session.end();
      expect([session.first.result, again.result]).toEqual(["connected", "connected"]);
      const toClient = (await world.services.capture.since(before[0])).filter(
        ({ link, direction, packet }) =>
          link === INTERNET_LINK && direction === "out" && packet?.protocol === 17,
      );
      expect(toClient.length).toBeGreaterThanOrEqual(11);
      expect([...new Set(toClient.map(({ packet }) => packet!.source))]).toEqual([address]);
      for (const [index, link] of podLinks.entries())
        for (const { packet } of await link.since(before[index + 1]))
          expect([packet?.options ?? [], packet?.inner]).toEqual([[], undefined]);
    },
  );

  test("no option and no encapsulation reaches the pod of a TCP connection", async () => {
    const before = podLinks.map((link) => link.count);
    for (let index = 0; index < 6; index++)
      expect(
        (await world.connect("outside", { address: nodeIp("node-1"), port: nodePort(PLAIN) })).result,
      ).toBe("connected");
    const seen = (await Promise.all(podLinks.map((link, index) => link.since(before[index])))).flat();
    const packets = seen.flatMap(({ packet }) => (packet?.tcp ? [packet] : []));
    expect(packets.length).toBeGreaterThan(20);
    expect(packets.filter(({ options, inner }) => options.length > 0 || inner)).toEqual([]);
  });

  test("TCP Fast Open: data in the SYN is answered", async () => {
    for (const netns of [world.lab.plan.internet.netns, ...world.lab.plan.pods.map((pod) => pod.netns)])
      await run("nsenter", [
        `--net=${netnsPath(netns)}`,
        "sh",
        "-c",
        "echo 0x607 >/proc/sys/net/ipv4/tcp_fastopen",
      ]);
    const before = world.services.capture.count;
    const { sessions } = world.probe("outside");
    const target = { protocol: "TCP" as const, address: nodeIp("node-1"), port: nodePort(PLAIN) };
    const source = world.ownAddress("outside", target.address);
    const answer = await sessions.ask({
      ...target,
      source,
      sourcePort: world.sourcePort(),
      fastOpen: true,
      timeoutMs: 3000,
    });
    expect(answer.result).toBe("connected");
    const opening = (await world.services.capture.since(before)).filter(
      ({ packet }) => packet && innermost(packet).tcp?.flags.startsWith("S"),
    );
    expect(
      opening.some(
        ({ packet }) => innermost(packet!).tcp!.flags === "SP" || innermost(packet!).tcp!.payload === 192,
      ),
    ).toBe(true);
  });

  test("connections of an endpoint that left go on, new ones get another, and no packet is from a pod's own address", async () => {
    const target = { address: nodeIp("node-1"), port: nodePort(PLAIN) };
    const before = world.services.capture.count;
    const open = await Promise.all(Array.from({ length: 12 }, () => world.open("outside", target)));
    expect(new Set(open.map(({ seen }) => seen.answer?.server)).size).toBe(2);
    await set("plain", "pod web-3");
    const again = await Promise.all(open.map(({ session }) => session.ask(2000)));
    expect(again.map(({ server }) => server)).toEqual(open.map(({ seen }) => seen.answer!.server));
    const fresh = await Promise.all(Array.from({ length: 6 }, () => world.connect("outside", target)));
    expect(fresh.map(({ answer }) => answer?.server)).toEqual(fresh.map(() => WEB["pod web-3"]));
    await Promise.all(open.map(({ session }) => session.end("close")));
    await set("plain", "pod web-2", "pod web-3");
    const toClient = (await world.services.capture.since(before)).filter(
      ({ link, direction, packet }) => link === INTERNET_LINK && direction === "out" && packet?.tcp,
    );
    expect([...new Set(toClient.map(({ packet }) => packet!.source))]).toEqual([target.address]);
  });

  test("a pod that its service dropped still opens its own connections out", async () => {
    await set("plain", "pod web-3");
    await world.lab.probe("internet").listen([{ protocol: "TCP", port: 7070 }]);
    const asked = await Promise.all(
      Array.from({ length: 4 }, () =>
        world.lab.probe(WEB["pod web-2"]).sessions.ask({
          protocol: "TCP",
          address: world.lab.plan.internet.ipv4,
          port: 7070,
          timeoutMs: 2000,
        }),
      ),
    );
    expect(asked.map(({ result, seen }) => [result, seen?.address])).toEqual(
      asked.map(() => ["connected", "10.60.2.20"]),
    );
    await set("plain", "pod web-2", "pod web-3");
  });

  test("two services, one backend, one client port: both are told apart, or the second is refused at once", async () => {
    for (const twin of ["twin-a", "twin-b"]) await set(twin, "pod web-2");
    const sourcePort = world.sourcePort();
    const [a, b] = [19, 20].map((number) => ({
      address: nodeIp("node-1"),
      port: nodePort(number),
      sourcePort,
    }));
    const first = await world.open("outside", a!);
    const second = await world.open("outside", b!);
    expect(first.seen.result).toBe("connected");
    expect(["connected", "icmp port-unreachable", "reset"]).toContain(second.seen.result);
    expect((await first.session.ask(2000)).from).toEqual({ address: a!.address, port: a!.port });
    await first.session.end("reset");
    await second.session.end("reset");
  });

  test("a node's UDP socket gets another endpoint when its own goes; a connected one is ended, so that it connects again", async () => {
    await set("moving", "pod web-2", "pod web-3");
    for (const unconnected of [false, true]) {
      const { sessions } = world.probe("node");
      const target = {
        protocol: "UDP" as const,
        address: clusterIp(24),
        port: 53,
        unconnected,
        timeoutMs: 2000,
      };
      const session = await sessions.open(target);
      expect(session.first.result).toBe("connected");
      const left = session.first.server === WEB["pod web-2"] ? "pod web-3" : "pod web-2";
      await set("moving", left);
      const again = unconnected ? await session.ask(2000) : await sessions.ask(target);
      expect([unconnected, session.endedBy()?.reason]).toEqual([
        unconnected,
        unconnected ? undefined : "ECONNABORTED",
      ]);
      await session.end();
      await set("moving", "pod web-2", "pod web-3");
      expect([unconnected, again.result, again.server]).toEqual([unconnected, "connected", WEB[left]]);
    }
  });

  if (mode !== "snat")
    test("another node takes connections over in the middle: every node chooses the same endpoint", async () => {
      const address = balancerIp(BALANCER);
      await world.routeBy("node-1", [address]);
      const open = await Promise.all(
        Array.from({ length: 12 }, () => world.open("outside", { address, port: 80 })),
      );
      expect(new Set(open.map(({ seen }) => seen.answer?.server)).size).toBe(2);
      await world.routeBy("node-2", [address]);
      const again = await Promise.all(open.map(({ session }) => session.ask(2000)));
      expect(again.map(({ result, server }) => [result, server])).toEqual(
        open.map(({ seen }) => ["connected", seen.answer!.server]),
      );
      await world.routeBy("node-1", [address]);
      await Promise.all(open.map(({ session }) => session.end("reset")));
    });
});
