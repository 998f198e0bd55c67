import { describe, expect, test } from "vitest";
import { decide } from "../../../src/analysis/semantics/decide.js";
import type { Endpoint } from "../../../src/analysis/semantics/decide.js";
import type { TierPolicy } from "../../../src/ir/policy.js";
import { bare, parse } from "../../dsl/project.js";
import { findings, read, withoutSpans } from "../reading.js";

/** An object of the Network Policy API with this spec, in YAML, indented by two. */
function object(kind: string, spec: string, name = "p"): string {
  const version = kind === "ClusterNetworkPolicy" ? "v1alpha2" : "v1alpha1";
  return `apiVersion: policy.networking.k8s.io/${version}\nkind: ${kind}\nmetadata: {name: ${name}}\nspec:\n${spec}`;
}

const cluster = (rules: string) =>
  object("ClusterNetworkPolicy", `  tier: Admin\n  priority: 1\n  subject: {namespaces: {}}\n${rules}`);
const admin = (rules: string) =>
  object("AdminNetworkPolicy", `  priority: 1\n  subject: {namespaces: {}}\n${rules}`);
const baseline = (rules: string, name = "default") =>
  object("BaselineAdminNetworkPolicy", `  subject: {namespaces: {}}\n${rules}`, name);

const to = (peer: string) => `  egress: [{action: Deny, to: [${peer}]}]\n`;
const on = (protocol: string) =>
  `  egress: [{action: Deny, to: [{pods: {podSelector: {}}}], protocols: [${protocol}]}]\n`;
const onPort = (port: string) => `  egress: [{action: Deny, to: [{namespaces: {}}], ports: [${port}]}]\n`;

/** The IR of a text that has nothing wrong with it, but for the kind that it was written as. */
function lowered(text: string): unknown {
  const { policies, diagnostics } = read(text);
  expect(diagnostics).toEqual([]);
  return withoutSpans(policies.map((policy) => ({ ...policy, writtenAs: undefined })));
}

describe("the same policy in TypeScript, and in YAML of either version, gives equal IR", () => {
  const fromTypeScript = async (document: string) => {
    const { policies, said } = await parse({
      "t.policy.ts": `
import { adminTier, allow, baselineTier, cidr, deny, isIn, namespaces, pass, pods, range, sctp, tcp, udp } from "polc";
const prod = namespaces({ env: "prod" });
const web = prod.pods({ app: "web" });
export default ${document};`,
    });
    expect(said).toEqual([]);
    return bare(policies);
  };

  test("in the admin tier", async () => {
    const want = await fromTypeScript(`adminTier("guardrails", {
      priority: 10,
      rules: [
        allow(namespaces({ "kubernetes.io/metadata.name": "monitoring" })).to(web).on(tcp(9090), tcp(range(8000, 8080)), udp(53)).named("scrape"),
        pass([pods({ app: "api" }), namespaces({ team: isIn("a", "b") })]).to(web),
        deny(prod).to(web).on(tcp("http"), udp("http"), sctp("http")),
      ],
      logged: true,
    })`);
    // There, a sentence is a rule of both of its ends; here, of the policy's subject only.
    const [guardrails] = want;
    const ingress = {
      ...guardrails,
      rules: guardrails!.rules.filter(({ direction }) => direction === "ingress"),
    };
    const head = (kind: string, version: string) => `
apiVersion: policy.networking.k8s.io/${version}
kind: ${kind}
metadata:
  name: guardrails
  annotations: {policy.network.gke.io/enable-logging: "true"}
`;
    const common = `
  priority: 10
  subject:
    pods:
      namespaceSelector: {matchLabels: {env: prod}}
      podSelector: {matchLabels: {app: web}}
`;
    const peers = `
    from:
    - pods: {namespaceSelector: {}, podSelector: {matchLabels: {app: api}}}
    - namespaces: {matchExpressions: [{key: team, operator: In, values: [b, a]}]}
`;
    expect(
      lowered(`${head("ClusterNetworkPolicy", "v1alpha2")}
spec:
  tier: Admin${common}
  ingress:
  - name: scrape
    action: Accept
    from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
    protocols:
    - tcp: {destinationPort: {number: 9090}}
    - tcp: {destinationPort: {range: {start: 8000, end: 8080}}}
    - udp: {destinationPort: {number: 53}}
  - action: Pass${peers}
  - action: Deny
    from: [{namespaces: {matchLabels: {env: prod}}}]
    protocols: [{destinationNamedPort: http}]
status: {conditions: []}
`),
    ).toEqual([ingress]);
    expect(
      lowered(`${head("AdminNetworkPolicy", "v1alpha1")}
spec:${common}
  ingress:
  - name: scrape
    action: Allow
    from: [{namespaces: {matchLabels: {kubernetes.io/metadata.name: monitoring}}}]
    ports:
    - portNumber: {port: 9090}
    - portRange: {start: 8000, end: 8080, protocol: TCP}
    - portNumber: {protocol: UDP, port: 53}
  - action: Pass${peers}
  - action: Deny
    from: [{namespaces: {matchLabels: {env: prod}}}]
    ports: [{namedPort: http}]
`),
    ).toEqual([ingress]);
  });

  test("in the baseline tier, where v1alpha1 has no priority and comes after all that have one", async () => {
    const want = await fromTypeScript(`baselineTier("default", {
      priority: 1000,
      rules: [deny(prod).to([cidr("10.0.0.0/8"), cidr("fd00::/8")])],
    })`);
    const rule = "action: Deny\n    to: [{networks: [10.0.0.0/8, 'fd00::/8']}]\n";
    const subject = "  subject: {namespaces: {matchLabels: {env: prod}}}\n";
    expect(
      lowered(
        object(
          "ClusterNetworkPolicy",
          `  tier: Baseline\n  priority: 1000\n${subject}  egress:\n  - ${rule}`,
          "default",
        ),
      ),
    ).toEqual(want);
    const afterAll = want.map((policy) => ({ ...policy, priority: 1001 }));
    expect(
      lowered(object("BaselineAdminNetworkPolicy", `${subject}  egress:\n  - ${rule}`, "default")),
    ).toEqual(afterAll);
  });
});

