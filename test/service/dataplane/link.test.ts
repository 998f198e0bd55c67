import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMPILING, Node, privileged } from "./node.js";
import { ACK, packet, SYN } from "./packets.js";
import { tablesOf } from "./tables.js";

const FAMILIES = {
  4: {
    client: "203.0.113.5",
    node: "192.168.0.1",
    other: "192.168.0.2",
    lb: "198.51.100.1",
    pod: "10.0.0.2",
    open: "",
    close: "",
  },
  6: {
    client: "2001:db8::5",
    node: "fd00:192::1",
    other: "fd00:192::2",
    lb: "2001:db8:1::1",
    pod: "fd00::2",
    open: "[",
    close: "]",
  },
} as const;
const NODE_PORT = 30080;

describe.skipIf(!privileged).each(["tc", "xdp"] as const)("what arrives at a node's link, %s", (object) => {
  describe.each([4, 6] as const)("IPv%i", (family) => {
    const { client, node: own, other, lb, pod, open, close } = FAMILIES[family];
    const at = (address: string, port: number) => `${open}${address}${close}:${port}`;
    const local = [`${at(pod, 8080)} local at ${own}`];
    let node: Node;
    let port = 20000;
    beforeAll(() => {
      node = Node.open(
        tablesOf(
          [
            { address: lb, port: 80, kind: "load-balancer", endpoints: local },
            { address: lb, port: 53, protocol: "UDP", kind: "load-balancer", endpoints: local },
            { address: lb, port: 9, protocol: "SCTP", kind: "load-balancer", endpoints: local },
            {
              address: family === 4 ? "0.0.0.0" : "::",
              port: NODE_PORT,
              kind: "node-port",
              endpoints: local,
            },
            { address: lb, port: 81, kind: "load-balancer", endpoints: local, outside: [], empty: "drop" },
            {
              address: lb,
              port: 82,
              kind: "load-balancer",
              endpoints: local,
              flags: ["source-ranges"],
              ranges: [family === 4 ? "203.0.113.0/29" : "2001:db8::/125"],
            },
            {
              address: lb,
              port: 83,
              kind: "external-ip",
              endpoints: [`${at(own, 8083)} local on-host at ${own}`],
            },
          ],
          { [own]: "own", [other]: "other" },
        ),
      );
    }, COMPILING);
    afterAll(() => node?.close());
    const arrive = (frame: Buffer) => node.send("from_link", frame, { object });

    test.each([
      ["TCP", 80],
      ["UDP", 53],
      ["SCTP", 9],
    ] as const)(
      "%s for a pod of this node goes up as the client's, and its reply leaves as the service's",
      async (protocol, to) => {
        const from = at(client, port++);
        for (const flags of [SYN, ACK, ACK]) {
          const asked = await arrive(
            packet(protocol, from, at(lb, to), { flags, chunk: flags === SYN ? 1 : 0 }),
          );
          expect(asked.verdict).toBe("pass");
          expect(asked.packet).toMatchObject({ from, to: at(pod, 8080), ttl: 64, wrong: [] });
        }
        const reply = await node.send("to_link", packet(protocol, at(pod, 8080), from));
        expect(reply).toMatchObject({ verdict: "pass", packet: { from: at(lb, to), to: from, wrong: [] } });
        const elsewhere = packet(protocol, at(pod, 8080), from);
        expect((await node.send("to_pod", elsewhere)).bytes).toEqual(elsewhere);
      },
    );

    test("a node port is of each of the node's addresses, and of no other port", async () => {
      const from = at(client, port++);
      const asked = await arrive(packet("TCP", from, at(own, NODE_PORT), { flags: SYN }));
      expect(asked.packet).toMatchObject({ to: at(pod, 8080), wrong: [] });
      const reply = await node.send("to_link", packet("TCP", at(pod, 8080), from));
      expect(reply.packet).toMatchObject({ from: at(own, NODE_PORT), wrong: [] });
      const ssh = packet("TCP", from, at(own, 22), { flags: SYN });
      expect(await arrive(ssh)).toMatchObject({ verdict: "pass", bytes: ssh });
    });

    test("a port that the load balancer lacks passes as it is", async () => {
      const asked = packet("TCP", at(client, port++), at(lb, 22), { flags: SYN });
      expect(await arrive(asked)).toMatchObject({ verdict: "pass", bytes: asked });
    });

    test("a traffic policy that leaves no endpoint for the outside is silent there, and not for pods", async () => {
      const asked = packet("TCP", at(client, port++), at(lb, 81), { flags: SYN });
      expect((await arrive(asked)).verdict).toBe("drop");
      const inside = await node.send(
        "from_pod",
        packet("TCP", at(client, port++), at(lb, 81), { flags: SYN }),
      );
      expect(inside.packet.to).toBe(at(pod, 8080));
    });

    test("source ranges let in their own clients alone, from wherever they come", async () => {
      const beyond = family === 4 ? "203.0.113.9" : "2001:db8::9";
      const allowed = await arrive(packet("TCP", at(client, port++), at(lb, 82), { flags: SYN }));
      expect(allowed.packet.to).toBe(at(pod, 8080));
      const denied = packet("TCP", at(beyond, port++), at(lb, 82), { flags: SYN });
      expect((await arrive(denied)).verdict).toBe("drop");
      expect((await node.send("from_pod", denied)).verdict).toBe("drop");
      expect(await node.counters()).toMatchObject({ dropped_range: 2 });
    });

    test("an endpoint on the host network is the node's own port", async () => {
      const from = at(client, port++);
      const asked = await arrive(packet("TCP", from, at(lb, 83), { flags: SYN }));
      expect(asked).toMatchObject({ verdict: "pass", packet: { from, to: at(own, 8083), wrong: [] } });
      const reply = await node.send("to_link", packet("TCP", at(own, 8083), from));
      expect(reply.packet).toMatchObject({ from: at(lb, 83), to: from, wrong: [] });
    });

    if (object === "xdp")
      test("a VLAN tag in the bytes stays", async () => {
        const from = at(client, port++);
        for (const flags of [SYN, ACK]) {
          const asked = await arrive(packet("TCP", from, at(lb, 80), { flags, vlan: 42 }));
          expect(asked).toMatchObject({
            verdict: "pass",
            packet: { from, to: at(pod, 8080), vlan: 42, wrong: [] },
          });
        }
      });

    if (object === "tc")
      test("an aggregate is rewritten as one packet", async () => {
        const from = at(client, port++);
        const data = Buffer.alloc(2500, "aggregate");
        await arrive(packet("TCP", from, at(lb, 80), { flags: SYN }));
        const asked = await node.send("from_link", packet("TCP", from, at(lb, 80), { data }), {
          gso_size: 1000,
        });
        expect(asked).toMatchObject({ verdict: "pass", packet: { to: at(pod, 8080) } });
        expect(asked.packet.payload.subarray(20)).toEqual(data);
      });

    test("IPv4 options and IPv6 extension headers are read over", async () => {
      const from = at(client, port++);
      const options = family === 4 ? Buffer.from("94040000", "hex") : Buffer.from("0600010400000000", "hex");
      const asked = await arrive(packet("TCP", from, at(lb, 80), { flags: SYN, options }));
      expect(asked).toMatchObject({ verdict: "pass", packet: { from, to: at(pod, 8080), wrong: [] } });
    });
  });
});
