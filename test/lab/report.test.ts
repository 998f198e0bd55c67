import { expect, test } from "vitest";
import pc from "picocolors";
import type { Pod } from "../../src/ir/inventory.js";
import type { ProbedCell } from "../../src/lab/probe/cells.js";
import { planLab } from "../../src/lab/plan.js";
import { summaryOf, textReport } from "../../src/lab/report/report.js";
import { reachabilityTable } from "../../src/lab/report/table.js";
import { NO_SPAN } from "../../src/source/span.js";

const plain = pc.createColors(false);
const tcp = (port: number) => ({ protocol: "TCP", port }) as const;
const ENDPOINTS = [
  { name: "shop/web", ports: [tcp(80), tcp(443)] },
  { name: "shop/db", ports: [tcp(5432)] },
  { name: "internet", ports: [] },
];
const PORTS = [80, 443, 5432];

/** Every pair on every port over IPv4; allowed are those in the list, and the policies agree unless told otherwise. */
function cells(allowed: string, wrong = ""): ProbedCell[] {
  return ENDPOINTS.flatMap(({ name: from }) =>
    ENDPOINTS.filter(({ name: to }) => to !== from).flatMap(({ name: to }) =>
      PORTS.map((port): ProbedCell => {
        const key = `${from}>${to}:${port}`;
        const found = allowed.includes(key) ? "allow" : "deny";
        const expected = wrong.includes(key) === (found === "allow") ? "deny" : "allow";
        const outcome = { result: found === "allow" ? "connected" : "timeout" } as const;
        return { from, to, protocol: "TCP", port, family: 4, expected, found, outcome };
      }),
    ),
  );
}

test("a cell has a sign for each port of the destination and one for all others", () => {
  const all = cells(
    "shop/web>shop/db:5432 internet>shop/web:80 internet>shop/web:443 internet>shop/web:5432 shop/web>internet:80 " +
      "shop/web>internet:443 shop/web>internet:5432 shop/db>internet:80 shop/db>shop/web:443",
  );
  expect(reachabilityTable(ENDPOINTS, all, 120, plain)).toBe(`\
   from, to:    1     2  3
   port:       80  5432
              443
 1 shop/web   ·      ✓   ✓
 2 shop/db    ✗✓     ·   ~
 3 internet   ✓✓+    ✗   ·

✓ connects  ✗ nothing comes back  · itself, which no policy forbids  4 6 only over this family of addresses  ! not what the policies say
after the destination's own ports: + every other probed port passes too, ~ some of them do
`);
});

test("a port that passes over one family only shows the family", () => {
  const pair = (family: 4 | 6, found: "allow" | "deny"): ProbedCell => ({
    from: "shop/web",
    to: "shop/db",
    ...tcp(5432),
    family,
    expected: found,
    found,
    outcome: { result: found === "allow" ? "connected" : "timeout" },
  });
  const table = reachabilityTable(ENDPOINTS.slice(0, 2), [pair(4, "deny"), pair(6, "allow")], 120, plain);
  expect(table.split("\n")[3]).toBe(" 1 shop/web     ·     6");
});

test("pods that are left out are counted, with the reason", () => {
  const pod: Pod = {
    namespace: "shop",
    name: "a",
    labels: {},
    ports: [],
    ips: [],
    hostNetwork: false,
    span: NO_SPAN,
  };
  const inventory = {
    namespaces: [],
    pods: [pod, { ...pod, name: "agent", hostNetwork: true }],
    ended: [
      { ...pod, name: "done" },
      { ...pod, name: "failed" },
    ],
    nodes: [],
    services: [],
  };
  const text = textReport(
    {
      plan: planLab("x", inventory, 1),
      inventory,
      cells: [],
      tried: { all: [], named: [], left: 0 },
      ports: new Map(),
      denied: [],
    },
    120,
    plain,
  );
  expect(text.split("\n").slice(0, 2)).toEqual([
    "1 host-network pod is left out: policies do not apply to them",
    "2 ended pods are left out: a pod that has ended has no network",
  ]);
});

test("columns that do not fit are a table below", () => {
  const many = Array.from({ length: 9 }, (_, index) => ({ name: `shop/pod-${index}`, ports: [tcp(8080)] }));
  const lines = reachabilityTable(many, [], 40, plain).split("\n");
  expect(lines.filter((line) => line.includes("from, to:"))).toEqual([
    "   from, to:      1     2     3     4",
    "   from, to:      5     6     7     8",
    "   from, to:      9",
  ]);
  expect(Math.max(...lines.slice(0, -3).map((line) => line.length))).toBeLessThanOrEqual(40);
});

test("what the policies do not say is counted, marked and named", () => {
  const all = cells("shop/web>shop/db:5432", "shop/web>shop/db:5432 internet>shop/db:5432");
  expect(summaryOf(all)).toEqual({ cells: 18, same: 16, different: 2 });
  const pods = ["web", "db"].map((name): Pod => ({
    namespace: "shop",
    name,
    labels: {},
    ports: name === "web" ? [tcp(80), tcp(443)] : [tcp(5432)],
    ips: [],
    hostNetwork: false,
    span: NO_SPAN,
  }));
  const inventory = { namespaces: [], pods, nodes: [], services: [] };
  const text = textReport(
    {
      plan: planLab("x", inventory, 1),
      inventory,
      cells: all,
      tried: { all: PORTS.map(tcp), named: [tcp(443)], left: 3 },
      ports: new Map(ENDPOINTS.map(({ name, ports }) => [name, ports])),
      denied: [],
    },
    120,
    plain,
  );
  expect(text.split("\n").filter((line) => line.includes("!") || /policies (?:say|name)/.test(line))).toEqual(
    [
      " 1 shop/web   ·     ✓ !  ✗",
      " 3 internet   ✗✗    ✗ !  ·",
      "✓ connects  ✗ nothing comes back  · itself, which no policy forbids  4 6 only over this family of addresses  ! not what the policies say",
      "also tried, as policies name them (of a range the first and last): 443/tcp; 3 more were left out, since pairs and ports together are too many",
      "shop/web -> shop/db 5432/tcp IPv4: allow (connected), the policies say deny",
      "internet -> shop/db 5432/tcp IPv4: deny (timeout), the policies say allow",
      "18 cells, 16 as the policies say, 2 different",
    ],
  );
});