test("policies of all three tiers decide in the order of the API, whatever the order of the text", () => {
  const rule = (action: string) => `  ingress: [{action: ${action}, from: [{namespaces: {}}]}]\n`;
  const spec = (tier: string, priority: number, action: string) =>
    `  tier: ${tier}\n  priority: ${priority}\n  subject: {namespaces: {}}\n${rule(action)}`;
  const denyBaseline = object(
    "BaselineAdminNetworkPolicy",
    `  subject: {namespaces: {}}\n${rule("Deny")}`,
    "default",
  );
  const pass = object("ClusterNetworkPolicy", spec("Admin", 5, "Pass"), "a-pass");
  const accept = object("ClusterNetworkPolicy", spec("Baseline", 7, "Accept"), "accept");
  const denyLate = object("ClusterNetworkPolicy", spec("Admin", 6, "Deny"), "deny");
  const pod = (name: string): Endpoint => ({
    kind: "pod",
    pod: { namespace: "x", name, labels: {}, ports: [] },
    namespace: { name: "x", labels: { "kubernetes.io/metadata.name": "x" } },
  });
  const verdict = (...texts: string[]) => {
    const { policies, diagnostics } = read(texts.join("---\n"));
    expect(diagnostics).toEqual([]);
    const { ingress } = decide(policies, { from: pod("a"), to: pod("b"), protocol: "TCP", port: 80 });
    return [ingress.verdict, ingress.rules[0]?.policy.name];
  };
  expect(verdict(denyLate, pass)).toEqual(["allow", undefined]);
  expect(verdict(denyBaseline, denyLate)).toEqual(["deny", "deny"]);
  expect(verdict(denyBaseline, denyLate, pass)).toEqual(["deny", "default"]);
  expect(verdict(denyBaseline, denyLate, pass, accept)).toEqual(["allow", "accept"]);
});

test("a pods peer without namespaceSelector is of every namespace in v1alpha2, and refused in v1alpha1", () => {
  const every = { kind: "selector", selector: { requirements: [] } };
  expect(lowered(cluster(to("{pods: {podSelector: {}}}")))).toMatchObject([
    { rules: [{ peers: [{ namespaces: every }] }] },
  ]);
  expect(findings(admin(to("{pods: {podSelector: {}}}")))).toEqual([
    'error missing-field at "{podSelector: {}}"',
  ]);
});

