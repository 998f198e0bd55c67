import { afterEach, describe, expect, test } from "vitest";
import { Node, privileged } from "./node.js";
import { packet, SYN } from "./packets.js";
import { tablesOf } from "./tables.js";

const FAMILIES = {
  4: { pod: "10.0.0.9", own: "192.168.0.1", other: "192.168.0.2", backend: "10.0.0.2", any: "0.0.0.0" },
  6: { pod: "fd00::9", own: "fd00:192::1", other: "fd00:192::2", backend: "fd00::2", any: "::" },
} as const;

describe.skipIf(!privileged).each([4, 6] as const)("a pod that asks a node port, IPv%i", (family) => {
  const { pod, own, other, backend, any } = FAMILIES[family];
  const at = (address: string, port: number) =>
    family === 4 ? `${address}:${port}` : `[${address}]:${port}`;
  let node: Node;
  afterEach(() => node?.close());
  const ask = (address: string, flags: readonly string[]) => {
    node = Node.open(
      tablesOf([{ address: any, port: 30080, kind: "node-port", endpoints: [at(backend, 8080)], flags }], {
        [own]: "own",
        [other]: "other",
      }),
    );
    return node.send("from_pod", packet("TCP", at(pod, 41000), at(address, 30080), { flags: SYN }));
  };

  test("of another node gets an endpoint at once", async () => {
    expect((await ask(other, [])).packet).toMatchObject({ to: at(backend, 8080), wrong: [] });
  });

  test("of another node with policy Local is left to that node", async () => {
    const asked = await ask(other, ["node-port-local"]);
    expect(asked.verdict).toBe("pass");
    expect(asked.packet).toMatchObject({ to: at(other, 30080), wrong: [] });
    expect(await node.counters()).toEqual({});
  });

  test("of its own node with policy Local gets an endpoint at once", async () => {
    expect((await ask(own, ["node-port-local"])).packet).toMatchObject({ to: at(backend, 8080), wrong: [] });
  });
});
