import { afterEach, describe, expect, test } from "vitest";
import { Node, privileged } from "./node.js";
import { packet, SYN, type Protocol } from "./packets.js";
import { tablesOf, type Service } from "./tables.js";

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
  });
});
