import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMPILING, Node, privileged } from "./node.js";
import { icmpError, packet, SYN } from "./packets.js";
import { tablesOf } from "./tables.js";

const FAMILIES = {
  4: {
    client: "203.0.113.5",
    router: "203.0.113.1",
    lb: "198.51.100.1",
    pod: "10.0.0.2",
    other: "10.0.0.9",
    service: "10.96.0.1",
  },
  6: {
    client: "2001:db8::5",
    router: "2001:db8::1",
    lb: "2001:db8:1::1",
    pod: "fd00::2",
    other: "fd00::9",
    service: "fd96::1",
  },
} as const;

describe.skipIf(!privileged).each([4, 6] as const)("ICMP errors about flows of services, IPv%i", (family) => {
  const { client, router, lb, pod, other, service } = FAMILIES[family];
  const at = (address: string, port: number) =>
    family === 4 ? `${address}:${port}` : `[${address}]:${port}`;
  const tooBig = family === 4 ? { type: 3, code: 4 } : { type: 2, code: 0 };
  const unreachable = family === 4 ? { type: 3, code: 3 } : { type: 1, code: 4 };
  let node: Node;
  let port = 20000;
  beforeAll(() => {
    const local = [`${at(pod, 8080)} local`];
    node = Node.open(
      tablesOf([
        { address: lb, port: 80, kind: "load-balancer", endpoints: local },
        { address: lb, port: 53, protocol: "UDP", kind: "load-balancer", endpoints: local },
        { address: lb, port: 9, protocol: "SCTP", kind: "load-balancer", endpoints: local },
        { address: service, port: 80, endpoints: local },
        { address: service, port: 53, protocol: "UDP", endpoints: local },
        { address: service, port: 9, protocol: "SCTP", endpoints: local },
      ]),
    );
  }, COMPILING);
  afterAll(() => node?.close());
  const error = (from: string, quoted: Buffer, kind: { type: number; code: number }, bytes?: number) =>
    icmpError(from, quoted, kind.type, kind.code, 1400, bytes);

  describe.each([
    ["TCP", 80],
    ["UDP", 53],
    ["SCTP", 9],
  ] as const)("%s", (protocol, to) => {
    test.each([8, 28])(
      "to the service reach the backend, with %i bytes of the packet that it sent",
      async (bytes) => {
        const from = at(client, port++);
        await node.send("from_link", packet(protocol, from, at(lb, to), { flags: SYN }));
        const reply = (await node.send("to_link", packet(protocol, at(pod, 8080), from))).bytes;
        const told = await node.send("from_link", error(router, reply, tooBig, bytes));
        expect(told).toMatchObject({ verdict: "pass", packet: { from: router, to: pod, wrong: [] } });
        expect(told.packet.icmp).toMatchObject({
          ...tooBig,
          word: 1400,
          quoted: { from: at(pod, 8080), to: from },
        });
      },
    );

    test("to the service, about a flow that this node has forgotten, reach the same backend", async () => {
      const quoted = packet(protocol, at(lb, to), at(client, port++));
      const told = await node.send("from_link", error(router, quoted, tooBig));
      expect(told.packet).toMatchObject({ to: pod, wrong: [] });
      expect(told.packet.icmp?.quoted.from).toBe(at(pod, 8080));
    });

    test("by the backend reach the client as the service's, about what it sent to the service", async () => {
      const from = at(client, port++);
      const asked = (await node.send("from_link", packet(protocol, from, at(lb, to), { flags: SYN }))).bytes;
      const told = await node.send("to_link", error(pod, asked, unreachable));
      expect(told.packet).toMatchObject({ from: lb, to: client, wrong: [] });
      expect(told.packet.icmp).toMatchObject({ ...unreachable, quoted: { from, to: at(lb, to) } });
    });

    test("on the way to the backend reach the pod that asked, as the service's", async () => {
      const from = at(other, port++);
      const asked = (await node.send("from_pod", packet(protocol, from, at(service, to), { flags: SYN })))
        .bytes;
      const told = await node.send("to_pod", error(router, asked, tooBig));
      expect(told.packet).toMatchObject({ from: service, to: other, wrong: [] });
      expect(told.packet.icmp).toMatchObject({ ...tooBig, quoted: { from, to: at(service, to) } });
    });

    test("of a pod about what the service answered reach the backend as the pod's", async () => {
      const from = at(other, port++);
      await node.send("from_pod", packet(protocol, from, at(service, to), { flags: SYN }));
      const reply = (await node.send("to_pod", packet(protocol, at(pod, 8080), from))).bytes;
      const told = await node.send("from_pod", error(other, reply, unreachable));
      expect(told.packet).toMatchObject({ from: other, to: pod, wrong: [] });
      expect(told.packet.icmp).toMatchObject({ ...unreachable, quoted: { from: at(pod, 8080), to: from } });
    });
  });

  test("about flows of no service stay as they are", async () => {
    const quoted = packet("TCP", at(pod, 8080), at(client, port++));
    for (const hook of ["from_pod", "to_pod", "from_link", "to_link"] as const) {
      const told = error(router, quoted, tooBig);
      expect(await node.send(hook, told)).toMatchObject({ verdict: "pass", bytes: told });
    }
  });

  test("that quote somebody else's packet stay as they are", async () => {
    const from = at(client, port++);
    await node.send("from_link", packet("TCP", from, at(lb, 80), { flags: SYN }));
    const told = error(router, packet("TCP", at(lb, 80), from), tooBig);
    const source = 14 + (family === 4 ? 20 : 40) + 8 + (family === 4 ? 12 : 8);
    told[source]! ^= 1;
    expect(await node.send("from_link", told)).toMatchObject({ verdict: "pass", bytes: told });
  });
});
