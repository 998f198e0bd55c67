import { expect, test, vi } from "vitest";
import { generateRepo } from "../../bench/lint/repo.js";
import { RepeatedDocuments } from "../../src/parser/repeated/repeated_documents.js";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import { SourceFile } from "../../src/source/source_file.js";

const POLICY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata:
  name: NAME
  namespace: NAMESPACE
spec:
  podSelector:
    matchLabels: { app: web }
  ingress:
  - from:
    - podSelector: {}
    - namespaceSelector:
        matchLabels:
          kubernetes.io/metadata.name: shop
    - ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16] }
    ports:
    - port: 80
    - port: http
      protocol: TCP
`;

const SERVICE = `apiVersion: v1
kind: Service
metadata:
  name: NAME
  namespace: NAMESPACE
spec:
  selector:
    app: web
  ports:
  - port: 80
`;

const workload = (kind: string) => `apiVersion: apps/v1
kind: ${kind}
metadata:
  namespace: NAMESPACE
  name: NAME
spec:
  replicas: 3
  template:
    metadata:
      labels:
        app: web
    spec:
      serviceAccountName: runner
`;

/** The text of a document for each pair of a name and a namespace. */
function documents(text: string, names: readonly (readonly [name: string, namespace: string])[]): string {
  return names
    .map(([name, namespace]) =>
      text.replace(/\bNAME\b/, () => name).replace(/\bNAMESPACE\b/, () => namespace),
    )
    .join("---\n");
}

/** What reading the files says with and without what it remembers of the documents before. */
function bothWays(texts: readonly string[]) {
  const repeated = new RepeatedDocuments();
  const files = texts.map((text, i) => new SourceFile(`${i}.yaml`, text));
  return {
    remembered: files.map((file) => parseYamlFile(file, { named: false, repeated })),
    alone: files.map((file) => parseYamlFile(file, { named: false })),
  };
}

const NAMES = [
  ["a", "shop"],
  ["web-with-a-long-name", "staging"],
  ["b", "shop"],
  ["c", "default"],
] as const;

test.each([
  ["policies", POLICY],
  ["policies without a namespace", POLICY.replace("  namespace: NAMESPACE\n", "")],
  ["policies with a label", POLICY.replace("  name: NAME", "  labels: { a: b }\n  name: NAME")],
  [
    "policies without policyTypes and a protocol in flow style",
    POLICY.replace("- port: 80", "- { port: 80 }"),
  ],
  ["policies with Windows line ends", POLICY.replaceAll("\n", "\r\n")],
  ["Services", SERVICE],
  ["Services with addresses", SERVICE.replace("spec:", "spec:\n  externalIPs: [192.0.2.1]")],
  ["Deployments", workload("Deployment")],
  ["StatefulSets, whose pods are named after them", workload("StatefulSet")],
])("%s that differ in their names only are read as if each were alone", (_, text) => {
  const { remembered, alone } = bothWays([
    documents(text, NAMES),
    `# a comment\n---\n${documents(text, NAMES)}`,
  ]);
  expect(alone.every(({ diagnostics }) => diagnostics.length === 0)).toBe(true);
  expect(remembered).toStrictEqual(alone);
});

test("a document that differs in its name only is recognised, with LF and with CRLF", () => {
  for (const text of [POLICY, POLICY.replaceAll("\n", "\r\n"), SERVICE, workload("Deployment")]) {
    const repeated = new RepeatedDocuments();
    const add = vi.spyOn(repeated, "add");
    const file = new SourceFile("a.yaml", documents(text, NAMES.slice(0, 3)));
    parseYamlFile(file, { named: false, repeated });
    expect(add.mock.results.map(({ value }) => value as boolean)).toEqual([false, true, true]);
  }
});

test("a name that YAML does not read as text is not taken for one", () => {
  const { remembered, alone } = bothWays([
    documents(POLICY, [
      ["a", "shop"],
      ["yes", "shop"],
      ["null", "shop"],
      ["b", "on"],
      ["c # a comment", "shop"],
      ["not_a_name", "shop"],
    ]),
  ]);
  expect(alone[0]!.diagnostics.length).toBeGreaterThan(0);
  expect(remembered).toStrictEqual(alone);
});

test("a line of a longer text that looks like a name is not the name", () => {
  const text = POLICY.replace("  name: NAME", '  annotations: { a: "\n  name: NAME\n  " }\n  name: fixed');
  const { remembered, alone } = bothWays([documents(text, NAMES)]);
  expect(alone[0]!.policies).toHaveLength(NAMES.length);
  expect(remembered).toStrictEqual(alone);
});

test("an object with something to report is reported each time", () => {
  const { remembered, alone } = bothWays([documents(POLICY.replace("10.1.0.0/16", "11.0.0.0/16"), NAMES)]);
  expect(alone[0]!.diagnostics).toHaveLength(NAMES.length);
  expect(remembered).toStrictEqual(alone);
});

test("a generated repository is read as if each file were alone", () => {
  const texts = [...generateRepo(400).files.values()];
  const { remembered, alone } = bothWays(texts);
  expect(remembered).toStrictEqual(alone);
});
