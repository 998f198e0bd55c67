import { spawnSync } from "node:child_process";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { LOADER, must, privileged } from "../../loader/harness.js";
import {
  Cgroup,
  change,
  compileSocket,
  compileTiny,
  CONFIG,
  endpoint,
  frontend,
  object,
  port,
  Server,
  type ServiceObjects,
  Sockets,
  whole,
} from "./harness.js";

const NODE = `polc-sockets-${process.pid}`;
const POD = `${NODE}-pod`;

/** Services by their number: the port of each is 1000 + number, over TCP and UDP (100 more for the UDP port's number). */
const SERVICES = {
  one: { number: 1, endpoints: [11] },
  both: { number: 2, endpoints: [21, 22] },
  none: { number: 3, endpoints: [] },
  silent: { number: 4, endpoints: [], empty: "drop" },
  closed: { number: 5, endpoints: [51], flags: ["source-ranges"] },
  affine: { number: 6, endpoints: [61, 62], affinity: 60 },
  moving: { number: 7, endpoints: [71] },
} as const;

const VIP = "10.96.0.1";
const VIP6 = "fd00:96::1";
const address = (id: number) => `10.0.0.${(id % 10) + 0}`;

function state(objects: ServiceObjects, socket: string, cgroup: string): any {
  const lists: any = { endpoints: [], sets: [], ports: [], frontends: [] };
  for (const { number, endpoints, ...more } of Object.values(SERVICES)) {
    for (const [protocol, offset] of [
      ["TCP", 0],
      ["UDP", 100],
    ] as const) {
      const id = number + offset;
      const ids = endpoints.map((endpoint) => endpoint + 10 * offset);
      lists.endpoints.push(...ids.map((each) => endpoint(each, address(each), { servicePort: id })));
      if (ids.length) lists.sets.push({ id, endpoints: ids });
      const { empty = "refuse", ...rest } = more as { empty?: string };
      lists.ports.push(port(id, ids.length ? id : 0, { empty: [empty, empty, empty], ...rest }));
      const at = 1000 + number;
      lists.frontends.push(
        frontend(VIP, at, id, { protocol }),
        frontend("10.97.0.1", at, id, { protocol, kind: "load-balancer" }),
        frontend("0.0.0.0", 30000 + number, id, { protocol, kind: "node-port" }),
      );
    }
  }
  for (const [protocol, id] of [
    ["TCP", 8],
    ["UDP", 108],
  ] as const) {
    lists.endpoints.push(endpoint(80 + id, "fd00::1", { servicePort: id }));
    lists.sets.push({ id, endpoints: [80 + id] });
    lists.ports.push(port(id, id));
    lists.frontends.push(frontend(VIP6, 1008, id, { protocol }));
  }
  const base = whole(objects, 1, []);
  return {
    ...base,
    ...lists,
    objects: { ...base.objects, socket: object(socket) },
    config: { ...CONFIG, node6: "2001:db8::1" },
    cgroup,
    destinations: [
      { address: VIP, flags: ["cluster-ip"] },
      { address: VIP6, flags: ["cluster-ip"] },
      { address: "10.97.0.1", flags: ["external"] },
      { address: "192.0.2.1", flags: ["node", "own"] },
    ],
    sourceRanges: [{ servicePort: 5, block: "203.0.113.0/24" }],
  };
}

