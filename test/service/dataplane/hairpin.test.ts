/** A pod that reaches itself by a service, and one that forges its source, with sockets of a real pod. */
import { execFileSync, spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_SERVICE_SETTINGS } from "../../../src/services/settings.js";
import { LOADER } from "../../loader/harness.js";
import { compileTiny, type ServiceObjects, Sockets } from "../loader/harness.js";
import { COMPILING, Node, privileged } from "./node.js";
import { tablesOf } from "./tables.js";

const NODE = `polc-hairpin-${process.pid}`;
const POD = `${NODE}-pod`;
const { hairpin4, hairpin6 } = DEFAULT_SERVICE_SETTINGS;

describe.skipIf(!privileged)("a pod whose service leads back to it", () => {
  let tools: ServiceObjects;
  let pod: Sockets;

  const inNode = (...words: string[]) =>
    execFileSync("nsenter", [`--net=/run/netns/${NODE}`, ...words], { encoding: "utf8" });

  beforeAll(async () => {
    tools = compileTiny();
    for (const command of [
      `netns add ${NODE}`,
      `netns add ${POD}`,
      `-n ${NODE} link add pod0 type veth peer name eth0 netns ${POD}`,
      ...["lo", "pod0"].map((link) => `-n ${NODE} link set ${link} up`),
      ...["lo", "eth0"].map((link) => `-n ${POD} link set ${link} up`),
      `-n ${NODE} addr add 10.0.0.1/32 dev pod0`,
      `-n ${NODE} addr add fd00::1/128 dev pod0 nodad`,
      `-n ${NODE} route add 10.0.0.9/32 dev pod0`,
      `-n ${NODE} -6 route add fd00::9/128 dev pod0`,
      `-n ${POD} addr add 10.0.0.9/32 dev eth0`,
      `-n ${POD} addr add fd00::9/128 dev eth0 nodad`,
      `-n ${POD} route add 10.0.0.1/32 dev eth0`,
      `-n ${POD} route add default via 10.0.0.1`,
      `-n ${POD} -6 route add fd00::1/128 dev eth0`,
      `-n ${POD} -6 route add default via fd00::1`,
    ])
      execFileSync("ip", command.split(" "));
    inNode("sysctl", "-qw", "net.ipv4.ip_forward=1", "net.ipv6.conf.all.forwarding=1");
    const services = (["10.96.0.1", "fd96::1"] as const).flatMap((address) => {
      const endpoints = [`${address.includes(":") ? "[fd00::9]" : "10.0.0.9"}:8080 local`];
      return (["TCP", "UDP"] as const).map((protocol) => ({ address, port: 80, protocol, endpoints }));
    });
    const state = Node.state(
      {
        ...tablesOf(services),
        pods: [{ name: "shop/web", interface: "pod0", addresses: ["10.0.0.9", "fd00::9"] }],
      },
      { hairpin4, hairpin6 },
    );
    inNode(LOADER, "services", "apply", "--instance", NODE, state);
    pod = new Sockets(tools, POD);
    for (const address of ["10.0.0.9", "fd00::9"]) await pod.ask(`serve web ${address} 8080`);
  }, COMPILING);
  afterAll(async () => {
    await pod?.end();
    spawnSync("nsenter", [`--net=/run/netns/${NODE}`, LOADER, "services", "detach", "--instance", NODE]);
    for (const name of [POD, NODE]) spawnSync("ip", ["netns", "del", name]);
    tools?.remove();
  });

  const counters = () =>
    JSON.parse(inNode(LOADER, "services", "status", "--instance", NODE)).counters as Record<string, number>;

  test.each([
    ["IPv4", "10.96.0.1", "10.96.0.1:80"],
    ["IPv6", "fd96::1", "[fd96::1]:80"],
  ])("is answered by itself as the service, over TCP and UDP of %s", async (family, address, from) => {
    const socket = family === "IPv4" ? "0 4" : "1 6";
    expect(await pod.ask(`tcp ${address} 80`)).toBe(`web peer ${from}`);
    expect(await pod.ask(`open ${socket}`)).not.toMatch(/^E/);
    expect(await pod.ask(`to ${socket[0]} ${address} 80`)).toBe(`web from ${from}`);
  });

  test.each([
    ["IPv4", "10.0.0.8", "32", "10.96.0.1"],
    ["IPv6", "fd00::8", "128", "fd96::1"],
  ])("opens nothing with another pod's source over %s", async (_, victim, length, service) => {
    const opened = () => counters()["opened"] ?? 0;
    const before = opened();
    execFileSync("ip", ["-n", POD, "addr", "add", `${victim}/${length}`, "dev", "lo"]);
    expect(await pod.ask(`from 4000 ${service} 80 ${victim}`)).toBe("sent");
    expect(opened()).toBe(before);
    expect(await pod.ask(`from 4000 ${service} 80`)).toBe("sent");
    expect(opened()).toBe(before + 1);
  });
});
