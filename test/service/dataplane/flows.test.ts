import { afterEach, describe, expect, test } from "vitest";
import { Node, privileged } from "./node.js";
import { ACK, FIN, packet, RST, SYN } from "./packets.js";
import { onlyThese, tablesOf } from "./tables.js";

const POD = "10.0.0.9:41000";
const SERVICE = "10.96.0.1:80";
const ENDPOINTS = ["10.0.0.2:8080", "10.0.0.3:8080", "10.0.0.4:8080", "10.0.0.5:8080"] as const;

describe.skipIf(!privileged)("flows of services", () => {
  let node: Node;
  afterEach(() => node?.close());

  const open = (protocol: "TCP" | "UDP", endpoints: readonly string[] = ENDPOINTS) =>
    (node = Node.open(tablesOf([{ address: "10.96.0.1", port: 80, protocol, endpoints }])));
  const ask = async (protocol: "TCP" | "UDP", flags: number, run = {}, from = POD) =>
    (await node.send("from_pod", packet(protocol, from, SERVICE, { flags }), run)).packet.to;
  /** The service goes on with the endpoints of these places alone, as when the others are deleted. */
  const keep = async (...places: number[]) => {
    await node.apply(onlyThese(places));
    await node.apply({
      sets: { remove: [1, 2, 3] },
      endpoints: { remove: [0, 1, 2, 3].filter((each) => !places.includes(each)) },
    });
  };
  const place = (endpoint: string) => ENDPOINTS.indexOf(endpoint as (typeof ENDPOINTS)[number]);
  const others = (endpoint: string) => [0, 1, 2, 3].filter((each) => each !== place(endpoint));

  test("a SYN that is sent again goes to the same backend, whatever joined meanwhile", async () => {
    open("TCP");
    const first = await ask("TCP", SYN);
    await node.apply({
      endpoints: { put: [{ id: 20, servicePort: 0, address: "10.0.0.7", port: 8080, flags: [] }] },
      ...onlyThese([20]),
    });
    expect(await ask("TCP", SYN)).toBe(first);
    expect(await ask("TCP", ACK)).toBe(first);
    expect(await ask("TCP", SYN, {}, "10.0.0.9:41001")).toBe("10.0.0.7:8080");
    expect(await node.counters()).toEqual({ opened: 2 });
  });

  test("TCP to an endpoint that left goes on, and a new SYN of the same tuple does not", async () => {
    open("TCP");
    const first = await ask("TCP", SYN);
    await keep(...others(first));
    expect(await ask("TCP", ACK)).toBe(first);
    expect((await node.send("to_pod", packet("TCP", first, POD))).packet.from).toBe(SERVICE);
    expect(await ask("TCP", SYN)).not.toBe(first);
  });

  test("UDP to an endpoint that left moves with its next datagram", async () => {
    open("UDP");
    const first = await ask("UDP", 0);
    expect(await ask("UDP", 0)).toBe(first);
    await keep(...others(first));
    const second = await ask("UDP", 0);
    expect(ENDPOINTS).toContain(second);
    expect(second).not.toBe(first);
    expect((await node.send("to_pod", packet("UDP", second, POD))).packet.from).toBe(SERVICE);
  });

  test.each([
    ["FIN", FIN | ACK],
    ["RST", RST],
  ])("after a %s of the client a SYN of the same tuple is a new connection", async (_, flags) => {
    open("TCP");
    const first = await ask("TCP", SYN);
    const [left] = others(first);
    await node.apply({
      ...onlyThese([left!]),
    });
    expect(await ask("TCP", flags)).toBe(first);
    expect(await ask("TCP", SYN)).toBe(ENDPOINTS[left!]);
    expect((await node.send("to_pod", packet("TCP", ENDPOINTS[left!]!, POD))).packet.from).toBe(SERVICE);
  });

  test("a client that has sent its FIN is still answered, and its ACKs reach the backend, for days", async () => {
    open("TCP");
    const backend = await ask("TCP", SYN);
    await ask("TCP", FIN | ACK);
    const reply = await node.send("to_pod", packet("TCP", backend, POD), { age: 100_000 });
    expect(reply.packet.from).toBe(SERVICE);
    await keep(...others(backend));
    expect(await ask("TCP", ACK, { age: 100_000 })).toBe(backend);
  });

  test("TCP without a SYN and without an entry goes where its opening went", async () => {
    open("TCP");
    const first = await ask("TCP", SYN);
    node.close();
    open("TCP");
    expect(await ask("TCP", ACK)).toBe(first);
  });

  test("UDP that was silent for its time-out is chosen anew, and so is what only its replies kept alive not", async () => {
    open("UDP");
    const first = await ask("UDP", 0);
    const [left] = others(first);
    await node.apply({
      ...onlyThese([left!]),
    });
    await node.send("to_pod", packet("UDP", first, POD), { age: 150 });
    expect(await ask("UDP", 0, { age: 150 })).toBe(first);
    expect(await ask("UDP", 0, { age: 200 })).toBe(ENDPOINTS[left!]);
  });

  test("a reply whose requests go on is the service's, however rarely it comes", async () => {
    open("UDP");
    const backend = await ask("UDP", 0);
    for (let i = 0; i < 4; i++) await ask("UDP", 0, { age: 100 });
    expect((await node.send("to_pod", packet("UDP", backend, POD))).packet.from).toBe(SERVICE);
    expect((await node.send("to_pod", packet("UDP", backend, POD), { age: 200 })).packet.from).toBe(backend);
  });

  test("what a pod opens to a backend itself, from the port of a flow that is over, stays as it is", async () => {
    open("TCP");
    const backend = await ask("TCP", SYN);
    await ask("TCP", FIN | ACK);
    await node.send("to_pod", packet("TCP", backend, POD, { flags: FIN | ACK }));
    const direct = await node.send("to_pod", packet("TCP", backend, POD, { flags: SYN | ACK }));
    expect(direct.packet).toMatchObject({ from: backend, to: POD, wrong: [] });
  });

  test("a RST without a flow is sent where its flow would be, and leaves nothing behind", async () => {
    open("TCP");
    expect(ENDPOINTS).toContain(await ask("TCP", RST));
    expect(await node.flows()).toEqual([]);
    expect(await node.counters()).toEqual({});
  });

  test("flows spread over the endpoints within what chance allows", async () => {
    open("TCP");
    const count = new Map<string, number>();
    for (let port = 0; port < 2000; port++) {
      const to = await ask("TCP", SYN, {}, `10.0.0.9:${20000 + port}`);
      count.set(to, (count.get(to) ?? 0) + 1);
    }
    expect([...count.keys()].sort()).toEqual([...ENDPOINTS]);
    /* Four standard deviations of 2,000 draws, and the table's own unevenness. */
    for (const each of count.values()) expect(Math.abs(each - 500)).toBeLessThan(100);
  });
});

