import { YAML11_SCHEMA, load } from "js-yaml";
import { describe, expect, test } from "vitest";
import { toPolicyFiles } from "../../src/convert/typescript/policy_files.js";
import { asYaml, typescript, yaml } from "./reading.js";

const HEAD = `import { absent, adminTier, allow, anywhere, baselineTier, cidr, cluster, deny, everyPod, exists, internet, isIn, namespaces, notIn, pass, pods, policy, range, sctp, tcp, udp } from "polc";
const { shop, ops } = cluster({ shop: { web: { app: "web" }, api: { app: "api" } }, ops: { probe: { app: "probe" } } });
`;

test("a NetworkPolicy is written in full, with selectors as short as they can be and its place in the source", async () => {
  const read = await typescript(`${HEAD}export default policy("shop", {
  isolate: [shop.api],
  logged: true,
  rules: [
    allow([shop.web, shop.everyPod, ops.everyPod, ops.probe, everyPod, pods({ a: isIn("x", "y"), b: exists })]).to(shop.api).on(tcp(8080), tcp(range(1, 3)), udp(), tcp("http")).ingressOnly(),
    allow(shop.api).to(cidr("10.0.0.0/8", { except: ["10.1.0.0/16"] })),
    allow(shop.api).to(anywhere).on(sctp(1)),
  ],
});
`);
  expect(asYaml(read)).toEqual({
    said: [],
    text: `# From p.policy.ts:4
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: shop-api
  namespace: shop
  annotations:
    policy.network.gke.io/enable-logging: "true"
spec:
  podSelector:
    matchLabels:
      app: api
  policyTypes:
    - Ingress
    - Egress
  ingress:
    - from:
        - podSelector:
            matchLabels:
              app: web
        - podSelector: {}
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ops
        - namespaceSelector:
            matchLabels:
              kubernetes.io/metadata.name: ops
          podSelector:
            matchLabels:
              app: probe
        - namespaceSelector: {}
        - namespaceSelector: {}
          podSelector:
            matchExpressions:
              - key: a
                operator: In
                values:
                  - x
                  - "y"
              - key: b
                operator: Exists
      ports:
        - protocol: TCP
          port: 8080
        - protocol: TCP
          port: 1
          endPort: 3
        - protocol: UDP
        - protocol: TCP
          port: http
  egress:
    - to:
        - ipBlock:
            cidr: 10.0.0.0/8
            except:
              - 10.1.0.0/16
    - ports:
        - protocol: SCTP
          port: 1
`,
  });
});

