import { describe, expect, test } from "vitest";
import { applyFixes } from "../../../src/lint/fix/apply_edits.js";
import { findings, policy, read, policyOf } from "../reading.js";

/** The messages for a spec, each starting with the field as the API names it. */
function messages(spec: string): string[] {
  return read(policy(spec)).diagnostics.map(({ message }) => message);
}

const ports = (port: string) => `  ingress: [{ports: [${port}]}]\n`;
const block = (ipBlock: string) => `  egress: [{to: [{ipBlock: ${ipBlock}}]}]\n`;

describe("fields and types", () => {
  test("an unknown field names the nearest known one", () => {
    const [diagnostic, ...others] = read(policy("  podSelecter: {}\n")).diagnostics;
    expect(others).toEqual([]);
    expect(diagnostic).toMatchObject({
      rule: "unknown-field",
      severity: "error",
      message: "spec.podSelecter: unknown field",
      help: "did you mean `podSelector`?",
    });
    expect(findings(policy("  podSelecter: {}\n"))).toEqual(['error unknown-field at "podSelecter"']);
  });

  test("letter case counts in field names", () => {
    expect(messages("  PodSelector: {}\n")).toEqual(["spec.PodSelector: unknown field"]);
  });

  test("an unknown field that is like none lists those known here", () => {
    expect(read(policy("  podSelector: {x: 1}\n")).diagnostics[0]!.help).toBe(
      "known fields: matchLabels, matchExpressions",
    );
  });

  test("a misspelt field is not reported as missing as well", () => {
    expect(messages(block("{cdir: 10.0.0.0/8}"))).toEqual([
      "spec.egress[0].to[0].ipBlock.cdir: unknown field",
    ]);
    expect(messages("  egress: [{to: [{ipblock: {cidr: 10.0.0.0/8}}]}]\n")).toEqual([
      "spec.egress[0].to[0].ipblock: unknown field",
    ]);
  });

  test("a value of another type is an error at the value", () => {
    expect(findings(policy("  ingress: {}\n"))).toEqual(['error wrong-type at "{}"']);
    expect(findings(policy("  podSelector: []\n"))).toEqual(['error wrong-type at "[]"']);
    expect(findings(policy(ports("{port: true}")))).toEqual(['error wrong-type at "true"']);
    expect(findings(policy("  ingress: [a, {}]\n"))).toEqual(['error wrong-type at "a"']);
  });

  test("labels that YAML takes for something else than text are errors, each with what to do", () => {
    const spec = "  podSelector: {matchLabels: {version: 1.10, debug: yes, tier: 2}}\n";
    expect(findings(policy(spec))).toEqual([
      'error wrong-type at "1.10"',
      'error wrong-type at "yes"',
      'error wrong-type at "2"',
    ]);
    expect(read(policy(spec)).diagnostics.map(({ help }) => help)).toEqual(Array(3).fill("quote the value"));
  });

  test("a port with a fraction is no integer", () => {
    expect(findings(policy(ports("{port: 80.5}")))).toEqual(['error wrong-type at "80.5"']);
    expect(findings(policy(ports("{port: 80, endPort: 80.5}")))).toEqual(['error wrong-type at "80.5"']);
  });

  test("a whole number is an integer however it is written, as kubectl sends it", () => {
    for (const port of ["80.0", "8e1", "080", "0x50", "0b1010000", "0120", "8_0", "+80", "80."])
      expect([port, policyOf(policy(ports(`{port: ${port}, endPort: 90.0}`))).rules[0]!.ports]).toMatchObject(
        [port, [{ from: 80, to: 90 }]],
      );
  });

  test("a number is shown as it is written", () => {
    for (const port of ["080.5", "8.05e1", "80.50"])
      expect(messages(ports(`{port: ${port}}`))).toEqual([
        `spec.ingress[0].ports[0].port: must be an integer or text, not the number ${port}`,
      ]);
  });

  test("the status that clusters before 1.28 write is an error, and the policy is read", () => {
    const ok = policy("  podSelector: {}\n");
    const text = ok.replace("spec:", "status: {}\nspec:");
    expect(findings(text)).toEqual(['error unknown-field at "status"']);
    expect(read(text).policies).toHaveLength(1);
    expect(findings(ok.replace("spec:", "statu: {}\nspec:"))).toEqual(['error unknown-field at "statu"']);
  });

  test("null is the same as absent", () => {
    expect(messages("  podSelector: null\n  ingress: null\n  egress:\n  policyTypes: ~\n")).toEqual([]);
    expect(messages(ports("{port: null, protocol: null, endPort: null}"))).toEqual([]);
    expect(messages("  egress: [null]\n")).toEqual([]);
    expect(read(policy("  egress: [null]\n")).policies[0]!.rules).toHaveLength(1);
  });

  test("an object without spec, or without podSelector, is fine", () => {
    expect(findings("apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: {name: p}\n")).toEqual(
      [],
    );
    expect(messages("  ingress: []\n")).toEqual([]);
  });

  test("several mistakes of one object are all reported", () => {
    const spec = "  podSelector: {matchLabels: {app: a b}}\n  ingress: [{form: [], ports: [{port: 0}]}]\n";
    expect(messages(spec)).toEqual([
      'spec.podSelector.matchLabels: the value "a b" is not a label value: use letters, digits, `-`, `_` and `.`, with a letter or digit at both ends',
      "spec.ingress[0].form: unknown field",
      "spec.ingress[0].ports[0].port: 0 is not between 1 and 65535",
    ]);
  });
});