describe("peers of kinds that polc does not know", () => {
  const rule = (action: string, peers: string, more = "") =>
    `  egress: [{action: ${action}, to: [${peers}]${more}}]\n`;
  const nodes = "{nodes: {matchLabels: {a: b}}}";
  const names = '{domainNames: [example.com, "*.EXAMPLE.com."]}';

  test("have a rule that accepts match nothing, also beside peers that are known", () => {
    for (const peers of [nodes, names, `{namespaces: {}}, ${nodes}`]) {
      const text = cluster(rule("Accept", peers));
      expect(findings(text)).toEqual([expect.stringMatching(/^warning unknown-peer at /)]);
      expect(read(text).diagnostics[0]!.message).toMatch(
        /^spec\.egress\[0\]\.to\[[01]\]\.(?:nodes|domainNames): .* matches nothing$/,
      );
      expect(read(text).policies).toMatchObject([{ rules: [], failClosed: [{ action: "allow" }] }]);
    }
  });

  test("have a rule that denies or passes deny every peer on every port", () => {
    const on80 = ", protocols: [{tcp: {destinationPort: {number: 80}}}]";
    for (const action of ["Deny", "Pass"])
      for (const peers of [nodes, names, `{namespaces: {}}, ${names}`]) {
        const { policies, diagnostics } = read(cluster(rule(action, peers, on80)));
        expect(diagnostics.map(({ message }) => message)).toEqual([
          expect.stringMatching(/denies every peer on every port$/),
        ]);
        const [{ rules, failClosed }] = policies as [TierPolicy];
        expect(rules).toMatchObject([{ direction: "egress", action: "deny", logged: false }]);
        expect(Object.keys(rules[0]!).sort()).toEqual(["action", "direction", "logged", "span", "subject"]);
        expect(failClosed).toMatchObject([{ action: action.toLowerCase() }]);
        expect(failClosed![0]!.span).toEqual(rules[0]!.span);
      }
  });

  test("are known to every version, but for domain names in the baseline", () => {
    const allow = rule("Allow", nodes);
    expect(findings(admin(allow))).toEqual(['warning unknown-peer at "{matchLabels: {a: b}}"']);
    expect(findings(baseline(allow))).toEqual(['warning unknown-peer at "{matchLabels: {a: b}}"']);
  });

  test("are checked as the API does", () => {
    const accept = (peer: string) => findings(cluster(rule("Accept", peer)));
    for (const [list, finding] of [
      ["[]", 'empty-list at "[]"'],
      ["[a]", 'invalid-domain-name at "a"'],
      ["[a.b, a.b]", 'duplicate-entry at "a.b"'],
      ["[-a.b]", 'invalid-domain-name at "-a.b"'],
      ["['*.*.b']", "invalid-domain-name at \"'*.*.b'\""],
      [`[${Array.from({ length: 26 }, (_, i) => `a${i}.b`).join(", ")}]`, "too-many-entries"],
    ])
      expect(accept(`{domainNames: ${list}}`).join("; ")).toContain(`error ${finding}`);
    // A slip of the API's own pattern, of which it makes no difference to what matches.
    expect(accept('{domainNames: ["_a.b", "^.b", 1.2.3.4, a_b.c]}')).toEqual([
      expect.stringContaining("warning unknown-peer"),
    ]);
    expect(accept("{nodes: {matchExpressions: [{operator: In}]}}").join()).toContain("error missing-field");
    expect(accept("{nodes: {matchExpressions: [{key: a, operator: Foo}]}}")).toEqual([
      expect.stringContaining("warning unknown-peer"),
    ]);
    const named = rule("Accept", nodes, ", protocols: [{destinationNamedPort: http}]");
    expect(findings(cluster(named))).toContain(
      'error named-port-of-network at "{destinationNamedPort: http}"',
    );
  });
});

test("an empty peer is told the fields that a peer of its direction has", () => {
  const messages = (text: string) => read(text).diagnostics.map(({ message }) => message);
  expect(messages(cluster("  ingress: [{action: Deny, from: [{}]}]\n"))).toEqual([
    "spec.ingress[0].from[0]: a peer needs one of namespaces, pods",
  ]);
  expect(messages(cluster(to("{}")))).toEqual([
    "spec.egress[0].to[0]: a peer needs one of namespaces, pods, nodes, networks, domainNames",
  ]);
});

