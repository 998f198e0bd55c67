import { afterEach, describe, expect, test } from "vitest";
import { Node, privileged } from "./node.js";
import { ACK, echo, packet, RST, SYN, type Protocol } from "./packets.js";
import { tablesOf, type Service } from "./tables.js";

const NONE = Buffer.alloc(0);
const PROTOCOLS = ["TCP", "UDP", "SCTP"] as const;

const FAMILIES = {
  4: {
    pod: "10.0.0.9",
    service: "10.96.0.1",
    backend: "10.0.0.2",
    other: "10.0.0.3",
    end: (a: string, p: number) => `${a}:${p}`,
  },
  6: {
    pod: "fd00::9",
    service: "fd96::1",
    backend: "fd00::2",
    other: "fd00::3",
    end: (a: string, p: number) => `[${a}]:${p}`,
  },
} as const;

describe.skipIf(!privileged)("a pod that asks a cluster IP", () => {
  let node: Node;
  afterEach(() => node?.close());
  const open = (...services: Service[]) => (node = Node.open(tablesOf(services)));

  describe.each([4, 6] as const)("IPv%i", (family) => {
    const { pod, service, backend, end } = FAMILIES[family];
    const client = end(pod, 41000);

    test.each(PROTOCOLS)(
      "%s reaches the backend's port, and the reply is the service's",
      async (protocol: Protocol) => {
        open({ address: service, port: 80, protocol, endpoints: [end(backend, 8080)] });
        const asked = await node.send(
          "from_pod",
          packet(protocol, client, end(service, 80), { flags: SYN, chunk: 1 }),
        );
        expect(asked.verdict).toBe("pass");
        expect(asked.packet).toMatchObject({ from: client, to: end(backend, 8080), wrong: [] });
        const reply = await node.send("to_pod", packet(protocol, end(backend, 8080), client));
        expect(reply.verdict).toBe("pass");
        expect(reply.packet).toMatchObject({ from: end(service, 80), to: client, wrong: [] });
        const next = await node.send("from_pod", packet(protocol, client, end(service, 80)));
        expect(next.packet).toMatchObject({ from: client, to: end(backend, 8080), wrong: [] });
        expect(await node.counters()).toEqual({ opened: 1, replied: 1 });
      },
    );

    test.each(["TCP", "UDP"] as const)(
      "a %s port that the service lacks is refused, as the service",
      async (protocol) => {
        open({ address: service, port: 80, protocol, endpoints: [end(backend, 8080)] });
        const asked = packet(protocol, client, end(service, 81), { flags: SYN });
        const answer = await node.send("from_pod", asked, { ifindex: 1 });
        expect(answer.verdict).toBe("redirect");
        expect(answer.packet).toMatchObject({ from: service, to: pod, wrong: [] });
        expect(answer.packet.icmp).toMatchObject({
          ...(family === 4 ? { type: 3, code: 3 } : { type: 1, code: 4 }),
          quoted: { from: client, to: end(service, 81) },
        });
        expect(await node.counters()).toEqual({ refused_port: 1 });
      },
    );

    test("TCP is refused by RST where that is configured", async () => {
      node = Node.open(tablesOf([{ address: service, port: 80, endpoints: [end(backend, 8080)] }]), {
        refusal: "rst",
      });
      const answer = await node.send(
        "from_pod",
        packet("TCP", client, end(service, 81), { flags: SYN, data: NONE }),
      );
      expect(answer.packet).toMatchObject({ from: end(service, 81), to: client, protocol: 6, wrong: [] });
      expect(answer.packet.payload[13]! & RST).toBe(RST);
    });

    test("a RST or FIN to a port that the service lacks is never answered by a RST to a RST", async () => {
      node = Node.open(tablesOf([{ address: service, port: 80, endpoints: [end(backend, 8080)] }]), {
        refusal: "rst",
      });
      const answer = await node.send("from_pod", packet("TCP", client, end(service, 81), { flags: RST }));
      expect(answer.verdict).toBe("drop");
    });

    test("a ping gets what a closed port gets", async () => {
      open({ address: service, port: 80, endpoints: [end(backend, 8080)] });
      const answer = await node.send("from_pod", echo(pod, service));
      expect(answer.packet).toMatchObject({ from: service, to: pod, wrong: [] });
      expect(answer.packet.icmp).toMatchObject(family === 4 ? { type: 3, code: 3 } : { type: 1, code: 4 });
    });

    test("a service without endpoints refuses, and one whose policy leaves none is silent", async () => {
      open(
        { address: service, port: 80, endpoints: [] },
        { address: service, port: 81, endpoints: [end(backend, 8080)], cluster: [], empty: "drop" },
      );
      const refused = await node.send("from_pod", packet("TCP", client, end(service, 80), { flags: SYN }));
      expect(refused.packet.icmp?.quoted).toMatchObject({ to: end(service, 80) });
      const silent = await node.send("from_pod", packet("TCP", client, end(service, 81), { flags: SYN }));
      expect(silent.verdict).toBe("drop");
      expect(await node.counters()).toEqual({ refused_empty: 1, dropped_empty: 1 });
    });

    test("a pod that asks itself is asked by the hairpin address, and answered as by the service", async () => {
      open({ address: service, port: 80, endpoints: [end(pod, 8080)] });
      const hairpin = family === 4 ? "169.254.42.1" : "100::1";
      for (const flags of [SYN, ACK]) {
        const asked = await node.send("from_pod", packet("TCP", client, end(service, 80), { flags }));
        expect(asked.verdict).toBe("redirect");
        expect(asked.packet).toMatchObject({ from: end(hairpin, 41000), to: end(pod, 8080), wrong: [] });
        expect(asked.packet.macs).toBe("020000000001020000000002");
        const reply = await node.send(
          "from_pod",
          packet("TCP", end(pod, 8080), end(hairpin, 41000), { flags }),
        );
        expect(reply.verdict).toBe("redirect");
        expect(reply.packet).toMatchObject({ from: end(service, 80), to: client, wrong: [] });
      }
      expect(await node.counters()).toMatchObject({ opened: 1 });
    });

    test("what goes to addresses of no service stays as it is, in both directions", async () => {
      open({ address: service, port: 80, endpoints: [end(backend, 8080)] });
      for (const hook of ["from_pod", "to_pod", "from_link", "to_link"] as const)
        for (const protocol of PROTOCOLS) {
          const other = packet(protocol, client, end(backend, 8080), { flags: SYN });
          expect(await node.send(hook, other)).toMatchObject({ verdict: "pass", bytes: other });
        }
      expect(await node.counters()).toEqual({});
    });

    test("a datagram without a checksum keeps none", async () => {
      open({ address: service, port: 80, protocol: "UDP", endpoints: [end(backend, 8080)] });
      const asked = await node.send(
        "from_pod",
        packet("UDP", client, end(service, 80), { withoutChecksum: true }),
      );
      expect(asked.packet.to).toBe(end(backend, 8080));
      expect(asked.packet.payload.readUInt16BE(6)).toBe(0);
    });

    test("a UDP checksum that comes to 0 is sent as 0xffff", async () => {
      open({ address: service, port: 80, protocol: "UDP", endpoints: [end(backend, 8080)] });
      /* For one of 65,536 payloads the sum is 0. */
      let found = 0;
      for (let i = 0; i < 65536 && !found; i++) {
        const data = Buffer.from([i >> 8, i & 255]);
        const sum = packet("UDP", client, end(backend, 8080), { data }).readUInt16BE(
          (family === 4 ? 34 : 54) + 6,
        );
        if (sum !== 0xffff) continue;
        found++;
        const sent = await node.send("from_pod", packet("UDP", client, end(service, 80), { data }));
        expect(sent.packet.payload.readUInt16BE(6)).toBe(0xffff);
        expect(sent.packet.wrong).toEqual([]);
      }
      expect(found).toBe(1);
    });
  });
});
