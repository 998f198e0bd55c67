import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { COMPILING, Node, privileged } from "./node.js";
import { fragments, onesSum, pseudoHeader, bytesOf } from "./packets.js";
import { tablesOf } from "./tables.js";

describe.skipIf(!privileged).each([4, 6] as const)("datagrams in fragments, IPv%i", (family) => {
  const [client, service, lb, pod] =
    family === 4
      ? ["10.0.0.9", "10.96.0.1", "198.51.100.1", "10.0.0.2"]
      : ["fd00::9", "fd96::1", "2001:db8:1::1", "fd00::2"];
  const at = (address: string, port: number) =>
    family === 4 ? `${address}:${port}` : `[${address}]:${port}`;
  let node: Node;
  let port = 20000;
  beforeAll(() => {
    const local = [`${at(pod, 8080)} local`];
    node = Node.open(
      tablesOf([
        { address: service, port: 53, protocol: "UDP", endpoints: local },
        { address: lb, port: 53, protocol: "UDP", kind: "load-balancer", endpoints: local },
      ]),
    );
  }, COMPILING);
  afterAll(() => node?.close());

  test.each([
    ["from_pod", "to_pod", service],
    ["from_link", "to_link", lb],
  ] as const)("follow their first one through %s and %s", async (there, back, address) => {
    const from = at(client, port++);
    const asked = [];
    for (const part of fragments("UDP", from, at(address, 53), 77, 400))
      asked.push(await node.send(there, part));
    expect(asked.map(({ packet }) => packet.to)).toEqual([at(pod, 8080), pod, pod]);
    expect(asked.flatMap(({ packet }) => packet.wrong)).toEqual([]);
    const whole = Buffer.concat(asked.map(({ packet }) => packet.payload));
    expect(
      onesSum(Buffer.concat([pseudoHeader(bytesOf(client), bytesOf(pod), 17, whole.length), whole])),
    ).toBe(0xffff);
    const replies = [];
    for (const part of fragments("UDP", at(pod, 8080), from, 78, 400))
      replies.push(await node.send(back, part));
    expect(replies.map(({ packet }) => packet.from)).toEqual([at(address, 53), address, address]);
    const reply = Buffer.concat(replies.map(({ packet }) => packet.payload));
    const pseudo = pseudoHeader(bytesOf(address), bytesOf(client), 17, reply.length);
    expect(onesSum(Buffer.concat([pseudo, reply]))).toBe(0xffff);
  });

  test.each([
    ["from_pod", service],
    ["from_link", lb],
  ] as const)("are dropped at %s without their first one, and counted", async (hook, address) => {
    const before = (await node.counters()).dropped_fragment ?? 0;
    const [, later] = fragments("UDP", at(client, port++), at(address, 53), 79, 400);
    expect((await node.send(hook, later!)).verdict).toBe("drop");
    expect((await node.counters()).dropped_fragment).toBe(before + 1);
  });

  test("do not follow a first one of half a minute ago", async () => {
    const parts = fragments("UDP", at(client, port++), at(service, 53), 80, 400);
    await node.send("from_pod", parts[0]!);
    expect((await node.send("from_pod", parts[1]!)).verdict).toBe("pass");
    expect((await node.send("from_pod", parts[2]!, { age: 35 })).verdict).toBe("drop");
  });

  test("of no service pass as they are", async () => {
    for (const part of fragments("UDP", at(client, port++), at(pod, 8080), 81, 400))
      for (const hook of ["from_pod", "to_pod", "from_link", "to_link"] as const)
        expect(await node.send(hook, part)).toMatchObject({ verdict: "pass", bytes: part });
  });
});