test("a selector that the API stores and nothing can evaluate says that it cannot be compiled", () => {
  for (const selector of [
    "{matchExpressions: [{key: a, operator: Foo}]}",
    "{matchExpressions: [{key: a, operator: In}]}",
    "{matchExpressions: [{key: a, operator: Exists, values: [b]}]}",
    "{matchExpressions: [{key: a, operator: In, values: [b c]}]}",
    "{matchLabels: {'': b}}",
    "{matchLabels: {a: b c}}",
  ]) {
    const { diagnostics, policies } = read(cluster(to(`{namespaces: ${selector}}`)));
    expect([selector, diagnostics.map(({ severity, message }) => `${severity} ${message}`)]).toEqual([
      selector,
      [expect.stringMatching(/^error .*; the API stores this selector, but it cannot be compiled$/)],
    ]);
    expect(policies).toEqual([]);
  }
  const refused = read(cluster(to("{namespaces: {matchExpressions: [{operator: In, values: [a]}]}}")));
  expect(refused.diagnostics.map(({ message }) => message)).toEqual([
    "spec.egress[0].to[0].namespaces.matchExpressions[0].key: this field is required",
  ]);
});

test("a custom resource's finalizers need no domain, and its status is checked for fields only", () => {
  const text = cluster("").replace("{name: p}", "{name: p, finalizers: [a]}");
  expect(findings(text)).toEqual([]);
  expect(findings(`${text}status: {conditions: [{type: a}]}\n`)).toEqual([]);
  expect(findings(`${text}status: {foo: 1}\n`)).toEqual(['error unknown-field at "foo"']);
});

test("a field of the other version, of the other kind or of neither is unknown", () => {
  expect(findings(cluster(onPort("{portNumber: {port: 80}}")))).toEqual(['error unknown-field at "ports"']);
  expect(findings(admin(on("{tcp: {destinationPort: {number: 80}}}")))).toContain(
    'error unknown-field at "protocols"',
  );
  expect(findings(admin("  tier: Admin\n"))).toEqual(['error unknown-field at "tier"']);
  expect(findings(baseline("  priority: 1\n"))).toEqual(['error unknown-field at "priority"']);
  expect(findings(baseline(to("{domainNames: [a.b]}")))).toEqual(['error unknown-field at "domainNames"']);
  expect(findings(cluster("  ingress: [{action: Deny, from: [{networks: [10.0.0.0/8]}]}]\n"))).toEqual([
    'error unknown-field at "networks"',
  ]);
  // As in v0.1.0 of the API.
  expect(findings(admin(to("{namespaces: {namespaceSelector: {}}}")))).toEqual([
    'error unknown-field at "namespaceSelector"',
  ]);
});

test("what the API demands of values is demanded at the value", () => {
  const spec = (text: string) => findings(object("ClusterNetworkPolicy", text));
  const subject = "subject: {namespaces: {}}";
  expect(spec(`  tier: admin\n  priority: 1\n  ${subject}\n`)).toEqual(['error unknown-tier at "admin"']);
  expect(spec(`  tier: Admin\n  priority: 1001\n  ${subject}\n`)).toEqual([
    'error invalid-priority at "1001"',
  ]);
  expect(spec(`  tier: Admin\n  ${subject}\n`)).toEqual([expect.stringMatching(/^error missing-field/)]);
  expect(spec("  tier: Admin\n  priority: 1\n")).toEqual([expect.stringMatching(/^error missing-field/)]);
  expect(spec("  tier: Admin\n  priority: 1\n  subject: {}\n")).toEqual(['error empty-subject at "{}"']);
  expect(
    spec("  tier: Admin\n  priority: 1\n  subject: {namespaces: {}, pods: {podSelector: {}}}\n"),
  ).toEqual([expect.stringMatching(/^error mixed-subject/)]);
  expect(findings(cluster("  egress: [{action: Allow, to: [{namespaces: {}}]}]\n"))).toEqual([
    'error unknown-action at "Allow"',
  ]);
  expect(findings(baseline("  egress: [{action: Pass, to: [{namespaces: {}}]}]\n"))).toEqual([
    'error unknown-action at "Pass"',
  ]);
  expect(findings(baseline("", "other"))).toEqual(['error invalid-name at "other"']);
});