describe("ports", () => {
  test("a number must be between 1 and 65535", () => {
    for (const port of ["0", "-1", "65536", "2147483648", "99999999999999999999"])
      expect(findings(policy(ports(`{port: ${port}}`)))).toEqual([
        `error port-out-of-range at ${JSON.stringify(port)}`,
      ]);
    for (const port of ["1", "65535"]) expect(findings(policy(ports(`{port: ${port}}`)))).toEqual([]);
  });

  test("a name must be one that a container port can have", () => {
    for (const name of ["HTTP", "a_b", "a--b", "-a", "a-", "abcdefghijklmnop", '"80"', '""', "a.b"])
      expect(findings(policy(ports(`{port: ${name}}`)))).toEqual([
        `error invalid-port-name at ${JSON.stringify(name)}`,
      ]);
    for (const name of ["a", "1a", "abcdefghijklmno", '"0x50"', "http-2"])
      expect(findings(policy(ports(`{port: ${name}}`)))).toEqual([]);
  });

  test("a number in quotes is told to lose them", () => {
    expect(read(policy(ports('{port: "80"}'))).diagnostics[0]!.help).toBe("write 80 without quotes");
  });

  test("endPort needs a numeric port that is not above it", () => {
    expect(findings(policy(ports("{endPort: 81}")))).toEqual(['error invalid-end-port at "81"']);
    expect(findings(policy(ports("{port: http, endPort: 81}")))).toEqual(['error invalid-end-port at "81"']);
    expect(findings(policy(ports("{port: 90, endPort: 81}")))).toEqual(['error invalid-end-port at "81"']);
    expect(findings(policy(ports("{port: 80, endPort: 0}")))).toEqual(['error port-out-of-range at "0"']);
    expect(findings(policy(ports("{port: 80, endPort: 65536}")))).toEqual([
      'error port-out-of-range at "65536"',
    ]);
    expect(findings(policy(ports("{port: 80, endPort: 80}")))).toEqual([]);
  });

  test("the protocol is TCP, UDP or SCTP, in capitals", () => {
    for (const protocol of ["tcp", "ICMP", "Any", '"TCP "', '""'])
      expect(findings(policy(ports(`{protocol: ${protocol}}`)))).toEqual([
        `error unsupported-protocol at ${JSON.stringify(protocol)}`,
      ]);
    expect(read(policy(ports("{protocol: udp}"))).diagnostics[0]!.help).toBe("write UDP");
  });
});

