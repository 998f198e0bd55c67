import { expect, test } from "vitest";
import { meansTheSame, semanticDiff } from "../../../src/analysis/diff/semantic_diff.js";
import type { PodMatch, Policy, PortMatch, Rule, TierPolicy } from "../../../src/ir/policy.js";
import { loadProject } from "../../../src/parser/project.js";
import { NO_SPAN } from "../../../src/source/span.js";

async function policiesOf(yaml: string): Promise<readonly Policy[]> {
  const { policies, diagnostics } = await loadProject(["-"], { stdin: async () => Buffer.from(yaml) });
  expect(diagnostics).toEqual([]);
  return policies;
}

function networkPolicy(name: string, spec: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: ${spec}
---
`;
}

const FROM_WEB = "{ podSelector: { matchLabels: { app: web } } }";
const db = (ingress: string) =>
  `{ podSelector: { matchLabels: { app: db } }, policyTypes: [Ingress], ingress: [${ingress}] }`;

test("another name, another order and rules spread over two policies mean the same", async () => {
  const one = await policiesOf(
    networkPolicy(
      "db",
      db(
        `{ from: [${FROM_WEB}], ports: [{ protocol: TCP, port: 5432 }] }, { ports: [{ protocol: UDP, port: 53 }] }`,
      ),
    ),
  );
  const two = await policiesOf(
    networkPolicy("dns", db("{ ports: [{ protocol: UDP, port: 53 }] }")) +
      networkPolicy("sql", db(`{ from: [${FROM_WEB}], ports: [{ protocol: TCP, port: 5432 }] }`)),
  );
  expect(meansTheSame(one, two)).toBe(true);
});

test("two ranges mean what one does, and two blocks what the one around them does", async () => {
  const one = await policiesOf(
    networkPolicy(
      "db",
      db("{ from: [{ ipBlock: { cidr: 10.0.0.0/8 } }], ports: [{ protocol: TCP, port: 1, endPort: 9 }] }"),
    ),
  );
  const halves = (last: number) =>
    networkPolicy(
      "db",
      db(`{ from: [{ ipBlock: { cidr: 10.0.0.0/9 } }, { ipBlock: { cidr: 10.128.0.0/9 } }],
            ports: [{ protocol: TCP, port: 1, endPort: 4 }, { protocol: TCP, port: 5, endPort: ${last} }] }`),
    );
  expect(meansTheSame(one, await policiesOf(halves(9)))).toBe(true);
  expect(meansTheSame(one, await policiesOf(halves(8)))).toBe(false);
});

test("a wider port range opens just the ports that it adds, by the rule that adds them", async () => {
  const before = await policiesOf(
    networkPolicy("db", db(`{ from: [${FROM_WEB}], ports: [{ protocol: TCP, port: 5432 }] }`)),
  );
  const after = await policiesOf(
    networkPolicy("db", db(`{ from: [${FROM_WEB}], ports: [{ protocol: TCP, port: 5432, endPort: 5440 }] }`)),
  );
  const { opened, closed, complete } = semanticDiff(before, after);
  expect({ complete, closed }).toEqual({ complete: true, closed: [] });
  expect(opened).toHaveLength(1);
  expect(opened[0]).toMatchObject({
    direction: "ingress",
    cause: after[0]!.rules[0],
    ports: [{ protocol: "TCP", from: 5433, to: 5440 }],
    witness: {
      from: { pod: { namespace: "shop", labels: { app: "web" } } },
      to: { pod: { namespace: "shop", labels: { app: "db" } } },
      protocol: "TCP",
      port: 5433,
    },
    before: { verdict: "deny", isolatedBy: before },
    after: { verdict: "allow", rules: [{ policy: after[0], rule: after[0]!.rules[0] }] },
    connection: "changed",
  });
});

test("an isolation that goes opens every other peer and port", async () => {
  const before = await policiesOf(networkPolicy("db", db(`{ from: [${FROM_WEB}] }`)));
  const { opened, closed } = semanticDiff(before, []);
  expect(closed).toEqual([]);
  expect(opened).toHaveLength(1);
  expect(opened[0]).toMatchObject({
    cause: undefined,
    ends: [{ pods: undefined, except: before[0]!.rules[0]!.peers, addresses: undefined }],
    connection: "changed",
    after: { rules: [] },
  });
  expect(opened[0]!.ports.map(({ protocol }) => protocol)).toEqual(["TCP", "UDP", "SCTP", "other"]);
});

test("what the other end denies before and after changes no connection", async () => {
  const webIsolated = networkPolicy(
    "web",
    "{ podSelector: { matchLabels: { app: web } }, policyTypes: [Egress] }",
  );
  const before = await policiesOf(webIsolated + networkPolicy("db", db("")));
  const after = await policiesOf(webIsolated + networkPolicy("db", db(`{ from: [${FROM_WEB}] }`)));
  expect(semanticDiff(before, after).opened.map(({ connection }) => connection)).toEqual(["unchanged"]);
  const allowed = await policiesOf(networkPolicy("db", db(`{ from: [${FROM_WEB}] }`)));
  expect(semanticDiff(before, allowed).opened.map(({ connection }) => connection)).toEqual([
    "changed",
    "changed",
  ]);
});

test("another port name opens what is called so and was not, and closes what was", async () => {
  const port = (name: string) =>
    policiesOf(networkPolicy("db", db(`{ ports: [{ protocol: TCP, port: ${name} }] }`)));
  const { opened, closed } = semanticDiff(await port("sql"), await port("query"));
  expect([opened, closed].map((changes) => changes.map(({ ports }) => ports))).toEqual([
    [[{ protocol: "TCP", from: 0, to: 65535, names: ["query"], unless: ["sql"] }]],
    [[{ protocol: "TCP", from: 0, to: 65535, names: ["sql"], unless: ["query"] }]],
  ]);
  expect(opened[0]!.witness.to).toMatchObject({
    pod: { ports: [{ name: "query", port: 80, protocol: "TCP" }] },
  });
});

test("two rules for names of one port are told apart from the same rules in the other order", () => {
  const everyPod: PodMatch = {
    kind: "pods",
    namespaces: { kind: "selector", selector: { requirements: [], span: NO_SPAN }, span: NO_SPAN },
    pods: { requirements: [], span: NO_SPAN },
    span: NO_SPAN,
  };
  const rule = (action: Rule["action"], name: string): Rule => {
    const ports: readonly PortMatch[] = [{ kind: "named", protocol: "TCP", name, span: NO_SPAN }];
    return { direction: "ingress", action, subject: everyPod, ports, logged: false, span: NO_SPAN };
  };
  const tier = (...rules: readonly Rule[]): TierPolicy => {
    return { kind: "AdminTier", tier: "admin", name: "t", priority: 1, rules, logged: false, span: NO_SPAN };
  };
  const [allowHttp, denyWeb] = [rule("allow", "http"), rule("deny", "web")];
  const { opened, closed } = semanticDiff([tier(allowHttp, denyWeb)], [tier(denyWeb, allowHttp)]);
  expect(opened).toEqual([]);
  expect(closed.map(({ witness }) => witness.to)).toMatchObject([
    {
      pod: {
        ports: [
          { name: "http", port: 80 },
          { name: "web", port: 80 },
        ],
      },
    },
  ]);
});

test("blocks that together are every address open pods whose own policies deny them, and all of it is listed", async () => {
  const isolated = "{ podSelector: {}, policyTypes: [Ingress, Egress]";
  const peers = "{ ipBlock: { cidr: 0.0.0.0/0 } }, { ipBlock: { cidr: '::/0' } }";
  const open = await policiesOf(networkPolicy("all", `${isolated}, ingress: [{ from: [${peers}] }] }`));
  const closed = await policiesOf(networkPolicy("all", `${isolated} }`));
  const { opened, complete } = semanticDiff(closed, open);
  expect(complete).toBe(true);
  expect(opened.map(({ direction, connection }) => `${direction} ${connection}`)).toEqual([
    "ingress changed",
    "ingress unchanged",
  ]);
});
