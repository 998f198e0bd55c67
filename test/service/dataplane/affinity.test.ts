import { afterEach, describe, expect, test } from "vitest";
import { COMPILING, Node, privileged } from "./node.js";
import { ACK, packet, SYN } from "./packets.js";
import { onlyThese, tablesOf } from "./tables.js";

const FAMILIES = {
  4: { pod: "10.0.0.9", service: "10.96.0.1", network: "10.0.0.", open: "", close: "" },
  6: { pod: "fd00::9", service: "fd96::1", network: "fd00::1", open: "[", close: "]" },
} as const;

describe.skipIf(!privileged).each([4, 6] as const)("affinity by the client's address, IPv%i", (family) => {
  const { pod, service, network, open, close } = FAMILIES[family];
  const at = (address: string, port: number) => `${open}${address}${close}:${port}`;
  const ENDPOINTS = [2, 3, 4, 5].map((i) => at(`${network}${i}`, 8080));
  let node: Node;
  let port = 30000;
  afterEach(() => node?.close());

  const start = () =>
    (node = Node.open(tablesOf([{ address: service, port: 80, endpoints: ENDPOINTS, affinity: 50 }])));
  const connect = async (age = 0, client: string = pod) =>
    (await node.send("from_pod", packet("TCP", at(client, port++), at(service, 80), { flags: SYN }), { age }))
      .packet.to;
  /** The set has these endpoints from now on; the others stay the service's. */
  const prefer = (...members: number[]) => node.apply(onlyThese(members, 50));

  test(
    "all connections of a client go to one endpoint, and clients to all of them",
    async () => {
      start();
      const first = await connect();
      for (let i = 0; i < 20; i++) expect(await connect()).toBe(first);
      const seen = new Set<string>();
      for (let i = 0; i < 60; i++)
        seen.add(await connect(0, family === 4 ? `10.0.1.${i + 1}` : `fd00::2:${i + 1}`));
      expect(seen.size).toBe(4);
    },
    COMPILING,
  );

  test("holds while a connection comes within the time-out, though the set has changed", async () => {
    start();
    const clients = Array.from({ length: 12 }, (_, i) =>
      family === 4 ? `10.0.1.${i + 1}` : `fd00::2:${i + 1}`,
    );
    const before = new Map<string, string>();
    for (const client of clients) before.set(client, await connect(0, client));
    await node.apply({
      endpoints: {
        put: Array.from({ length: 8 }, (_, i) => ({
          id: 20 + i,
          servicePort: 0,
          address: `${network}${i + 20}`,
          port: 8080,
          flags: [],
        })),
      },
    });
    await prefer(0, 1, 2, 3, ...Array.from({ length: 8 }, (_, i) => 20 + i));
    for (let i = 0; i < 3; i++)
      for (const client of clients)
        expect(await connect(client === clients[0] ? 30 : 0, client)).toBe(before.get(client));
    const after = new Set<string>();
    for (const client of clients) after.add(await connect(client === clients[0] ? 70 : 0, client));
    expect([...after].some((endpoint) => !ENDPOINTS.includes(endpoint))).toBe(true);
  });

  test("leaves a pod any endpoint after the time-out", async () => {
    start();
    const seen = new Set<string>();
    for (let i = 0; i < 20; i++) seen.add(await connect(70));
    expect(seen.size).toBeGreaterThan(1);
  });

  test("is not prolonged by the packets of a connection", async () => {
    start();
    const first = await connect();
    const left = ENDPOINTS.findIndex((endpoint) => endpoint !== first);
    const known = at(pod, port - 1);
    await node.send("from_pod", packet("TCP", known, at(service, 80), { flags: ACK }), { age: 40 });
    await prefer(left, ENDPOINTS.indexOf(first));
    await node.send("from_pod", packet("TCP", known, at(service, 80), { flags: ACK }), { age: 40 });
    await prefer(left);
    expect(await connect()).toBe(ENDPOINTS[left]);
  });

  test("ends with the endpoint", async () => {
    start();
    const first = await connect();
    const gone = ENDPOINTS.indexOf(first);
    const rest = [0, 1, 2, 3].filter((place) => place !== gone);
    await prefer(...rest);
    await node.apply({ sets: { remove: [1, 2, 3] }, endpoints: { remove: [gone] } });
    expect(await connect()).not.toBe(first);
  });

  test("does not lead to an endpoint that the set has lost, though it is still the service's", async () => {
    start();
    const first = await connect();
    const left = ENDPOINTS.findIndex((endpoint) => endpoint !== first);
    await prefer(left);
    expect(await connect()).toBe(ENDPOINTS[left]);
  });
});
