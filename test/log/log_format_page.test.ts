import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { PrettyLog } from "../../src/log/pretty.js";
import type { LogRecord } from "../../src/log/record.js";
import { recordOf } from "../../src/log/record.js";
import { colorsFor } from "../../src/source/pretty.js";
import type { GenerationNames } from "../../src/state/generation_names.js";

const page = readFileSync(new URL("../../docs/log-format.md", import.meta.url), "utf8");
const example = JSON.parse(/```json\n(\{\n[^`]*"connection"[^`]*)```/.exec(page)![1]!) as LogRecord;

const POLICY = { kind: "NetworkPolicy", namespace: "shop", tier: "networkpolicy" as const, logged: false };

const NAMES: GenerationNames = {
  version: 2,
  generation: 1,
  nextProfile: 3,
  node: "node-1",
  bundle: "",
  audit: false,
  policies: [
    { ...POLICY, name: "db", source: "st/shop.yaml:10" },
    { ...POLICY, name: "default-deny", source: "st/shop.yaml:3" },
  ],
  rules: [{ policy: 0, name: "ingress[0]", source: "st/shop.yaml:14" }],
  profiles: [
    {
      number: 1,
      set: "shop",
      content: "",
      policies: [0, 1],
      rules: [0],
      isolatedBy: { ingress: [0, 1], egress: [] },
    },
  ],
  local: [],
  pods: {
    "10.77.0.1": {
      namespace: "shop",
      name: "web-7b78d7c957-zkn54",
      workload: { kind: "Deployment", name: "web" },
      node: "node-1",
    },
    "10.77.0.2": {
      namespace: "shop",
      name: "db-0",
      workload: { kind: "StatefulSet", name: "db" },
      node: "node-1",
    },
  },
};

const EVENT = {
  time: "2026-11-24T06:07:47.642803590Z",
  source: "10.77.0.1",
  destination: "10.77.0.2",
  source_port: 60504,
  destination_port: 5433,
  proto: 6,
  side: "ingress" as const,
  verdict: "deny" as const,
  rule: 0,
  profile: 1,
  generation: 1,
  count: 1,
};

test("the page's example is what the event is logged as, key by key in this order", () => {
  expect(JSON.stringify(recordOf(EVENT, NAMES))).toBe(JSON.stringify(example));
});

test("the page's line for people is that record's", () => {
  expect(page).toContain(`    ${new PrettyLog(colorsFor({}, false)).line(example)}\n`);
});

test("the page's rule is what an allow by a rule names", () => {
  const policies = recordOf({ ...EVENT, verdict: "allow", rule: 1 }, NAMES).policies;
  const shown = /"policies": (\[[^\]]*"rule": "ingress\[0\]"[^\]]*\])/.exec(page)![1]!;
  expect(policies).toEqual(JSON.parse(shown));
});

test("every field of a record is described", () => {
  const keys = (value: object): string[] =>
    Object.entries(value).flatMap(([key, inner]) => [
      key,
      ...(typeof inner === "object" && inner ? keys(inner as object) : []),
    ]);
  const allowed = recordOf({ ...EVENT, verdict: "allow", rule: 1, source: "192.0.2.1" }, NAMES);
  const names = [...keys(example), ...keys(allowed)].filter((key) => !/^\d+$/.test(key));
  for (const key of new Set(names)) expect(page, key).toMatch(new RegExp("`(connection\\.)?" + key + "`"));
});

test("a record names the Service that led the client to the pod, and the address that it asked for", () => {
  const services = {
    "10.96.0.10 80 TCP": { namespace: "shop", name: "db" },
    "0.0.0.0 30080 TCP": { namespace: "shop", name: "nodes" },
  };
  const asked = (address: string, port: number) =>
    recordOf({ ...EVENT, verdict: "allow", rule: 1, service: { address, port } }, { ...NAMES, services });
  expect(asked("10.96.0.10", 80).service).toEqual({
    ip: "10.96.0.10",
    port: 80,
    namespace: "shop",
    name: "db",
  });
  expect(asked("192.0.2.1", 30080).service).toMatchObject({ ip: "192.0.2.1", name: "nodes" });
  expect(asked("10.96.0.11", 80).service).toEqual({ ip: "10.96.0.11", port: 80 });
  const line = new PrettyLog(colorsFor(process.stdout, false)).line(asked("10.96.0.10", 80));
  expect(line).toContain("-> shop/db-0 5433/tcp by shop/db (10.96.0.10:80)");
});
