import { expect, test } from "vitest";
import { bare, parse } from "./project.js";

const CLUSTER = `
import { absent, allow, anywhere, cidr, cluster, everyPod, exists, internet, isIn, namespaces, notIn, pods, policy, range, sctp, tcp, udp } from "polc";
const { shop, monitoring } = cluster({
  shop: { web: { app: "web" }, api: { app: "api" }, db: { app: "db" } },
  monitoring: { prometheus: { app: "prometheus" } },
});
`;

const inShop = (app: string) => ({
  kind: "pods",
  namespaces: { kind: "name", name: "shop" },
  pods: { requirements: [{ key: "app", operator: "In", values: [app] }] },
});
const tcpPort = (port: number) => ({ kind: "range", protocol: "TCP", from: port, to: port });

/** The policies of one file whose text follows the cluster above. */
async function policiesOf(text: string) {
  const { policies, said } = await parse({ "shop.policy.ts": CLUSTER + text });
  expect(said).toEqual([]);
  return bare(policies);
}

/** The peers of the first rule of the first policy, which allows them to reach shop.web. */
async function peersOf(...ends: string[]) {
  const rules = ends.map((end) => `allow(${end}).to(shop.web)`).join(", ");
  const [policy] = await policiesOf(
    `export default policy("p", { isolateIngress: [shop.web], rules: [${rules}] });`,
  );
  return policy!.rules.map(({ peers }) => peers);
}

test("a sentence gives its destination an ingress rule and its source an egress rule", async () => {
  const policies = await policiesOf(`export default policy("shop", {
    isolate: [shop.web, shop.api],
    rules: [allow(shop.web).to(shop.api).on(tcp(8080))],
  });`);
  expect(policies).toEqual([
    {
      kind: "NetworkPolicy",
      tier: "networkpolicy",
      name: "shop-web",
      namespace: "shop",
      subject: inShop("web"),
      isolates: { ingress: true, egress: true },
      rules: [
        {
          direction: "egress",
          action: "allow",
          subject: inShop("web"),
          peers: [inShop("api")],
          ports: [tcpPort(8080)],
          logged: false,
        },
      ],
      logged: false,
    },
    {
      kind: "NetworkPolicy",
      tier: "networkpolicy",
      name: "shop-api",
      namespace: "shop",
      subject: inShop("api"),
      isolates: { ingress: true, egress: true },
      rules: [
        {
          direction: "ingress",
          action: "allow",
          subject: inShop("api"),
          peers: [inShop("web")],
          ports: [tcpPort(8080)],
          logged: false,
        },
      ],
      logged: false,
    },
  ]);
});

test("ingress rules come first, each direction in the order of the sentences", async () => {
  const [web] = await policiesOf(`export default policy("p", {
    isolate: [shop.web],
    rules: [
      allow(shop.web).to(shop.db),
      allow(monitoring.prometheus).to(shop.web).on(tcp(9090)).logged(),
      allow(shop.web).to(shop.api),
      allow(internet).to(shop.web).on(tcp(443)),
    ],
  });`);
  expect(web!.rules.map(({ direction, ports, logged }) => [direction, ports, logged])).toEqual([
    ["ingress", [tcpPort(9090)], true],
    ["ingress", [tcpPort(443)], false],
    ["egress", undefined, false],
    ["egress", undefined, false],
  ]);
  expect(web!.rules[2]!.peers).toEqual([inShop("db")]);
});

