import pc from "picocolors";
import { expect, test } from "vitest";
import type { LogRecord } from "../../src/log/record.js";
import { PrettyLog } from "../../src/log/pretty.js";

const plain = pc.createColors(false);

const RECORD: LogRecord = {
  connection: {
    src_ip: "10.0.0.1",
    dest_ip: "10.0.0.2",
    src_port: 40000,
    dest_port: 5432,
    protocol: "tcp",
    direction: "ingress",
  },
  disposition: "deny",
  policies: [{ kind: "NetworkPolicy", name: "default-deny", namespace: "shop", source: "shop.yaml:3" }],
  src: { pod_name: "web", pod_namespace: "shop" },
  dest: { pod_name: "db", pod_namespace: "shop" },
  count: 1,
  timestamp: "2026-01-02T03:04:05.678901234Z",
};

test("a record is one line: when, verdict, flow, direction, policies and where they are written", () => {
  expect(new PrettyLog(plain).line(RECORD)).toBe(
    "03:04:05.678  DENY   shop/web -> shop/db 5432/tcp  ingress  shop/default-deny (shop.yaml:3)",
  );
});

test("columns stay aligned after a wider flow", () => {
  const log = new PrettyLog(plain);
  log.line({ ...RECORD, src: { pod_name: "a-much-longer-name", pod_namespace: "shop" } });
  expect(log.line({ ...RECORD, disposition: "allow", count: 12 })).toBe(
    "03:04:05.678  ALLOW  shop/web -> shop/db 5432/tcp                 ingress  shop/default-deny (shop.yaml:3)  x12",
  );
});

test("what is no pod is its address; a rule and a tier's kind are shown", () => {
  const record: LogRecord = {
    ...RECORD,
    connection: { src_ip: "fd00::1", dest_ip: "10.0.0.2", protocol: "icmp", direction: "egress" },
    src: { instance: "fd00::1" },
    policies: [{ kind: "AdminTier", name: "guardrails", rule: "egress[1]", source: "tiers.policy.ts:4" }],
  };
  expect(new PrettyLog(plain).line(record)).toBe(
    "03:04:05.678  DENY   fd00::1 -> shop/db icmp  egress   AdminTier/guardrails egress[1] (tiers.policy.ts:4)",
  );
});

test("terminal escapes in names come out as text", () => {
  const evil = "db\u001b[2J";
  const line = new PrettyLog(plain).line({
    ...RECORD,
    dest: { pod_name: evil, pod_namespace: "shop" },
    policies: [{ kind: "NetworkPolicy", name: evil, namespace: evil, rule: evil, source: `${evil}:3` }],
    timestamp: evil,
  });
  expect(line).not.toContain("\u001b");
  expect(line.match(/db\\u\{1b\}\[2J/g)).toHaveLength(6);
});

test("what was lost is said with its cause", () => {
  expect(new PrettyLog(plain).lost({ lost_ring: 3, lost_budget: 0, conntrack_full: 1 }, "local")).toBe(
    "local: events lost, the log was not read in time: 3; connections not remembered, the table is full: 1",
  );
});
