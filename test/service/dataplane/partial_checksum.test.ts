/** Checksums that the sender leaves to its device: whoever gets the packets checks them, since no device completes them here. */
import { execFileSync } from "node:child_process";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compileTiny, type ServiceObjects, type Sockets } from "../loader/harness.js";
import { COMPILING, privileged } from "./node.js";
import { RealPods } from "./real_pods.js";

const root = new URL("../../..", import.meta.url).pathname;

describe.skipIf(!privileged).each(["partial", "complete"] as const)("packets with %s checksums", (kind) => {
  let tools: ServiceObjects;
  let pods: RealPods;
  let client: Sockets;

  beforeAll(async () => {
    tools = compileTiny();
    execFileSync("cc", ["-O2", "-o", join(tools.dir, "wire"), join(root, "test/service/dispatch/wire.c")]);
    pods = new RealPods([2, 9]);
    const offload = (netns: string, link: string) =>
      execFileSync("nsenter", [`--net=/run/netns/${netns}`, join(tools.dir, "wire"), "offload", link]);
    // What leaves the node's end is summed by the kernel, behind the programs; what leaves a pod's, before them.
    for (const pod of pods.pods) {
      offload(pods.node, `pod${pod}`);
      if (kind === "complete") offload(pods.netns(pod), "eth0");
    }
    const services = (["10.96.0.1", "fd96::1"] as const).flatMap((address) => {
      const endpoints = [`${address.includes(":") ? "[fd00::2]" : "10.0.0.2"}:8080 local`];
      return (["TCP", "UDP"] as const).map((protocol) => ({ address, port: 80, protocol, endpoints }));
    });
    pods.apply(services);
    const server = pods.sockets(tools, 2);
    for (const address of ["10.0.0.2", "fd00::2"]) await server.ask(`serve web ${address} 8080`);
    client = pods.sockets(tools, 9);
  }, COMPILING);
  afterAll(async () => {
    await pods?.remove();
    tools?.remove();
  });

  test.each([
    ["IPv4", "10.96.0.1", "10.96.0.1:80"],
    ["IPv6", "fd96::1", "[fd96::1]:80"],
  ])("are right after translation, over TCP and UDP of %s", async (family, address, from) => {
    const [id, version] = family === "IPv4" ? [0, 4] : [1, 6];
    for (let i = 0; i < 20; i++) expect(await client.ask(`tcp ${address} 80`)).toBe(`web peer ${from}`);
    await client.ask(`open ${id} ${version}`);
    await client.ask(`connect ${id} ${address} 80`);
    for (let i = 0; i < 20; i++) expect(await client.ask(`exchange ${id}`)).toBe(`web from ${from}`);
  });
});