test("labels that other YAML readers would take for something else are quoted, as keys and as values", () => {
  const read = yaml(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: {name: p, namespace: x}
spec:
  podSelector:
    matchLabels: {"on": "yes", "1": "1e3", "y": "null", "true": "0x1f", a: "", b: "1_000", c: "012", d: "2024-01-01"}
`);
  const { text } = asYaml(read);
  const [object] = [load(text, { schema: YAML11_SCHEMA }) as { spec: { podSelector: unknown } }];
  expect(object!.spec.podSelector).toEqual({
    matchLabels: {
      on: "yes",
      "1": "1e3",
      y: "null",
      true: "0x1f",
      a: "",
      b: "1_000",
      c: "012",
      d: "2024-01-01",
    },
  });
});

test("a path with line breaks stays in its comment", () => {
  const path = "a\n---\nkind: Pod\u2028b.yaml";
  const read = yaml(
    "{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: p, namespace: x}}",
    path,
  );
  expect(asYaml(read).text.split("\n")[0]).toBe("# From a\\u{a}---\\u{a}kind: Pod\\u{2028}b.yaml:1");
});

test("a logged sentence of policies that are not logged is told of each", async () => {
  const read = await typescript(`${HEAD}export default policy("p", {
    isolate: [shop.web, shop.api],
    rules: [allow(shop.web).to(shop.api).logged()],
  });`);
  expect(asYaml(read).said).toEqual([
    "warning rule-logging-lost: NetworkPolicy shop/p-web: the converted rule no longer logs its connections",
    "warning rule-logging-lost: NetworkPolicy shop/p-api: the converted rule no longer logs its connections",
  ]);
});

describe("tiers", () => {
  const specs = (text: string) =>
    text.split("---\n").map((each): { name: string } & Record<string, unknown> => {
      const { metadata, spec } = load(each) as { metadata: { name: string }; spec: Record<string, unknown> };
      return { name: metadata.name, ...spec };
    });

  test("one subject is one object", async () => {
    const read = await typescript(`${HEAD}export default adminTier("guard", {
      priority: 10,
      rules: [deny(shop.everyPod).to(anywhere).on(tcp(1)), allow(shop.everyPod).to(cidr("10.0.0.0/8")), pass(shop.everyPod).to(cidr("::/0")).on(tcp(range(2, 3)))],
    });`);
    const { text, said } = asYaml(read);
    expect(said).toEqual([]);
    expect(specs(text)).toEqual([
      {
        name: "guard",
        tier: "Admin",
        priority: 10,
        subject: { namespaces: { matchLabels: { "kubernetes.io/metadata.name": "shop" } } },
        egress: [
          {
            action: "Deny",
            to: [{ namespaces: {} }, { networks: ["0.0.0.0/0", "::/0"] }],
            protocols: [{ tcp: { destinationPort: { number: 1 } } }],
          },
          { action: "Accept", to: [{ networks: ["10.0.0.0/8"] }] },
          {
            action: "Pass",
            to: [{ networks: ["::/0"] }],
            protocols: [{ tcp: { destinationPort: { range: { start: 2, end: 3 } } } }],
          },
        ],
      },
    ]);
  });

  test("several subjects are several objects, at later priorities where the order of their rules decides", async () => {
    const read = await typescript(`${HEAD}const a = namespaces({ a: "1" }); const b = namespaces({ b: "1" });
    export default adminTier("guard", {
      priority: 10,
      rules: [
        allow(a).to(everyPod).on(tcp(1)).egressOnly(),
        deny(b).to(everyPod).on(tcp(range(1, 9))).egressOnly(),
        allow(a).to(everyPod).on(tcp(2)).egressOnly(),
        deny(a).to(everyPod).on(udp(1)).egressOnly(),
      ],
    });`);
    const { text } = asYaml(read);
    expect(
      specs(text).map(({ name, priority, egress }) => [name, priority, (egress as unknown[]).length]),
    ).toEqual([
      ["guard-1", 10, 2],
      ["guard-2", 11, 1],
      ["guard-3", 12, 1],
    ]);
  });

  test("without room among the priorities of the tier it is an error, and nothing is written", async () => {
    const read = await typescript(`${HEAD}const a = namespaces({ a: "1" }); const b = namespaces({ b: "1" });
    export default [
      adminTier("guard", { priority: 10, rules: [allow(a).to(everyPod).egressOnly(), deny(b).to(everyPod).egressOnly()] }),
      adminTier("next", { priority: 11, rules: [allow(b).to(everyPod).egressOnly()] }),
      adminTier("last", { priority: 1000, rules: [allow(a).to(everyPod).egressOnly(), deny(b).to(everyPod).egressOnly()] }),
    ];`);
    expect(asYaml(read).said).toEqual([
      "error no-free-priority: the rules of guard need 2 priorities, 10 to 11, and next has 11",
      "error no-free-priority: the rules of last need 2 priorities, 1000 to 1001; the last is 1000",
    ]);
  });

  test("what has no priority gets the last one, and is an error if another policy with that one decides otherwise", () => {
    const rule = (action: string) =>
      `subject: { namespaces: {} }, ingress: [{ action: ${action}, from: [{ namespaces: {} }] }]`;
    const last = `apiVersion: policy.networking.k8s.io/v1alpha1
kind: BaselineAdminNetworkPolicy
metadata: { name: default }
spec: { ${rule("Deny")} }
---
`;
    const other = (priority: number) => `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: { name: other }
spec: { tier: Baseline, priority: ${priority}, ${rule("Accept")} }
`;
    const { text, said } = asYaml(yaml(last + other(999)));
    expect(said).toEqual([]);
    expect(specs(text).map(({ name, priority }) => [name, priority])).toEqual([
      ["other", 999],
      ["default", 1000],
    ]);
    const taken =
      "error no-free-priority: default must be evaluated last, at priority 1000, but other has that priority";
    expect(asYaml(yaml(last + other(1000))).said).toEqual([taken]);
    const { policies, inventory, sources } = yaml(last + other(1000));
    expect(
      toPolicyFiles(policies, inventory, sources, "one").diagnostics.map(({ message }) => message),
    ).toEqual([taken.slice("error no-free-priority: ".length)]);
  });

  test("policies of both tiers with one name become objects with names of their own", async () => {
    const read = await typescript(`${HEAD}export default [
      adminTier("guard", { priority: 10, rules: [deny(everyPod).to(everyPod).egressOnly()] }),
      baselineTier("guard", { priority: 10, rules: [allow(everyPod).to(everyPod).egressOnly()] }),
    ];`);
    expect(specs(asYaml(read).text).map(({ name, tier }) => [name, tier])).toEqual([
      ["guard", "Admin"],
      ["guard-2", "Baseline"],
    ]);
  });

  test("lists of more than 25 are spread over peers, rules and objects", async () => {
    const read =
      await typescript(`${HEAD}const numbers = (n: number) => Array.from({ length: n }, (_, i) => i + 1);
    export default adminTier("guard", {
      priority: 10,
      rules: [
        deny(everyPod).to(internet).on(tcp(1), ...numbers(25).map((n) => udp(n))),
        ...numbers(30).map((n) => deny(everyPod).to(cidr("10.0.0.0/8")).on(tcp(n))),
        allow(everyPod).to(numbers(30).map((n) => namespaces({ n: String(n) }))).egressOnly(),
      ],
    });`);
    const { text } = asYaml(read);
    expect(specs(text).map(({ priority, egress }) => [priority, (egress as unknown[]).length])).toEqual([
      [10, 25],
      [11, 9],
    ]);
  });

  test("what a ClusterNetworkPolicy cannot say is an error; port 0, which no one means, a warning", async () => {
    const read = await typescript(`${HEAD}export default [
      adminTier("a", { priority: 1, rules: [deny(internet).to(shop.web)] }),
      adminTier("b", { priority: 2, rules: [deny(shop.web).to(ops.probe).on(tcp("http"))] }),
      adminTier("c", { priority: 3, rules: [deny(shop.web).to(cidr("10.0.0.0/8")).on(tcp("h"), udp("h"), sctp("h"))] }),
      baselineTier("d", { priority: 4, rules: [deny(anywhere).to(shop.web)] }),
      baselineTier("e", { priority: 5, rules: [deny(shop.web).to(anywhere).on(tcp())] }),
    ];`);
    expect(asYaml(read).said).toEqual([
      "error inexpressible-peer: a ClusterNetworkPolicy cannot match connections from addresses (0.0.0.0/0, ::/0)",
      `error inexpressible-port: a ClusterNetworkPolicy matches a named port for every protocol, so "http" cannot be TCP alone`,
      `error inexpressible-port: a ClusterNetworkPolicy matches a named port for every protocol, so "http" cannot be TCP alone`,
      "error inexpressible-port: a ClusterNetworkPolicy has no named ports for networks",
      "error inexpressible-peer: a ClusterNetworkPolicy cannot match connections from addresses (anywhere)",
      "warning port-zero-lost: every TCP port becomes 1 to 65535: a ClusterNetworkPolicy has no port 0",
    ]);
  });
});