test("isolateIngress and isolateEgress isolate one direction, and only its rules are made", async () => {
  const policies = await policiesOf(`export default policy("p", {
    isolateIngress: [shop.api],
    isolateEgress: [shop.web, shop.api],
    rules: [allow(shop.web).to(shop.api), allow(shop.db).to(shop.web).on(tcp(1)), allow(shop.web).to(shop.db)],
    logged: true,
  });`).catch((error: unknown) => error);
  expect(policies).toBeInstanceOf(Error);
  const { said, policies: none } = await parse({
    "p.policy.ts": `${CLUSTER}export default policy("p", {
      isolateIngress: [shop.api],
      isolateEgress: [shop.web],
      rules: [allow(shop.web).to(shop.api), allow(shop.db).to(shop.web)],
    });`,
  });
  expect(said).toEqual([
    "p.policy.ts idle-rule: this policy isolates neither end, so the rule has no effect | allow(shop.db).to(shop.web)",
  ]);
  expect(none).toEqual([]);
  const [api, web] = await policiesOf(`export default policy("p", {
    isolateIngress: [shop.api],
    isolateEgress: [shop.web, shop.api],
    rules: [allow(shop.web).to(shop.api)],
    logged: true,
  });`);
  expect([api!.name, api!.kind === "NetworkPolicy" && api!.isolates, api!.rules.length, api!.logged]).toEqual(
    ["p-api", { ingress: true, egress: true }, 1, true],
  );
  expect([web!.name, web!.kind === "NetworkPolicy" && web!.isolates, web!.rules.length]).toEqual([
    "p-web",
    { ingress: false, egress: true },
    1,
  ]);
});

test("an array of ends is one rule with a list of peers, for each isolated member", async () => {
  const [web, api, db] = await policiesOf(`export default policy("p", {
    isolate: [shop.web, shop.api, shop.db],
    rules: [allow([shop.web, shop.api]).to(shop.db).on(tcp(5432), udp(53))],
  });`);
  expect(db!.rules.map(({ peers }) => peers)).toEqual([[inShop("web"), inShop("api")]]);
  expect(db!.rules[0]!.ports).toEqual([tcpPort(5432), { kind: "range", protocol: "UDP", from: 53, to: 53 }]);
  expect([web!.rules, api!.rules].map((rules) => rules.map(({ peers }) => peers))).toEqual([
    [[inShop("db")]],
    [[inShop("db")]],
  ]);
});

test("every kind of end has its peers", async () => {
  const everyone = { kind: "selector", selector: { requirements: [] } };
  const selector = (...requirements: object[]) => ({ requirements });
  expect(
    await peersOf(
      "anywhere",
      "everyPod",
      "shop.everyPod",
      'pods({ app: "x" })',
      'pods({}, { namespace: "other" })',
      'namespaces({ env: "dev" })',
      'namespaces({ "kubernetes.io/metadata.name": "dev" }).pods({ app: "x" })',
      'cidr("10.0.0.0/8", { except: ["10.2.0.0/16", "10.1.0.0/16"] })',
      'cidr("2001:DB8:0::/48")',
    ),
  ).toEqual([
    undefined,
    [{ kind: "pods", namespaces: everyone, pods: selector() }],
    [{ kind: "pods", namespaces: { kind: "name", name: "shop" }, pods: selector() }],
    [
      {
        kind: "pods",
        namespaces: everyone,
        pods: selector({ key: "app", operator: "In", values: ["x"] }),
      },
    ],
    [{ kind: "pods", namespaces: { kind: "name", name: "other" }, pods: selector() }],
    [
      {
        kind: "pods",
        namespaces: { kind: "selector", selector: selector({ key: "env", operator: "In", values: ["dev"] }) },
        pods: selector(),
      },
    ],
    [
      {
        kind: "pods",
        namespaces: { kind: "name", name: "dev" },
        pods: selector({ key: "app", operator: "In", values: ["x"] }),
      },
    ],
    [
      {
        kind: "block",
        cidr: { text: "10.0.0.0/8" },
        except: [{ text: "10.1.0.0/16" }, { text: "10.2.0.0/16" }],
      },
    ],
    [{ kind: "block", cidr: { text: "2001:db8::/48" }, except: [] }],
  ]);
});

