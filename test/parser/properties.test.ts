import { dump } from "js-yaml";
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import { decodeSource } from "../../src/parser/read_source.js";
import type { Diagnostic } from "../../src/source/diagnostic.js";
import { SourceFile } from "../../src/source/source_file.js";
import type { Span } from "../../src/source/span.js";
import { policy, policyOf, withoutSpans } from "./reading.js";

/** What is wrong with the diagnostics themselves. */
function flaws(diagnostics: readonly Diagnostic[], text: string): string[] {
  const outside = ({ start, end }: Span) => !(0 <= start && start <= end && end <= text.length);
  return diagnostics.flatMap(({ rule, span, notes, message, help }) => [
    ...([span, ...(notes ?? []).map((note) => note.span!)].some(outside)
      ? [`${rule}: a span outside the file`]
      : []),
    ...(/[\p{Cc}\p{Zl}]/u.test(message + help) ? [`${rule}: a control character in the message`] : []),
    ...(help ? [] : [`${rule}: no help`]),
  ]);
}

function flawsOf(text: string): string[] {
  return flaws(parseYamlFile(new SourceFile("file.yaml", text)).diagnostics, text);
}

function holds<T>(arbitrary: fc.Arbitrary<T>, find: (value: T) => string[], numRuns: number): void {
  fc.assert(
    fc.property(arbitrary, (value) => {
      const found = find(value);
      if (found.length > 0) throw new Error(found.join(", "));
    }),
    { numRuns },
  );
}

/** Text made of what YAML and policies are made of, so that it often gets far. */
const fragments = fc.constantFrom(
  ..."apiVersion: networking.k8s.io/v1\n|kind: NetworkPolicy\n|metadata:|spec:|  name: p\n|ingress:|egress:|ports:|from:|podSelector:|ipBlock:|cidr: |10.0.0.1/8|except: |port: 80\n|endPort: |matchLabels:|matchExpressions:|policyTypes: [Ingress]\n|- |  |\n|\t|: |:|{|}|[|]|,|\"|'|# x\n|&a |*a|<<: |!!str |!x |---\n|...\n|%YAML 1.2\n|null|true|0x1|'a'|\"\\u0041\"|é|😀|\r\n|\u0000|\u0007|\uFEFF|\ud800|__proto__|? |> \n|\\".split(
    "|",
  ),
  "| \n",
);

test("arbitrary text never throws, and every span is inside the file", () => {
  holds(fc.array(fragments, { maxLength: 40 }), (parts) => flawsOf(parts.join("")), 2000);
  holds(fc.string({ unit: "binary", maxLength: 200 }), flawsOf, 500);
});

test("a policy with any one place changed never throws", () => {
  const texts = [
    policy(`  podSelector: {matchLabels: {app: "web"}}
  ingress:
    - from:
        - ipBlock: &b {cidr: 10.0.0.0/8, except: ['10.1.0.0/16']}
        - ipBlock: *b
      ports:
        - {port: 80, endPort: 90, protocol: TCP}
`),
    `apiVersion: policy.networking.k8s.io/v1alpha2
kind: ClusterNetworkPolicy
metadata: {name: p}
spec:
  {tier: Admin, priority: 1, subject: {pods: {podSelector: {}}}, egress: [{name: n, action: Deny,
    to: [{networks: [10.0.0.0/8]}, {namespaces: {matchLabels: {a: b}}}],
    protocols: [{tcp: {destinationPort: {range: {start: 1, end: 2}}}}, {destinationNamedPort: a}]}]}
`,
  ];
  holds(
    fc.tuple(fc.constantFrom(...texts), fc.nat(400), fc.nat(2), fragments),
    ([text, at, removed, inserted]) => flawsOf(text.slice(0, at) + inserted + text.slice(at + removed)),
    3000,
  );
});

test("arbitrary bytes never throw", () => {
  holds(
    fc.uint8Array({ maxLength: 300 }),
    (bytes) => {
      const { file, diagnostic } = decodeSource(Buffer.from(bytes), "file.yaml");
      return flaws(diagnostic ? [diagnostic] : parseYamlFile(file).diagnostics, file.text);
    },
    1000,
  );
});

