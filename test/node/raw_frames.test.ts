/** Frames that a pod makes itself, past its own network stack, on real links. */
import { execFileSync, spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import type { Bundle } from "../../src/bundle/bundle.js";
import type { Inventory, Pod } from "../../src/ir/inventory.js";
import { isFailure } from "../../src/node/failure.js";
import { applyLocal, removeLocal } from "../../src/node/local.js";
import { loadProject } from "../../src/parser/project.js";
import { NO_SPAN } from "../../src/source/span.js";
import { TCP_ACK, TCP_SYN, ipPacket, openingPacket, tcpSegment } from "../../src/verify/packet.js";
import { Network, ip, unusable } from "./network.js";

/** `shut` may open nothing, and is open for all; no policy selects the others. */
const POLICY = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: shut, namespace: shop}
spec:
  podSelector: {matchLabels: {app: shut}}
  policyTypes: [Egress]
`;

const ADDRESSES = { shut: "10.9.1.1", plain: "10.9.1.2", web: "10.9.1.3" } as const;
type Name = keyof typeof ADDRESSES;
const NAMES = Object.keys(ADDRESSES) as Name[];
const GATEWAY = "020000000001";
const LISTENS = 7000;
/** Of an empty router advertisement from fe80::1 to ff02::1. */
const CHECKSUM = [0x7c, 0x2f];

const PODS = NAMES.map((name): Pod => ({
  namespace: "shop",
  name,
  labels: { app: name },
  ports: [],
  ips: [ADDRESSES[name]],
  node: "node-1",
  hostNetwork: false,
  span: NO_SPAN,
}));
const INVENTORY: Inventory = { namespaces: [], pods: PODS, nodes: [], services: [] };

describe.skipIf(unusable())("frames of a pod's own making", () => {
  const network = new Network();
  const directory = mkdtempSync(join(tmpdir(), "polct-frames-"));
  const program = join(directory, "send_frame");
  let server: ChildProcess | undefined;
  const netns = {} as Record<Name, string>;

  beforeAll(async () => {
    execFileSync("cc", ["-O2", "-o", program, join(import.meta.dirname, "send_frame.c")]);
    for (const name of NAMES) {
      netns[name] = network.addPod(name, ADDRESSES[name]);
      ip("-n", network.id, "link", "set", `v-${name}`, "address", GATEWAY.replace(/..(?=.)/g, "$&:"));
    }
    // No reverse path filter stands in for the check of sources.
    const unfiltered = "for each in /proc/sys/net/ipv4/conf/*/rp_filter; do echo 0 > $each; done";
    ip("netns", "exec", network.id, "sh", "-c", unfiltered);
    const listen = `require("node:net").createServer().listen(${LISTENS}, () => console.log("listens"))`;
    server = spawn("nsenter", [`--net=${netns.shut}`, "--", process.execPath, "-e", listen], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    await once(server.stdout!, "data");
    const file = join(directory, "policy.yaml");
    writeFileSync(file, POLICY);
    const { policies, sources } = await loadProject([file], { cwd: directory });
    const bundle = (await buildBundle(policies, sources, join(directory, "bundle"))) as Bundle;
    const node = { instance: network.id, name: "node-1", ips: ["169.254.1.1"], netns: network.node };
    const local = PODS.map((pod) => ({ pod, interface: `v-${pod.name}`, netns: netns[pod.name as Name] }));
    const applied = await applyLocal(bundle, INVENTORY, node, local);
    if (isFailure(applied)) throw new Error(applied.error);
  });

  afterAll(async () => {
    server?.kill("SIGKILL");
    await removeLocal(network.id, { netns: network.node });
    network.remove();
    rmSync(directory, { recursive: true });
  });

  const received = () =>
    Number(
      execFileSync("nsenter", [`--net=${netns.web}`, "--", "cat", "/proc/net/snmp"], { encoding: "utf8" })
        .split("\n")
        .filter((line) => line.startsWith("Ip:"))[1]!
        .split(" ")[3],
    );

  /** Does a frame that this pod sends come to web? */
  async function comes(from: Name, frame: Buffer): Promise<boolean> {
    const before = received();
    frame.write(GATEWAY, 0, "hex");
    execFileSync("nsenter", [`--net=${netns[from]}`, "--", program, "eth0", frame.toString("hex")]);
    await pause(200);
    return received() > before;
  }

  const datagram = (from: string) =>
    openingPacket({ protocol: "UDP", from, to: ADDRESSES.web, sourcePort: 4000, port: 5000 });
  const segment = (ports: readonly [number, number], flags: number) =>
    ipPacket(ADDRESSES.shut, ADDRESSES.web, 6, tcpSegment(...ports, flags));
  const tagged = (frame: Buffer, id: number) =>
    Buffer.concat([frame.subarray(0, 12), Buffer.from([0x81, 0, 0, id]), frame.subarray(12)]);

  test("a pod without policies sends in its own name alone", async () => {
    expect(await comes("plain", datagram(ADDRESSES.plain))).toBe(true);
    expect(await comes("plain", datagram(ADDRESSES.shut))).toBe(false);
  });

  test("nor in another's with a VLAN tag that says nothing but a priority", async () => {
    expect(await comes("plain", tagged(datagram(ADDRESSES.shut), 0))).toBe(false);
  });

  test("nor is it a router, on a node without IPv6 either", async () => {
    const heard = () =>
      execFileSync("nsenter", [`--net=${network.node}`, "--", "cat", "/proc/net/snmp6"], { encoding: "utf8" })
        .split("\n")
        .find((line) => line.startsWith("Icmp6InRouterAdvertisements"));
    const before = heard();
    const advertisement = ipPacket(
      "fe80::1",
      "ff02::1",
      58,
      Buffer.from([134, 0, ...CHECKSUM, ...Array(12).fill(0)]),
    );
    advertisement[14 + 7] = 255;
    await comes("plain", advertisement);
    expect(heard()).toBe(before);
  });

  test.each([
    ["an ACK", TCP_ACK],
    ["a SYN and ACK", TCP_SYN | TCP_ACK],
  ])("%s from a port that a pod listens on is no answer without a connection", async (_, flags) => {
    expect(await comes("shut", segment([LISTENS, 443], TCP_SYN))).toBe(false);
    expect(await comes("shut", segment([LISTENS, 443], flags))).toBe(false);
  });
});