describe("peers", () => {
  test("an empty peer is refused, since it would be every peer or none", () => {
    expect(findings(policy("  ingress: [{from: [{}]}]\n"))).toEqual(['error empty-peer at "{}"']);
    expect(findings(policy("  ingress: [{from: [{podSelector: null}]}]\n"))).toEqual([
      'error empty-peer at "{podSelector: null}"',
    ]);
  });

  test("an ipBlock stands alone", () => {
    const peer = "{podSelector: {}, ipBlock: {cidr: 10.0.0.0/8}}";
    expect(findings(policy(`  ingress: [{from: [${peer}]}]\n`))).toEqual([
      `error mixed-peer at ${JSON.stringify(peer)}`,
    ]);
  });

  test("a cidr that is none is refused", () => {
    for (const cidr of [
      "10.0.0.0",
      "10.0.0/8",
      "10.0.0.0/33",
      "bad",
      "fe80::1%eth0/64",
      "10.0.0.0/+8",
      "10.0.0.0/08",
      "010.0.0.0/8",
    ])
      expect(findings(policy(block(`{cidr: "${cidr}"}`)))).toEqual([`error invalid-cidr at "\\"${cidr}\\""`]);
    expect(findings(policy(block('{cidr: "::ffff:10.0.0.0/104"}')))).toEqual([
      'error invalid-cidr at "\\"::ffff:10.0.0.0/104\\""',
    ]);
    expect(read(policy(block("{cidr: 10.1.2.3}"))).diagnostics[0]!.help).toBe(
      "add a prefix length, such as 10.1.2.3/32 for this one address",
    );
    expect(read(policy(block("{cidr: 10.0.0.0/08}"))).diagnostics[0]!.help).toBe("write 10.0.0.0/8");
  });

  test("an ipBlock without cidr is refused at the block", () => {
    expect(findings(policy(block("{except: []}")))).toEqual(['error missing-field at "{except: []}"']);
    expect(findings(policy(block('{cidr: ""}')))).toEqual(['error missing-field at "\\"\\""']);
  });

  test("host bits are an error that still compiles, as the masked network", () => {
    const text = policy(block("{cidr: 10.0.0.5/8, except: [10.1.2.3/16]}"));
    expect(findings(text)).toEqual([
      'error cidr-host-bits at "10.0.0.5/8"',
      'error cidr-host-bits at "10.1.2.3/16"',
    ]);
    const { diagnostics, policies } = read(text);
    expect(diagnostics.every(({ compiles }) => compiles)).toBe(true);
    expect(policies[0]!.rules[0]!.peers).toMatchObject([
      { kind: "block", cidr: { text: "10.0.0.0/8" }, except: [{ text: "10.1.0.0/16" }] },
    ]);
  });

  test("host bits are cleared by a fix that keeps the quotes, unless an anchor may share the text", () => {
    const fixed = (ipBlock: string) => {
      const text = policy(block(ipBlock));
      return applyFixes(
        text,
        read(text).diagnostics.flatMap(({ fix }) => fix ?? []),
      ).text;
    };
    expect(fixed("{cidr: 10.0.0.5/8, except: ['10.1.2.3/16', \"10.2.2.3/16\"]}")).toBe(
      policy(block("{cidr: 10.0.0.0/8, except: ['10.1.0.0/16', \"10.2.0.0/16\"]}")),
    );
    expect(fixed("{cidr: fd00::1/8}")).toBe(policy(block("{cidr: fd00::/8}")));
    expect(fixed("{cidr: &a 10.0.0.5/8}")).toBe(policy(block("{cidr: &a 10.0.0.5/8}")));
  });

  test("an except must be a smaller block inside cidr", () => {
    for (const except of ["10.0.0.0/8", "10.0.0.0/7", "11.0.0.0/16", "fd00::/16"])
      expect(findings(policy(block(`{cidr: 10.0.0.0/8, except: ["${except}"]}`)))).toEqual([
        `error except-outside-cidr at "\\"${except}\\""`,
      ]);
    const [diagnostic] = read(policy(block("{cidr: 10.0.0.0/8, except: [11.0.0.0/16]}"))).diagnostics;
    expect(diagnostic!.notes![0]!.message).toBe("the cidr");
    expect(read(policy(block("{cidr: 10.0.0.0/8, except: [11.0.0.0/16]}"))).policies).toEqual([]);
  });

  test("an IPv6 block that is not canonical is a warning, unless the object is refused anyway", () => {
    expect(findings(policy(block('{cidr: "FD00::/8"}')))).toEqual([
      'warning noncanonical-cidr at "\\"FD00::/8\\""',
    ]);
    expect(findings(policy(block('{cidr: "fd00::/8", except: ["fd00:0::/16"]}')))).toEqual([
      'warning noncanonical-cidr at "\\"fd00:0::/16\\""',
    ]);
    expect(findings(policy(`${block('{cidr: "FD00::/8"}')}  policyTypes: [egress]\n`))).toEqual([
      'error unknown-policy-type at "egress"',
    ]);
  });
});