test("no list is everything: peers are listed, and what is written has entries", () => {
  expect(findings(cluster("  egress: [{action: Deny}]\n"))).toEqual([
    'error missing-field at "{action: Deny}"',
  ]);
  expect(findings(cluster("  egress: [{action: Deny, to: []}]\n"))).toEqual(['error empty-list at "[]"']);
  expect(findings(cluster(to("{}")))).toEqual(['error empty-peer at "{}"']);
  expect(findings(cluster(to("{networks: []}")))).toEqual(['error empty-list at "[]"']);
  expect(findings(cluster("  egress: [{action: Deny, to: [{namespaces: {}}], protocols: []}]\n"))).toEqual([
    'error empty-list at "[]"',
  ]);
  const rules = (count: number) =>
    `  egress: [${Array(count).fill("{action: Deny, to: [{namespaces: {}}]}").join(", ")}]\n`;
  expect(findings(cluster(rules(25)))).toEqual([]);
  expect(findings(cluster(rules(26)))).toEqual([expect.stringMatching(/^error too-many-entries/)]);
  expect(findings(admin(rules(26)))).toEqual([]);
});

test("networks are blocks; host bits, which the API accepts here, are a warning with a fix", () => {
  expect(findings(cluster(to("{networks: [10.0.0.0/33]}")))).toEqual(['error invalid-cidr at "10.0.0.0/33"']);
  expect(findings(cluster(to("{networks: [10.0.0.0/8, 10.0.0.0/8]}")))).toEqual([
    'error duplicate-entry at "10.0.0.0/8"',
  ]);
  const { diagnostics, policies } = read(cluster(to("{networks: [10.0.0.1/8]}")));
  expect(diagnostics).toMatchObject([
    { rule: "cidr-host-bits", severity: "warning", fix: { edits: [{ text: "10.0.0.0/8" }], safe: true } },
  ]);
  expect(policies[0]!.rules[0]!.peers).toMatchObject([{ kind: "block", cidr: { text: "10.0.0.0/8" } }]);
});

test("ports have one form, with numbers in range and in order", () => {
  for (const [protocol, finding] of [
    ["{}", "empty-port"],
    ["{tcp: {}}", "missing-field"],
    ["{tcp: {destinationPort: {}}}", "empty-port"],
    ["{tcp: {destinationPort: {number: 1}}, udp: {destinationPort: {number: 1}}}", "mixed-port"],
    ["{tcp: {destinationPort: {number: 0}}}", "port-out-of-range"],
    ["{tcp: {destinationPort: {range: {start: 80}}}}", "missing-field"],
    ["{tcp: {destinationPort: {range: {start: 80, end: 80}}}}", "invalid-end-port"],
  ])
    expect(findings(cluster(on(protocol!)))).toEqual([expect.stringContaining(`error ${finding} at `)]);
  // The API takes any text as a name, and no container port can have most of them.
  expect(findings(cluster(on("{destinationNamedPort: HTTP}")))).toEqual([
    'warning invalid-port-name at "HTTP"',
  ]);
  expect(findings(cluster(on('{destinationNamedPort: "80"}')))).toEqual([
    'warning invalid-port-name at "\\"80\\""',
  ]);
  for (const [port, finding] of [
    ["{portNumber: {port: 80, protocol: tcp}}", "unsupported-protocol"],
    ["{portNumber: {protocol: TCP}}", "missing-field"],
    ["{portRange: {start: 80, end: 79}}", "invalid-end-port"],
    ["{portNumber: {port: 80}, namedPort: http}", "mixed-port"],
  ])
    expect(findings(admin(onPort(port!)))).toEqual([expect.stringContaining(`error ${finding} at `)]);
  expect(findings(admin(onPort("{portRange: {start: 80, end: 80}}")))).toEqual([]);
  expect(
    findings(
      cluster(
        "  egress: [{action: Deny, to: [{networks: [10.0.0.0/8]}], protocols: [{destinationNamedPort: http}]}]\n",
      ),
    ),
  ).toEqual(['error named-port-of-network at "{destinationNamedPort: http}"']);
});

test("versions that do not serve a kind are refused, later versions and other groups said to be unread", () => {
  const head = (version: string, kind: string) => findings(`apiVersion: ${version}\nkind: ${kind}\n`);
  expect(head("policy.networking.k8s.io/v1alpha1", "ClusterNetworkPolicy")).toEqual([
    'error unknown-api-version at "policy.networking.k8s.io/v1alpha1"',
  ]);
  expect(head("policy.networking.k8s.io/v1", "ClusterNetworkPolicy")).toEqual([
    'warning unread-policy at "policy.networking.k8s.io/v1"',
  ]);
  expect(head("crd.antrea.io/v1beta1", "ClusterNetworkPolicy")).toEqual([
    'note unread-policy at "crd.antrea.io/v1beta1"',
  ]);
});