describe.skipIf(!privileged)("two services with one backend, asked from one client port", () => {
  let node: Node;
  afterEach(() => node?.close());
  const two = (endpoints: readonly string[]) =>
    (node = Node.open(
      tablesOf([
        { address: "10.96.0.1", port: 80, endpoints },
        { address: "10.96.0.2", port: 80, endpoints },
      ]),
    ));
  const ask = (service: string, flags = SYN) => node.send("from_pod", packet("TCP", POD, service, { flags }));

  test("get different endpoints where there are several", async () => {
    two(ENDPOINTS);
    const first = (await ask("10.96.0.1:80")).packet.to;
    const second = (await ask("10.96.0.2:80")).packet.to;
    expect(second).not.toBe(first);
    expect((await node.send("to_pod", packet("TCP", first, POD))).packet.from).toBe("10.96.0.1:80");
    expect((await node.send("to_pod", packet("TCP", second, POD))).packet.from).toBe("10.96.0.2:80");
  });

  test("never share their replies: the second is refused while the first is alive", async () => {
    two(["10.0.0.2:8080"]);
    await ask("10.96.0.1:80");
    const refused = await ask("10.96.0.2:80");
    expect(refused.verdict).not.toBe("pass");
    expect((await node.send("to_pod", packet("TCP", "10.0.0.2:8080", POD))).packet.from).toBe("10.96.0.1:80");
    expect(await node.counters()).toMatchObject({ opened: 1, dropped_tuple: 1 });
  });

  test("the second has its turn when both ends of the first have closed", async () => {
    two(["10.0.0.2:8080"]);
    await ask("10.96.0.1:80");
    await ask("10.96.0.1:80", FIN | ACK);
    expect((await ask("10.96.0.2:80")).verdict).not.toBe("pass");
    await node.send("to_pod", packet("TCP", "10.0.0.2:8080", POD, { flags: FIN | ACK }));
    expect((await ask("10.96.0.2:80")).packet.to).toBe("10.0.0.2:8080");
    expect((await node.send("to_pod", packet("TCP", "10.0.0.2:8080", POD))).packet.from).toBe("10.96.0.2:80");
  });
});
