import pc from "picocolors";
import { expect, test } from "vitest";
import type { VerdictEvent } from "../../src/log/event.js";
import { asEvent, asLost } from "../../src/log/event.js";
import { PrettyLog } from "../../src/log/pretty.js";
import { recordOf, recordOfDrop } from "../../src/log/record.js";
import { NAMES } from "./names.js";

const DENY: VerdictEvent = {
  time: "2026-01-02T03:04:05.678901234Z",
  source: "10.0.0.1",
  destination: "10.0.0.2",
  source_port: 40000,
  destination_port: 5433,
  proto: 6,
  side: "ingress",
  verdict: "deny",
  rule: 0,
  profile: 1,
  generation: 3,
  count: 2,
};

test("a deny by isolation names every policy that isolates the pod in that direction", () => {
  expect(recordOf(DENY, NAMES)).toEqual({
    connection: {
      src_ip: "10.0.0.1",
      dest_ip: "10.0.0.2",
      src_port: 40000,
      dest_port: 5433,
      protocol: "tcp",
      direction: "ingress",
    },
    disposition: "deny",
    policies: [
      { kind: "NetworkPolicy", name: "db", namespace: "shop", source: "shop.yaml:10" },
      { kind: "NetworkPolicy", name: "default-deny", namespace: "shop", source: "shop.yaml:3" },
    ],
    src: {
      pod_name: "web-1",
      pod_namespace: "shop",
      namespace: "shop",
      workload_kind: "Deployment",
      workload_name: "web",
      node_name: "node-2",
    },
    dest: {
      pod_name: "db-0",
      pod_namespace: "shop",
      namespace: "shop",
      workload_kind: "StatefulSet",
      workload_name: "db",
      node_name: "node-1",
    },
    count: 2,
    node_name: "node-1",
    timestamp: "2026-01-02T03:04:05.678901234Z",
  });
});

test("egress and ingress of one profile have isolating policies of their own", () => {
  const egress = recordOf({ ...DENY, profile: 2, side: "egress" }, NAMES);
  expect(egress.policies?.map(({ name }) => name)).toEqual(["default-deny"]);
});

test("what a rule decided has that rule's policy, name and line", () => {
  expect(recordOf({ ...DENY, verdict: "allow", rule: 2 }, NAMES).policies).toEqual([
    { kind: "NetworkPolicy", name: "db", namespace: "shop", rule: "ingress[0]", source: "shop.yaml:14" },
  ]);
});

test("a tier's policy has no namespace", () => {
  expect(recordOf({ ...DENY, rule: 1 }, NAMES).policies).toEqual([
    { kind: "AdminTier", name: "guardrails", rule: "ingress[0]", source: "tiers.policy.ts:4" },
  ]);
});

test("audit is a disposition of its own, with the policies of the deny", () => {
  const record = recordOf({ ...DENY, verdict: "audit" }, NAMES);
  expect([record.disposition, record.policies?.length]).toEqual(["audit", 2]);
});

test("an allow without a rule has no policies", () => {
  expect(recordOf({ ...DENY, verdict: "allow" }, NAMES).policies).toEqual([]);
});

test("an address that is no pod's is an instance, and a pod without owner has no workload", () => {
  const record = recordOf({ ...DENY, source: "203.0.113.9", destination: "10.0.0.3" }, NAMES);
  expect(record.src).toEqual({ instance: "203.0.113.9" });
  expect(record.dest).toEqual({ pod_name: "bare", pod_namespace: "dev", namespace: "dev" });
});

test("an address is only ever looked up among addresses", () => {
  expect(recordOf({ ...DENY, source: "constructor" }, NAMES).src).toEqual({ instance: "constructor" });
});

test("without the generation's names only the connection and the verdict are told", () => {
  expect(recordOf(DENY, undefined)).toEqual({
    connection: recordOf(DENY, NAMES).connection,
    disposition: "deny",
    count: 2,
    timestamp: DENY.time,
  });
});

test("a rule or profile that the names do not have leaves the policies out", () => {
  expect(recordOf({ ...DENY, rule: 99 }, NAMES)).not.toHaveProperty("policies");
  expect(recordOf({ ...DENY, profile: 99 }, NAMES)).not.toHaveProperty("policies");
});

test("protocols have lower-case names, others their number, and only some have ports", () => {
  const connections = [6, 17, 132, 1, 58, 47].map((proto) => recordOf({ ...DENY, proto }, NAMES).connection);
  expect(connections.map(({ protocol, dest_port }) => [protocol, dest_port])).toEqual([
    ["tcp", 5433],
    ["udp", 5433],
    ["sctp", 5433],
    ["icmp", undefined],
    ["icmpv6", undefined],
    ["47", undefined],
  ]);
});

test("a line is an event only if it is whole", () => {
  expect(asEvent(DENY)).toEqual(DENY);
  for (const key of Object.keys(DENY)) expect(asEvent({ ...DENY, [key]: null }), key).toBeUndefined();
  for (const line of [null, 7, "x", [], {}]) expect(asEvent(line)).toBeUndefined();
});

test("what is lost is told by cause, causes that lost nothing are 0", () => {
  expect(asLost({ lost: { lost_budget: 4 } })).toEqual({ lost_ring: 0, lost_budget: 4, conntrack_full: 0 });
  expect(asLost(DENY)).toBeUndefined();
});

test("a packet that was dropped for another reason has that reason, and its ends if they were read", () => {
  const drop = { time: DENY.time, verdict: "deny", drop: "drop_source", generation: 3, count: 2 } as const;
  const ends = {
    source: "10.0.0.1",
    destination: "10.0.0.2",
    source_port: 40000,
    destination_port: 5432,
    proto: 6,
  };
  expect(recordOfDrop({ ...drop, ...ends }, NAMES)).toMatchObject({
    connection: {
      src_ip: "10.0.0.1",
      dest_ip: "10.0.0.2",
      src_port: 40000,
      dest_port: 5432,
      protocol: "tcp",
    },
    disposition: "drop",
    reason: "drop_source",
    src: { pod_name: "web-1" },
    dest: { pod_name: "db-0" },
    count: 2,
  });
  const unread = recordOfDrop({ ...drop, drop: "drop_ethertype", verdict: "audit" }, undefined);
  expect(unread).toEqual({ disposition: "audit", reason: "drop_ethertype", count: 2, timestamp: DENY.time });
  expect(new PrettyLog(pc.createColors(false)).line(unread)).toMatch(
    /  AUDIT  \(not read\)  +neither IP nor ARP, VLAN tags included  x2$/,
  );
});
