import { afterEach, describe, expect, test } from "vitest";
import { COMPILING, Node, privileged } from "./node.js";
import { ACK, fragments, icmpError, packet, RST, SYN } from "./packets.js";
import { tablesOf } from "./tables.js";

/** Test runs are at this interface. */
const POD = { name: "shop/web", interface: "lo" };

describe.skipIf(!privileged).each([
  {
    ...{ family: 4, service: "10.96.0.1:80", dns: "10.96.0.1:53", backend: "10.0.0.2:8080" },
    ...{
      own: "10.0.0.9",
      second: "10.0.1.9",
      victim: "10.0.0.8",
      block: "198.51.100.0/24",
      inBlock: "198.51.100.7",
    },
    end: (address: string) => `${address}:41000`,
  },
  {
    ...{ family: 6, service: "[fd96::1]:80", dns: "[fd96::1]:53", backend: "[fd00::2]:8080" },
    ...{
      own: "fd00::9",
      second: "fd00:1::9",
      victim: "fd00::8",
      block: "2001:db8::/64",
      inBlock: "2001:db8::7",
    },
    end: (address: string) => `[${address}]:41000`,
  },
])("a pod's source, IPv$family", ({ service, dns, backend, own, second, victim, block, inBlock, end }) => {
  let node: Node;
  afterEach(() => node?.close());

  const address = service.replace(/:\d+$/, "").replace(/[[\]]/g, "");
  const open = (pod: object = {}, affinity = 0) =>
    (node = Node.open({
      ...tablesOf([
        { address, port: 80, endpoints: [backend], affinity },
        { address, port: 53, protocol: "UDP", endpoints: [backend] },
      ]),
      pods: [{ ...POD, ...pod }],
    }));
  const ask = async (source: string, flags = SYN) =>
    (await node.send("from_pod", packet("TCP", end(source), service, { flags }))).packet.to;

  test(
    "one of its addresses, or in a block that it may send from, is translated",
    { timeout: COMPILING },
    async () => {
      open({ addresses: [own, second], sources: [block] });
      for (const source of [own, second, inBlock]) expect(await ask(source)).toBe(backend);
      expect(await node.counters()).toEqual({ opened: 3 });
    },
  );

  test("another pod's opens nothing, and passes as it is for policy to drop", async () => {
    open({ addresses: [own] }, 600);
    for (const sent of [
      packet("TCP", end(victim), service, { flags: SYN }),
      packet("TCP", end(victim), service, { flags: ACK }),
      packet("UDP", end(victim), dns),
      packet("TCP", end(victim), service.replace(/80$/, "81"), { flags: SYN }),
      ...fragments("UDP", end(victim), dns, 7, 64),
    ]) {
      const { verdict, bytes } = await node.send("from_pod", sent);
      expect(verdict).toBe("pass");
      expect(bytes.equals(sent)).toBe(true);
    }
    expect(await node.flows()).toEqual([]);
    expect(await node.counters()).toEqual({});
  });

  test("another pod's ends no connection of that pod", async () => {
    open();
    expect(await ask(victim)).toBe(backend);
    await node.apply({ pods: { put: [{ ...POD, addresses: [own] }] } });
    const forged = packet("TCP", end(victim), service, { flags: RST });
    expect((await node.send("from_pod", forged)).bytes.equals(forged)).toBe(true);
    const told = icmpError(own, packet("TCP", service, end(victim)), address.includes(":") ? 1 : 3, 1);
    expect((await node.send("from_pod", told)).bytes.equals(told)).toBe(true);
    for (const flow of await node.flows()) expect(flow.flags ?? []).not.toContain("reset");
  });

  test("of which nothing is known is not judged", async () => {
    open();
    expect(await ask(victim)).toBe(backend);
  });

  test("of a pod of the other family alone is none of this one's", async () => {
    open({ addresses: [address.includes(":") ? "10.0.0.9" : "fd00::9"] });
    expect(await ask(own)).not.toBe(backend);
  });

  test("is what the last change says", async () => {
    open({ addresses: [own] });
    await node.apply({ pods: { put: [{ ...POD, addresses: [second] }] } });
    expect(await ask(own)).not.toBe(backend);
    expect(await ask(second)).toBe(backend);
    await node.apply({
      pods: {
        put: [
          {
            ...POD,
            addresses: [second],
            sources: [block.replace(/.*/, (b) => (b.includes(":") ? "::/0" : "0.0.0.0/0"))],
          },
        ],
      },
    });
    expect(await ask(own)).toBe(backend);
    await node.apply({ pods: { put: [POD] } });
    expect(await ask(victim)).toBe(backend);
  });
});
