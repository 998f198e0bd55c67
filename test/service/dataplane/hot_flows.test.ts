/**
 * Copies of flows that have just had packets say what the entries say. A copy is good for some milliseconds, so the packets of a
 * test are all asked for before the first answer is awaited.
 */
import { afterEach, describe, expect, test } from "vitest";
import { COMPILING, Node, privileged } from "./node.js";
import { ACK, FIN, packet, RST, SYN } from "./packets.js";
import { tablesOf } from "./tables.js";

const POD = "10.0.0.9:41000";
const SERVICE = "10.96.0.1:80";
const TWIN = "10.96.0.2:80";
const BACKEND = "10.0.0.2:8080";

describe.skipIf(!privileged)("flows that have just had packets", () => {
  let node: Node;
  afterEach(() => node?.close());

  const open = (...addresses: readonly string[]) =>
    (node = Node.open(tablesOf(addresses.map((address) => ({ address, port: 80, endpoints: [BACKEND] })))));
  const ask =
    (flags: number, service = SERVICE) =>
    () =>
      node.send("from_pod", packet("TCP", POD, service, { flags }));
  const answer =
    (flags = ACK) =>
    () =>
      node.send("to_pod", packet("TCP", BACKEND, POD, { flags }));
  const five = <T>(each: T): T[] => Array.from({ length: 5 }, () => each);
  const inOneGo = (...packets: (() => ReturnType<Node["send"]>)[]) =>
    Promise.all(packets.map((send) => send()));

  test(
    "are rewritten with right checksums, packet after packet, in both directions",
    async () => {
      open("10.96.0.1");
      const [, ...sent] = await inOneGo(ask(SYN), ...five(ask(ACK)), ...five(answer()));
      expect(sent.map(({ packet: { from, to, wrong } }) => ({ from, to, wrong }))).toEqual([
        ...five({ from: POD, to: BACKEND, wrong: [] }),
        ...five({ from: SERVICE, to: POD, wrong: [] }),
      ]);
      expect(await node.counters()).toEqual({ opened: 1, replied: 5 });
    },
    COMPILING,
  );

  test("of no service are the service's as soon as it has one of this tuple", async () => {
    open("10.96.0.1");
    const sent = await inOneGo(...five(answer()), ask(SYN), ...five(answer()));
    expect(sent.map(({ packet }) => packet.from)).toEqual([...five(BACKEND), POD, ...five(SERVICE)]);
  });

  test("are the next service's as soon as the one before is over and the client has gone there", async () => {
    open("10.96.0.1", "10.96.0.2");
    const sent = await inOneGo(
      ...[ask(SYN), ask(ACK), ...five(answer())],
      ...[ask(FIN | ACK), answer(FIN | ACK), ask(SYN, TWIN), ...five(answer())],
    );
    expect(sent.slice(-5).map(({ packet }) => packet.from)).toEqual(five(TWIN));
  });

  test("pass a RST, after which a SYN begins anew", async () => {
    open("10.96.0.1");
    const sent = await inOneGo(ask(SYN), ...five(ask(ACK)), ask(RST), ask(SYN), ...five(ask(ACK)));
    expect(sent.map(({ packet }) => packet.to)).toEqual(
      [...five(BACKEND), ...five(BACKEND), ...five(BACKEND)].slice(2),
    );
    expect(await node.counters()).toEqual({ opened: 2 });
  });

  test("a packet of one whose header contradicts itself is not translated", async () => {
    open("10.96.0.1");
    const short = packet("TCP", POD, SERVICE, { flags: ACK });
    short[46] = 0x40; // a TCP header of 16 bytes
    const sent = await inOneGo(ask(SYN), ...five(ask(ACK)), () => node.send("from_pod", short));
    expect(sent.at(-1)).toMatchObject({ verdict: "drop" });
    expect(await node.counters()).toMatchObject({ dropped_malformed: 1 });
  });
});