describe("selectors", () => {
  const expression = (text: string) => `  podSelector: {matchExpressions: [${text}]}\n`;

  test("keys and values follow the label syntax, pointed at exactly", () => {
    expect(findings(policy("  podSelector: {matchLabels: {a/b/c: x}}\n"))).toEqual([
      'error invalid-label at "a/b/c"',
    ]);
    expect(findings(policy("  podSelector: {matchLabels: {app: -x}}\n"))).toEqual([
      'error invalid-label at "-x"',
    ]);
    expect(findings(policy(expression("{key: -a, operator: Exists}")))).toEqual([
      'error invalid-label at "-a"',
    ]);
    expect(findings(policy(expression("{key: a, operator: In, values: [b, c d]}")))).toEqual([
      'error invalid-label at "c d"',
    ]);
    expect(findings(policy(`  podSelector: {matchLabels: {app: ${"x".repeat(63)}}}\n`))).toEqual([]);
    expect(findings(policy(`  podSelector: {matchLabels: {app: ${"x".repeat(64)}}}\n`))).toHaveLength(1);
  });

  test("In and NotIn need values, Exists and DoesNotExist take none", () => {
    expect(findings(policy(expression("{key: a, operator: In}")))).toEqual([
      'error missing-values at "{key: a, operator: In}"',
    ]);
    expect(findings(policy(expression("{key: a, operator: NotIn, values: []}")))).toEqual([
      'error missing-values at "[]"',
    ]);
    expect(findings(policy(expression("{key: a, operator: Exists, values: [b]}")))).toEqual([
      'error unexpected-values at "[b]"',
    ]);
  });

  test("an operator is one of four", () => {
    expect(findings(policy(expression("{key: a, operator: in, values: [b]}")))).toEqual([
      'error unknown-operator at "in"',
    ]);
    expect(findings(policy(expression("{key: a}")))).toEqual(['error unknown-operator at "{key: a}"']);
  });
});

describe("policyTypes and metadata", () => {
  test("policyTypes has at most two entries, each Ingress or Egress", () => {
    expect(findings(policy("  policyTypes: [ingress]\n"))).toEqual([
      'error unknown-policy-type at "ingress"',
    ]);
    expect(findings(policy("  policyTypes: [Ingress, Egress, Ingress]\n"))).toEqual([
      'error too-many-policy-types at "[Ingress, Egress, Ingress]"',
    ]);
    expect(findings(policy("  policyTypes: [Ingress, Ingress]\n"))).toEqual([]);
  });

  const metadata = (text: string) =>
    `apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: ${text}\n`;

  test("names are DNS names", () => {
    for (const name of ["P", "a_b", "a..b", "a-", "a b", "é"])
      expect(findings(metadata(`{name: ${name}}`))).toEqual([
        `error invalid-name at ${JSON.stringify(name)}`,
      ]);
    expect(findings(metadata('{name: "1"}'))).toEqual([]);
    expect(findings(metadata("{name: a.b, namespace: a.b}"))).toEqual(['error invalid-name at "a.b"']);
  });

  test("an object has a name, or a prefix to make one of", () => {
    expect(findings(metadata("{namespace: x}"))).toEqual(['error missing-name at "{namespace: x}"']);
    expect(findings(metadata('{name: ""}'))).toEqual(['error missing-name at "\\"\\""']);
    expect(findings(metadata("{generateName: web-}"))).toEqual([]);
    expect(findings(metadata("{generateName: Web-}"))).toEqual(['error invalid-name at "Web-"']);
    expect(read(metadata("{generateName: web-}")).policies[0]!.name).toMatch(/^web-[a-z0-9]{5}$/);
  });

  test("labels and annotations have keys and values as labels do, annotation values any text", () => {
    expect(findings(metadata("{name: p, labels: {a b: c}}"))).toEqual(['error invalid-label at "a b"']);
    expect(findings(metadata("{name: p, labels: {a: b c}}"))).toEqual(['error invalid-label at "b c"']);
    expect(findings(metadata("{name: p, annotations: {a b: c}}"))).toEqual([
      'error invalid-annotation at "a b"',
    ]);
    expect(findings(metadata("{name: p, annotations: {A/b: c d}}"))).toEqual([]);
    expect(findings(metadata('{name: p, annotations: {"": x}}'))).toEqual([
      'error invalid-annotation at "\\"\\""',
    ]);
  });

  test("annotations have at most 256 KiB", () => {
    const long = "x".repeat(256 * 1024);
    expect(findings(metadata(`{name: p, annotations: {a: ${long.slice(1)}}}`))).toEqual([]);
    expect(findings(metadata(`{name: p, annotations: {a: ${long}}}`))).toEqual([
      expect.stringContaining("error annotations-too-long"),
    ]);
  });

  test("what an API server writes into an object is fine", () => {
    const text = metadata(`
  name: p
  namespace: x
  uid: 6f4c-1
  resourceVersion: "12"
  generation: 1
  creationTimestamp: "2024-01-02T03:04:05Z"
  ownerReferences: [{apiVersion: v1, kind: A, name: a, uid: u, controller: true}]
  finalizers: [example.com/x]
  managedFields: [{manager: kubectl, operation: Apply, fieldsV1: {"f:spec": {}}, time: "2024-01-02T03:04:05Z"}]`);
    expect(findings(text)).toEqual([]);
    expect(findings(metadata("{name: p, creationTimestamp: null}"))).toEqual([]);
    expect(findings(metadata("{name: p, creationTimestamp: soon}"))).toEqual([
      'error invalid-time at "soon"',
    ]);
  });
});