test("the internet is everything less private, carrier-grade NAT, link-local and unique local addresses", async () => {
  const excepts = (...texts: string[]) => texts.map((text) => ({ text }));
  expect(await peersOf("internet")).toEqual([
    [
      {
        kind: "block",
        cidr: { text: "0.0.0.0/0" },
        except: excepts("10.0.0.0/8", "100.64.0.0/10", "169.254.0.0/16", "172.16.0.0/12", "192.168.0.0/16"),
      },
      { kind: "block", cidr: { text: "::/0" }, except: excepts("fc00::/7", "fe80::/10") },
    ],
  ]);
});

test("conditions on labels come out in the canonical order, without repeats", async () => {
  const [[one], [other]] = (await peersOf(
    'pods({ tier: notIn("b", "a", "b"), canary: absent, app: isIn("y", "x"), team: exists })',
    `pods({
      matchLabels: { app: "web" },
      matchExpressions: [
        { key: "app", operator: "In", values: ["web"] },
        { key: "app", operator: "Exists" },
      ],
    })`,
  )) as unknown as [[{ pods: unknown }], [{ pods: unknown }]];
  expect(one.pods).toEqual({
    requirements: [
      { key: "app", operator: "In", values: ["x", "y"] },
      { key: "canary", operator: "DoesNotExist", values: [] },
      { key: "team", operator: "Exists", values: [] },
      { key: "tier", operator: "NotIn", values: ["a", "b"] },
    ],
  });
  expect(other.pods).toEqual({
    requirements: [
      { key: "app", operator: "Exists", values: [] },
      { key: "app", operator: "In", values: ["web"] },
    ],
  });
});

test("a label may be called matchLabels", async () => {
  const [[peer]] = (await peersOf('pods({ matchLabels: "x", matchExpressions: exists })')) as unknown as [
    [{ pods: unknown }],
  ];
  expect(peer.pods).toEqual({
    requirements: [
      { key: "matchExpressions", operator: "Exists", values: [] },
      { key: "matchLabels", operator: "In", values: ["x"] },
    ],
  });
});

test("ports are numbers, ranges, names, or all of a protocol", async () => {
  const [policy] = await policiesOf(`export default policy("p", {
    isolateIngress: [shop.web],
    rules: [allow(anywhere).to(shop.web).on(tcp(80), tcp(range(8000, 8080)), udp("dns"), sctp())],
  });`);
  expect(policy!.rules[0]!.ports).toEqual([
    tcpPort(80),
    { kind: "range", protocol: "TCP", from: 8000, to: 8080 },
    { kind: "named", protocol: "UDP", name: "dns" },
    { kind: "range", protocol: "SCTP", from: 0, to: 65535 },
  ]);
});

test("policies of pods without a workload are numbered, those of a whole namespace are named every-pod", async () => {
  const policies = await policiesOf(`export default policy("p", {
    isolate: [shop.everyPod, pods({ role: "job" }, { namespace: "batch" })],
    rules: [],
  });`);
  expect(
    policies.map((policy) => policy.kind === "NetworkPolicy" && `${policy.namespace}/${policy.name}`),
  ).toEqual(["shop/p-every-pod", "batch/p-1"]);
});

test("an end that contains isolated workloads speaks of each of them", async () => {
  const policies = await policiesOf(`export default policy("p", {
    isolateIngress: [shop.web, shop.api, monitoring.prometheus],
    rules: [allow(anywhere).to(shop.everyPod).on(tcp(1)), allow(anywhere).to(everyPod).on(tcp(2))],
  });`);
  expect(policies.map(({ name, rules }) => [name, rules.map(({ ports }) => ports)])).toEqual([
    ["p-web", [[tcpPort(1)], [tcpPort(2)]]],
    ["p-api", [[tcpPort(1)], [tcpPort(2)]]],
    ["p-prometheus", [[tcpPort(2)]]],
  ]);
});