describe.skipIf(!privileged)("a process of the node", { timeout: 240_000 }, () => {
  let objects: ServiceObjects;
  let cgroup: Cgroup;
  let server: Server;
  let sockets: Sockets;
  let pod: Sockets;
  let generation = 1;

  beforeAll(async () => {
    objects = compileTiny();
    cgroup = new Cgroup();
    const ip = (...args: string[]) => must("ip", args);
    for (const name of [NODE, POD]) {
      ip("netns", "add", name);
      ip("-n", name, "link", "set", "lo", "up");
    }
    for (const each of ["10.0.0.1/32", "10.0.0.2/32", "192.0.2.1/32", "fd00::1/128"])
      ip("-n", NODE, "addr", "add", each, "dev", "lo");
    ip("-n", POD, "addr", "add", `${VIP}/32`, "dev", "lo");
    server = new Server(NODE, NODE);
    const answer = await server.ask(state(objects, compileSocket(objects.dir), cgroup.path));
    expect(answer).toMatchObject({ generation: 1, problems: [] });
    sockets = new Sockets(objects, NODE, cgroup.path);
    for (const [name, at] of [
      ["first", "10.0.0.1"],
      ["second", "10.0.0.2"],
      ["six", "fd00::1"],
    ])
      expect(await sockets.ask(`serve ${name} ${at} 8080`)).toBe("ready");
    pod = new Sockets(objects, POD, cgroup.path);
    expect(await pod.ask(`serve itself ${VIP} 1001`)).toBe("ready");
  }, 240_000);

  afterAll(async () => {
    await sockets?.end();
    await pod?.end();
    await server?.end();
    spawnSync("nsenter", [`--net=/run/netns/${NODE}`, LOADER, "services", "detach", "--instance", NODE]);
    for (const name of [NODE, POD]) spawnSync("ip", ["netns", "del", name]);
    await cgroup?.remove();
    objects?.remove();
  });

  const repeat = async (times: number, line: string) => {
    const answers = new Set<string>();
    for (let i = 0; i < times; i++) answers.add(await sockets.ask(line));
    return [...answers].sort();
  };

  /** What it asks, and what it sees. */
  const SEEN: readonly [string, string, string][] = [
    [
      "connects to a ClusterIP, and its peer is the service",
      "tcp 10.96.0.1 1001",
      "first peer 10.96.0.1:1001",
    ],
    [
      "with an IPv6 socket and a mapped address likewise",
      "tcp ::ffff:10.96.0.1 1001",
      "first peer [::ffff:10.96.0.1]:1001",
    ],
    ["over IPv6 likewise", "tcp fd00:96::1 1008", "six peer [fd00:96::1]:1008"],
    ["to a load balancer's address likewise", "tcp 10.97.0.1 1001", "first peer 10.97.0.1:1001"],
    ["by a node port of its own address likewise", "tcp 192.0.2.1 30001", "first peer 192.0.2.1:30001"],
    ["by a node port of 127.0.0.1 is refused: nobody listens", "tcp 127.0.0.1 30001", "ECONNREFUSED"],
    ["to a port that the ClusterIP lacks is refused", "tcp 10.96.0.1 999", "ECONNREFUSED"],
    ["to a port that the load balancer lacks goes where routes say", "tcp 10.97.0.1 999", "ENETUNREACH"],
    ["to a service without endpoints is refused", "tcp 10.96.0.1 1003", "ECONNREFUSED"],
    ["to a service whose policy leaves none is timed out, at once", "tcp 10.96.0.1 1004", "ETIMEDOUT"],
    ["from outside loadBalancerSourceRanges is timed out, at once", "tcp 10.97.0.1 1005", "ETIMEDOUT"],
    [
      "to the ClusterIP of that service is not concerned by them",
      "tcp 10.96.0.1 1005",
      "first peer 10.96.0.1:1005",
    ],
    ["to the node port of that service neither", "tcp 192.0.2.1 30005", "first peer 192.0.2.1:30005"],
    [
      "to an address that is no service's goes there itself",
      "tcp 10.0.0.2 8080",
      "second peer 10.0.0.2:8080",
    ],
  ];
  for (const [what, line, sees] of SEEN)
    test(`${what} (${line})`, async () => {
      const started = performance.now();
      expect(await sockets.ask(line)).toBe(sees);
      expect(performance.now() - started).toBeLessThan(900); // the helper's own time-out is a second
    });

  test("that connects often reaches all endpoints", async () => {
    expect(await repeat(40, "tcp 10.96.0.1 1002")).toEqual([
      "first peer 10.96.0.1:1002",
      "second peer 10.96.0.1:1002",
    ]);
  });

  test("that connects often to a service with affinity reaches one", async () => {
    expect(await repeat(40, "tcp 10.96.0.1 1006")).toHaveLength(1);
  });

  test("sends datagrams to a service, and the answer is from the service", async () => {
    await sockets.ask("open 1 4");
    expect(await sockets.ask("to 1 10.96.0.1 1001")).toBe("first from 10.96.0.1:1001");
    expect(await sockets.ask("to 1 10.97.0.1 1001")).toBe("first from 10.97.0.1:1001");
    expect(await sockets.ask("to 1 10.0.0.2 8080")).toBe("second from 10.0.0.2:8080");
    await sockets.ask("open 2 6");
    expect(await sockets.ask("to 2 ::ffff:10.96.0.1 1001")).toBe("first from [::ffff:10.96.0.1]:1001");
    expect(await sockets.ask("to 2 fd00:96::1 1008")).toBe("six from [fd00:96::1]:1008");
  });

  test("whose socket sends more datagrams stays with its endpoint", async () => {
    await sockets.ask("open 1 4");
    expect(await repeat(40, "to 1 10.96.0.1 1002")).toHaveLength(1);
  });

  test("is told at once by a datagram's call that a service refuses, or is silent", async () => {
    await sockets.ask("open 1 4");
    expect(await sockets.ask("to 1 10.96.0.1 1003")).toBe("ECONNREFUSED");
    expect(await sockets.ask("to 1 10.96.0.1 999")).toBe("ECONNREFUSED");
    expect(await sockets.ask("to 1 10.96.0.1 1004")).toBe("EPERM");
    expect(await sockets.ask("connect 1 10.96.0.1 1003")).toBe("ECONNREFUSED");
    expect(await sockets.ask("connect 1 10.96.0.1 1004")).toBe("EPERM");
  });

  test("connects a UDP socket, and its peer is the service", async () => {
    await sockets.ask("open 1 4");
    expect(await sockets.ask("connect 1 10.96.0.1 1001")).toBe("peer 10.96.0.1:1001");
    expect(await sockets.ask("exchange 1")).toBe("first from 10.96.0.1:1001");
    await sockets.ask("open 1 6");
    expect(await sockets.ask("connect 1 fd00:96::1 1008")).toBe("peer [fd00:96::1]:1008");
    expect(await sockets.ask("exchange 1")).toBe("six from [fd00:96::1]:1008");
  });

  test("of a pod's own network namespace is left to the pod's hooks", async () => {
    expect(await pod.ask("tcp 10.96.0.1 1001")).toBe("itself peer 10.96.0.1:1001");
  });

  test("that keeps a UDP socket is moved when the endpoint leaves: at the next datagram, or by an end of the connection", async () => {
    await sockets.ask("open 3 4");
    await sockets.ask("open 4 4");
    await sockets.ask("open 5 6");
    await sockets.ask("open 6 4");
    expect(await sockets.ask("to 3 10.96.0.1 1007")).toBe("first from 10.96.0.1:1007");
    for (const [id, to] of [
      [4, VIP],
      [5, `::ffff:${VIP}`],
    ] as const) {
      expect(await sockets.ask(`connect ${id} ${to} 1007`)).toMatch(/^peer/);
      expect(await sockets.ask(`exchange ${id}`)).toMatch(/^first/);
    }
    // One that asked for the backend itself is nobody's business.
    expect(await sockets.ask("connect 6 10.0.0.1 8080")).toBe("peer 10.0.0.1:8080");
    const old = 71 + 10 * 100;
    generation++;
    const moved = change(generation, {
      endpoints: { put: [endpoint(7, "10.0.0.2", { servicePort: 107 })], remove: [old] },
      sets: { put: [{ id: 200, endpoints: [7] }], remove: [107] },
      ports: { put: [port(107, 200)] },
    });
    expect(await server.ask(moved)).toMatchObject({ generation, problems: [] });
    await new Promise((resolve) => setTimeout(resolve, 200)); // it is done behind the answer
    expect(await sockets.ask("to 3 10.96.0.1 1007")).toBe("second from 10.96.0.1:1007");
    for (const [id, to] of [
      [4, VIP],
      [5, `::ffff:${VIP}`],
    ] as const) {
      expect(await sockets.ask(`receive ${id}`)).toBe("ECONNABORTED");
      expect(await sockets.ask(`exchange ${id}`)).toBe("EDESTADDRREQ");
      expect(await sockets.ask(`connect ${id} ${to} 1007`)).toMatch(/^peer/);
      expect(await sockets.ask(`exchange ${id}`)).toMatch(/^second/);
    }
    expect(await sockets.ask("exchange 6")).toBe("first from 10.0.0.1:8080");
  });
});
