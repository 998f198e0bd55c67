/** A pod that reaches itself by a service, and one that forges its source, with sockets of a real pod. */
import { execFileSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { DEFAULT_SERVICE_SETTINGS } from "../../../src/services/settings.js";
import { compileTiny, type ServiceObjects, type Sockets } from "../loader/harness.js";
import { COMPILING, privileged } from "./node.js";
import { RealPods } from "./real_pods.js";

const { hairpin4, hairpin6 } = DEFAULT_SERVICE_SETTINGS;

describe.skipIf(!privileged)("a pod whose service leads back to it", () => {
  let tools: ServiceObjects;
  let pods: RealPods;
  let pod: Sockets;

  beforeAll(async () => {
    tools = compileTiny();
    pods = new RealPods([9]);
    const services = (["10.96.0.1", "fd96::1"] as const).flatMap((address) => {
      const endpoints = [`${address.includes(":") ? "[fd00::9]" : "10.0.0.9"}:8080 local`];
      return (["TCP", "UDP"] as const).map((protocol) => ({ address, port: 80, protocol, endpoints }));
    });
    pods.apply(services, { hairpin4, hairpin6 });
    pod = pods.sockets(tools, 9);
    for (const address of ["10.0.0.9", "fd00::9"]) await pod.ask(`serve web ${address} 8080`);
  }, COMPILING);
  afterAll(async () => {
    await pods?.remove();
    tools?.remove();
  });

  test.each([
    ["IPv4", "10.96.0.1", "10.96.0.1:80"],
    ["IPv6", "fd96::1", "[fd96::1]:80"],
  ])("is answered by itself as the service, over TCP and UDP of %s", async (family, address, from) => {
    const socket = family === "IPv4" ? "0 4" : "1 6";
    expect(await pod.ask(`tcp ${address} 80`)).toBe(`web peer ${from}`);
    expect(await pod.ask(`open ${socket}`)).toBe("open");
    expect(await pod.ask(`to ${socket[0]} ${address} 80`)).toBe(`web from ${from}`);
  });

  test.each([
    ["IPv4", "10.0.0.8", "10.0.0.8/32 dev lo", "10.96.0.1"],
    ["IPv6", "fd00::8", "fd00::8/128 dev lo nodad", "fd96::1"],
  ])("opens nothing with another pod's source over %s", async (_, victim, given, service) => {
    const opened = () => pods.counters()["opened"] ?? 0;
    const before = opened();
    execFileSync("ip", ["-n", pods.netns(9), "addr", "add", ...given.split(" ")]);
    expect(await pod.ask(`from 4000 ${service} 80 ${victim}`)).toBe("sent");
    expect(opened()).toBe(before);
    expect(await pod.ask(`from 4000 ${service} 80`)).toBe("sent");
    expect(opened()).toBe(before + 1);
  });
});