test("where the end itself is isolated, its policy alone gets the rule", async () => {
  const policies = await policiesOf(`export default policy("p", {
    isolateIngress: [shop.web, shop.everyPod],
    rules: [allow(anywhere).to(shop.everyPod)],
  });`);
  expect(policies.map(({ name, rules }) => [name, rules.length])).toEqual([
    ["p-web", 0],
    ["p-every-pod", 1],
  ]);
});

test("a policy with an error is left out, the others stay", async () => {
  const { policies, said } = await parse({
    "p.policy.ts": `${CLUSTER}export default [
      policy("bad", { isolate: [shop.web], rules: [allow(cidr("10.0.0.0/40")).to(shop.web)] }),
      policy("good", { isolate: [shop.web], rules: [] }),
    ];`,
  });
  expect(said).toEqual(['p.policy.ts invalid-cidr: "10.0.0.0/40" is not an address block | "10.0.0.0/40"']);
  expect(policies.map(({ name }) => name)).toEqual(["good-web"]);
});

test("what the API server would refuse is an error at its place", async () => {
  const rule = (from: string, ports = "") => `allow(${from}).to(shop.web)${ports}`;
  const { said } = await parse({
    "p.policy.ts": `${CLUSTER}export default policy("p", { isolate: [shop.web], rules: [
      ${[
        rule('cidr("10.0.0.1/8")'),
        rule('cidr("10.0.0.0/8", { except: ["11.0.0.0/8"] })'),
        rule('cidr("10.0.0.0/8", { except: ["10.0.0.0/8"] })'),
        rule('cidr("::ffff:10.0.0.0/104")'),
        rule("anywhere", ".on(tcp(0))"),
        rule("anywhere", ".on(tcp(1.5))"),
        rule("anywhere", ".on(tcp(range(1, 65536)))"),
        rule("anywhere", ".on(tcp(range(90, 80)))"),
        rule("anywhere", '.on(udp("Http"))'),
        rule('pods({ "a b": "x" })'),
        rule('pods({ app: "-x" })'),
        rule('pods({ app: isIn("x", "y z") })'),
        rule('pods({ matchExpressions: [{ key: "app", operator: "In", values: [] }] })'),
        rule('pods({ matchExpressions: [{ key: "app", operator: "Exists", values: ["x"] }] })'),
        rule('pods({}, { namespace: "Shop" })'),
        rule("[]"),
      ].join(",\n")}
    ] });`,
  });
  expect(said.map((line) => line.replace("p.policy.ts ", ""))).toEqual([
    'cidr-host-bits: "10.0.0.1/8" has bits set beyond its prefix | "10.0.0.1/8"',
    'except-outside-cidr: 11.0.0.0/8 is not a smaller block inside 10.0.0.0/8 | "11.0.0.0/8"',
    'except-outside-cidr: 10.0.0.0/8 is not a smaller block inside 10.0.0.0/8 | "10.0.0.0/8"',
    'invalid-cidr: "::ffff:10.0.0.0/104" is an IPv4-mapped IPv6 block | "::ffff:10.0.0.0/104"',
    "port-out-of-range: 0 is not a port number from 1 to 65535 | 0",
    "port-out-of-range: 1.5 is not a port number from 1 to 65535 | 1.5",
    "port-out-of-range: 65536 is not a port number from 1 to 65535 | 65536",
    "invalid-end-port: the range ends below its start: 90 to 80 | range(90, 80)",
    'invalid-port-name: "Http" is not a port name: use lower-case letters, digits and `-` | "Http"',
    'invalid-label: the label key "a b" is not a label key: use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends | "a b": "x"',
    'invalid-label: the label value "-x" is not a label value: use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends | app: "-x"',
    'invalid-label: the label value "y z" is not a label value: use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends | app: isIn("x", "y z")',
    'missing-values: In needs values | { key: "app", operator: "In", values: [] }',
    'unexpected-values: Exists takes no values | { key: "app", operator: "Exists", values: ["x"] }',
    'invalid-name: the namespace "Shop" is not a DNS label: use lower-case letters, digits and `-`, with a letter or digit at both ends | pods({}, { namespace: "Shop" })',
    "empty-end: an empty array matches nothing | []",
  ]);
});