describe("kinds and versions", () => {
  test("a NetworkPolicy of another version is refused, with the one to write", () => {
    const text = "apiVersion: extensions/v1beta1\nkind: NetworkPolicy\nmetadata: {name: p}\n";
    expect(findings(text)).toEqual(['error unknown-api-version at "extensions/v1beta1"']);
    expect(read(text).diagnostics[0]!.help).toBe("write `apiVersion: networking.k8s.io/v1`");
  });

  test("a misspelt kind or key is not skipped", () => {
    expect(findings("apiVersion: networking.k8s.io/v1\nkind: NetworkPolcy\n")).toEqual([
      'error unknown-kind at "NetworkPolcy"',
    ]);
    expect(findings("apiVersion: networking.k8s.io/v1\nknd: NetworkPolicy\n")).toEqual([
      'error missing-field at "knd"',
    ]);
    expect(findings("apiVerson: networking.k8s.io/v1\nkind: NetworkPolicy\n")).toEqual([
      'error missing-field at "apiVerson"',
    ]);
  });

  test("other kinds are counted, not reported; policies of other APIs are said to be unread", () => {
    const others = "apiVersion: v1\nkind: ConfigMap\n---\napiVersion: networking.k8s.io/v1\nkind: Ingress\n";
    expect(findings(others)).toEqual([]);
    expect(read(others).ignored).toBe(2);
    expect(findings("apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\n")).toEqual([
      'note unread-policy at "CiliumNetworkPolicy"',
    ]);
    expect(findings("apiVersion: projectcalico.org/v3\nkind: NetworkPolicy\n")).toEqual([
      'note unread-policy at "projectcalico.org/v3"',
    ]);
  });

  test("one bad object of a list does not take the others with it", () => {
    const text = `apiVersion: v1
kind: List
items:
- {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: A}}
- just text
- {apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: b}}
`;
    expect(findings(text)).toEqual(['error invalid-name at "A"', 'error not-an-object at "just text"']);
    expect(read(text).policies.map(({ name }) => name)).toEqual(["b"]);
  });
});

test("a namespace that is not written reads as default, and the policy and its own pods say so", () => {
  const of = (metadata: string) =>
    read(`apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: ${metadata}
spec: {podSelector: {}, ingress: [{from: [{podSelector: {}}]}]}
`).policies[0]!;
  const unwritten = of("{name: a}");
  expect(unwritten).toMatchObject({ namespace: "default", namespaceUnwritten: true });
  expect(unwritten.rules[0]).toMatchObject({
    subject: { namespaces: { kind: "name", name: "default", namespaceUnwritten: true } },
    peers: [{ namespaces: { kind: "name", name: "default", namespaceUnwritten: true } }],
  });
  for (const written of ["{name: a, namespace: default}", "{name: a, namespace: shop}"])
    expect(JSON.stringify(of(written))).not.toContain("namespaceUnwritten");
});