test("a policy of arbitrary JSON never throws", () => {
  holds(
    fc.tuple(
      fc.constantFrom(
        { apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy" },
        { apiVersion: "policy.networking.k8s.io/v1alpha2", kind: "ClusterNetworkPolicy" },
        { apiVersion: "policy.networking.k8s.io/v1alpha1", kind: "AdminNetworkPolicy" },
      ),
      fc.jsonValue({ maxDepth: 5 }),
      fc.jsonValue({ maxDepth: 5 }),
    ),
    ([type, metadata, spec]) => flawsOf(JSON.stringify({ ...type, metadata, spec })),
    1000,
  );
});

// Starting with a letter: the dumper leaves some text unquoted that go-yaml takes for numbers, such as `0_8`.
const label = fc.stringMatching(/^[a-z]([-a-z0-9_.]{0,8}[a-z0-9])?$/);
const key = fc.oneof(label, fc.constant("kubernetes.io/metadata.name"), fc.constant("example.com/team"));
const expression = fc.oneof(
  fc.record({
    key,
    operator: fc.constantFrom("In", "NotIn"),
    values: fc.array(label, { minLength: 1, maxLength: 3 }),
  }),
  fc.record({ key, operator: fc.constantFrom("Exists", "DoesNotExist") }),
);
const optional = { requiredKeys: [] };
const selector = fc.record(
  {
    matchLabels: fc.dictionary(key, label, { maxKeys: 3 }),
    matchExpressions: fc.array(expression, { maxLength: 3 }),
  },
  optional,
);
const block = fc.constantFrom(
  { cidr: "10.0.0.0/8" },
  { cidr: "0.0.0.0/0", except: ["10.0.0.0/8", "192.168.0.0/16"] },
  { cidr: "fd00::/8", except: ["fd12::/16"] },
);
const peer = fc.oneof(
  fc.record({ podSelector: selector }),
  fc.record({ namespaceSelector: selector }),
  fc.record({ podSelector: selector, namespaceSelector: selector }),
  fc.record({ ipBlock: block }),
);
const protocol = fc.constantFrom("TCP", "UDP", "SCTP");
const port = fc.oneof(
  fc.record({ port: fc.integer({ min: 1, max: 65535 }), protocol }, optional),
  fc.record({ port: fc.constantFrom("http", "s-80-tcp"), protocol }),
  fc
    .tuple(fc.integer({ min: 1, max: 65535 }), fc.integer({ min: 1, max: 65535 }))
    .map(([a, b]) => ({ port: Math.min(a, b), endPort: Math.max(a, b) })),
);
const ports = fc.array(port, { maxLength: 3 });
const peers = fc.array(peer, { maxLength: 3 });
const spec = fc.record(
  {
    podSelector: selector,
    ingress: fc.array(fc.record({ from: peers, ports }, optional), { maxLength: 3 }),
    egress: fc.array(fc.record({ to: peers, ports }, optional), { maxLength: 3 }),
    policyTypes: fc.constant(["Ingress", "Egress"]),
  },
  { requiredKeys: ["policyTypes"] },
);

test("a policy gives equal IR from JSON, from indented JSON and from YAML", () => {
  fc.assert(
    fc.property(spec, (spec) => {
      const object = {
        apiVersion: "networking.k8s.io/v1",
        kind: "NetworkPolicy",
        metadata: { name: "p", namespace: "x" },
        spec,
      };
      const json = withoutSpans(policyOf(JSON.stringify(object)));
      expect(withoutSpans(policyOf(JSON.stringify(object, undefined, "\t")))).toEqual(json);
      expect(withoutSpans(policyOf(dump(object)))).toEqual(json);
      expect(
        withoutSpans(policyOf(dump(object, { flowLevel: 3, lineWidth: 40, quoteStyle: "double" }))),
      ).toEqual(json);
    }),
    { numRuns: 300 },
  );
});