test("names must be names", async () => {
  const { said } = await parse({
    "p.policy.ts": `import { cluster, policy } from "polc";
const { shop } = cluster({ shop: { redisCart: { app: "redis" } } });
export default [
  policy("My Policy", { isolate: [shop.everyPod], rules: [] }),
  policy("p", { isolate: [shop.redisCart], rules: [] }),
  policy("empty", { rules: [] }),
];`,
  });
  const dns =
    "is not a DNS name: use lower-case letters, digits, `-` and `.`, with a letter or digit at both ends of each part";
  expect(said).toEqual([
    `p.policy.ts invalid-name: the name "My Policy" ${dns} | "My Policy"`,
    `p.policy.ts invalid-name: the policy name "p-redisCart" ${dns} | shop.redisCart`,
    "p.policy.ts idle-policy: the policy isolates no pods, so it has no effect | { rules: [] }",
  ]);
});

test("a sentence of one direction gives no rule of the other", async () => {
  const policies = await policiesOf(`export default policy("shop", {
    isolate: [shop.web, shop.api],
    rules: [
      allow(shop.web).to(shop.api).on(tcp(1)).ingressOnly().logged(),
      allow(shop.web).to(shop.api).egressOnly(),
    ],
  });`);
  expect(
    policies.map(({ name, rules }) => [
      name,
      rules.map(({ direction, ports, logged }) => [direction, ports, logged]),
    ]),
  ).toEqual([
    ["shop-web", [["egress", undefined, false]]],
    ["shop-api", [["ingress", [tcpPort(1)], true]]],
  ]);
});

test("a sentence of one direction whose end is not isolated in it does nothing, which is an error", async () => {
  const { said } = await parse({
    "p.policy.ts": `${CLUSTER}export default policy("p", {
      isolate: [shop.web],
      rules: [allow(shop.web).to(shop.api).ingressOnly()],
    });`,
  });
  expect(said).toEqual([
    "p.policy.ts idle-rule: this policy isolates neither end, so the rule has no effect | allow(shop.web).to(shop.api).ingressOnly()",
  ]);
});

test("pods that stand alone give the policy its own name, an object gives the names", async () => {
  const policies = await policiesOf(`export default [
    policy("deny-all", { isolate: shop.everyPod, rules: [] }),
    policy("shop", {
      isolate: { "web-v1": shop.web, api: shop.api },
      isolateIngress: { data: shop.db },
      rules: [allow(shop.api).to(shop.db)],
    }),
  ];`);
  expect(policies.map((each) => "isolates" in each && [each.name, each.isolates, each.rules.length])).toEqual(
    [
      ["deny-all", { ingress: true, egress: true }, 0],
      ["web-v1", { ingress: true, egress: true }, 0],
      ["api", { ingress: true, egress: true }, 1],
      ["data", { ingress: true, egress: false }, 1],
    ],
  );
});

test("one name for two directions of a workload is one policy; two names are an error", async () => {
  const [web, ...others] = await policiesOf(
    `export default policy("web", { isolateIngress: shop.web, isolateEgress: shop.web, rules: [] });`,
  );
  expect(others).toEqual([]);
  expect(web).toMatchObject({ name: "web", isolates: { ingress: true, egress: true } });
  const { said } = await parse({
    "p.policy.ts": `${CLUSTER}export default policy("web", {
      isolateIngress: { a: shop.web },
      isolateEgress: { "B": shop.web, C: shop.api },
      rules: [],
    });`,
  });
  expect(said).toEqual([
    'p.policy.ts invalid-value: the same pods are also isolated under another name | "B": shop.web',
    `p.policy.ts invalid-name: the policy name "C" is not a DNS name: use lower-case letters, digits, \`-\` and \`.\`, with a letter or digit at both ends of each part | C: shop.api`,
  ]);
});
