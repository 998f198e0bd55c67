import { describe, expect, test } from "vitest";
import type { NetworkPolicy } from "../../../src/ir/policy.js";
import { findings, policy, policyOf, read, withoutSpans } from "../reading.js";

const OK = policy("  podSelector: {}\n");

describe("files that are fine", () => {
  test("an empty file, one of spaces and one of comments hold nothing", () => {
    for (const text of ["", "\n\n  \n", "# nothing here\n# at all", "---\n---\n", "---\n# x\n...\n"]) {
      expect(findings(text)).toEqual([]);
      expect(read(text).policies).toEqual([]);
    }
  });

  test("each document of a stream is read", () => {
    const text = `# first\n${OK}---\n${OK.replace("name: p", "name: q")}...\n---\n# none\n---\n${OK.replace("name: p", "name: r")}`;
    expect(read(text).policies.map(({ name }) => name)).toEqual(["p", "q", "r"]);
    expect(findings(text)).toEqual([]);
  });

  test("the items of a List and of a NetworkPolicyList are read", () => {
    const item = `{apiVersion: networking.k8s.io/v1, kind: NetworkPolicy, metadata: {name: NAME}}`;
    const text = `apiVersion: v1
kind: List
items:
- ${item.replace("NAME", "a")}
- apiVersion: networking.k8s.io/v1
  kind: NetworkPolicyList
  items: [${item.replace("NAME", "b")}]
`;
    expect(read(text).policies.map(({ name }) => name)).toEqual(["a", "b"]);
  });

  test("CRLF line ends and a byte order mark change nothing but offsets", () => {
    const windows = `\uFEFF${OK.replaceAll("\n", "\r\n")}`;
    const read = policyOf(windows);
    expect(withoutSpans(read)).toEqual(withoutSpans(policyOf(OK)));
    expect(windows.slice(read.span.start, read.span.end)).toBe("p");
  });

  test("JSON is read, also when tabs indent it", () => {
    const json = `{
\t"apiVersion": "networking.k8s.io/v1",
\t"kind": "NetworkPolicy",
\t"metadata": {\n\t\t"name": "p", "namespace": "x"
\t},
\t"spec": {"podSelector":{}}
}
`;
    expect(withoutSpans(policyOf(json))).toEqual(withoutSpans(policyOf(OK)));
  });

  test("an alias stands for its anchor, and a merge key for the entries of one", () => {
    const aliased = policy(`  podSelector:
    matchLabels: &labels
      app: web
  ingress:
    - from:
        - podSelector:
            matchLabels: *labels
        - podSelector:
            matchLabels:
              <<: *labels
              tier: back
`);
    const written = policy(`  podSelector:
    matchLabels: {app: web}
  ingress:
    - from:
        - podSelector: {matchLabels: {app: web}}
        - podSelector: {matchLabels: {app: web, tier: back}}
`);
    expect(withoutSpans(policyOf(aliased))).toEqual(withoutSpans(policyOf(written)));
  });

  test("an own key wins over a merged one above it; below it, the merged one wins, as kubectl sends it", () => {
    const labels = (text: string) =>
      (read(text).policies[0] as NetworkPolicy).subject.pods.requirements.map(
        ({ key, values }) => `${key}=${values.join()}`,
      );
    const below = policy(`  podSelector: {matchLabels: {<<: {app: merged, tier: back}, app: own}}\n`);
    expect(findings(below)).toEqual([]);
    expect(labels(below)).toEqual(["app=own", "tier=back"]);
    const above = policy(`  podSelector: {matchLabels: {app: own, <<: {app: merged, tier: back}}}\n`);
    expect(findings(above)).toEqual(['warning merge-replaces at "<<"']);
    expect(labels(above)).toEqual(["app=merged", "tier=back"]);
    const list = policy(`  podSelector: {matchLabels: {<<: [{app: first}, {app: second, tier: back}]}}\n`);
    expect(labels(list)).toEqual(["app=first", "tier=back"]);
  });

  test("a core tag is obeyed", () => {
    expect(
      policyOf(policy(`  podSelector: {matchLabels: {app: !!str 80}}\n`)).subject.pods.requirements[0]!
        .values,
    ).toEqual(["80"]);
  });
});

describe("errors in the text", () => {
  test("a tab that indents is named as such", () => {
    expect(findings("apiVersion: v1\nkind: Pod\nmetadata:\n\tname: p\n")).toEqual([
      'error yaml-tabs at "\\t"',
    ]);
    expect(findings("apiVersion: v1\nkind: Pod\nmetadata:\n  \tname: p\n")).toEqual([
      'error yaml-tabs at "\\t"',
    ]);
  });

  test("a syntax error costs its own document, and is at its place in the file", () => {
    const text = `${OK}---\na: b: c\n---\n${OK.replace("name: p", "name: q")}---\n"open\n`;
    expect(findings(text)).toEqual(['error yaml-syntax at ":"', 'error yaml-syntax at ""']);
    expect(read(text).policies.map(({ name }) => name)).toEqual(["p", "q"]);
  });

  test("a document separator inside brackets ends them", () => {
    expect(findings(`a: [1,\n---\n${OK}`)).toEqual(['error yaml-syntax at "---"']);
    expect(read(`a: [1,\n---\n${OK}`).policies).toHaveLength(1);
  });

  test("a key written twice is shown at both places, and the policy is left out", () => {
    const text = `${policy("  podSelector: {}\n  podSelector: {matchLabels: {a: b}}\n")}---\n${OK}`;
    expect(findings(text)).toEqual(['error duplicate-key at "podSelector"']);
    const [diagnostic] = read(text).diagnostics;
    const [note] = diagnostic!.notes!;
    expect(diagnostic!.span.start).toBe(text.indexOf("podSelector: {matchLabels"));
    expect(note).toMatchObject({
      message: "first defined here",
      span: { start: text.indexOf("podSelector") },
    });
    expect(read(text).policies).toHaveLength(1);
  });

  test("the same key twice among labels is an error too", () => {
    expect(findings(policy('  podSelector: {matchLabels: {"a": b, a: c}}\n'))).toEqual([
      'error duplicate-key at "a"',
    ]);
  });

  test("an alias without an anchor, and one inside its own, are errors of their object only", () => {
    expect(findings(`${policy("  podSelector: *none\n")}---\n${OK}`)).toEqual([
      'error yaml-alias at "*none"',
    ]);
    expect(findings(policy("  podSelector: &s {matchLabels: *s}\n"))).toEqual(['error yaml-alias at "*s"']);
    expect(read(`${policy("  podSelector: *none\n")}---\n${OK}`).policies).toHaveLength(1);
  });

  test("aliases that stand for too much are stopped at the one that goes too far", () => {
    const levels = "abcdefghi".split("");
    const lines = levels.map(
      (name, i) =>
        `${name}: &${name} [${Array(9)
          .fill(i ? `*${levels[i - 1]}` : "x")
          .join(", ")}]`,
    );
    const text = `${lines.join("\n")}\n---\n${OK}`;
    expect(findings(text).filter((line) => line.includes("alias"))).toEqual(['error alias-limit at "*e"']);
    expect(read(text).policies).toHaveLength(1);
  });

  test("collections nested too deep are one error", () => {
    expect(findings(`a: ${"[".repeat(5000)}`)).toEqual([expect.stringContaining("error nesting-limit")]);
    expect(findings(`${"- ".repeat(5000)}x`)).toEqual([expect.stringContaining("error nesting-limit")]);
  });

  test("a tag of an application is ignored with a warning, and makes text of a scalar", () => {
    expect(findings(policy("  podSelector: !Sub {}\n"))).toEqual(['warning yaml-tag at "!Sub"']);
    const text = policy("  podSelector: {matchLabels: {a: !x 80}}\n");
    expect(findings(text)).toEqual(['warning yaml-tag at "!x"']);
    expect((read(text).policies[0] as NetworkPolicy).subject.pods.requirements[0]!.values).toEqual(["80"]);
  });

  test("a tag of YAML's own is obeyed, and an error at a value that it does not fit", () => {
    const label = (value: string) =>
      policyOf(policy(`  podSelector: {matchLabels: {a: ${value}}}\n`)).subject.pods.requirements[0]!.values;
    expect(label("!!binary aGk=")).toEqual(["hi"]);
    expect(label("!!timestamp 2026-01-02")).toEqual(["2026-01-02"]);
    expect(label("! 80")).toEqual(["80"]);
    for (const value of ["!!int x", "!!bool 1", "!!null x", "!!binary x", "!!timestamp 2026-13-01"])
      expect([value, ...findings(policy(`  podSelector: {matchLabels: {a: ${value}}}\n`))]).toEqual([
        value,
        `error yaml-tag at "${value.split(" ")[1]}"`,
      ]);
  });

  test("JSON objects one after another are documents", () => {
    const json = (name: string) =>
      `{"apiVersion": "networking.k8s.io/v1", "kind": "NetworkPolicy", "metadata": {"name": "${name}", "annotations": {"a": "}\\"{"}}}`;
    const text = `${json("a")}\n${json("b")}${json("c")}\n`;
    expect(findings(text)).toEqual([]);
    expect(read(text).policies.map(({ name }) => name)).toEqual(["a", "b", "c"]);
    expect(findings(`${json("a")}\n{"a": ]}\n${json("b")}`)).toEqual(['error yaml-syntax at "]}"']);
    expect(findings(`${json("a")}\n]`)).toEqual(['error yaml-syntax at "]"']);
  });

  test("a merge key may have its tag, as yq writes it", () => {
    const text = OK.replace("name: p", "name: p\n  annotations: &a {a: b}\n  labels:\n    !!merge <<: *a");
    expect(findings(text)).toEqual([]);
    expect(findings(text.replace("*a", "x"))).toEqual(['error yaml-merge at "x"']);
  });

  test("a file with a NUL is binary, and only that is said", () => {
    expect(findings(`${OK}\0\0\0`)).toEqual(['error binary-file at "\\u0000"']);
  });

  test("a control character is an error where it stands", () => {
    expect(findings(`${OK}---\na: x\u0007y\n`)).toEqual(['error yaml-syntax at "\\u0007y"']);
  });

  test("a key that is a collection, or missing, is an error", () => {
    expect(findings(policy("  podSelector: {[a]: b}\n"))).toEqual(['error yaml-key at "[a]"']);
    expect(findings("apiVersion: v1\nkind: Pod\n: x\n")).toContain('error yaml-key at ""');
  });

  test("a key that is no text in YAML 1.1 is kept as kubectl sends it, with a warning if that is not as written", () => {
    const text = policy("  podSelector: {matchLabels: {on: a}}\n");
    expect(findings(text)).toEqual(['warning ambiguous-key at "on"']);
    expect((read(text).policies[0] as NetworkPolicy).subject.pods.requirements[0]!.key).toBe("true");
    expect(findings(policy("  podSelector: {matchLabels: {0x10: a, 1_0: b}}\n"))).toEqual([
      'warning ambiguous-key at "0x10"',
      'warning ambiguous-key at "1_0"',
    ]);
    expect(findings(policy("  podSelector: {matchLabels: {80: a}}\n"))).toEqual([]);
  });

  test("a document that is no object is an error, unless the file was only found in a folder", () => {
    expect(findings("- a\n- b\n")).toEqual([expect.stringContaining("error not-an-object")]);
    expect(findings("replicas: 3\n")).toEqual(['error not-an-object at "replicas"']);
    expect(findings("just text\n")).toEqual(['error not-an-object at "just text"']);
  });
});

test("a flow collection may be indented as it likes, as the API's parser takes it", () => {
  const text = `apiVersion: v1
kind: Pod
metadata:
  name: a
  namespace: x
  labels: {
  app: "a # b", # one
    tier: web
}
spec:
  containers: [
{ name: c, image: i }
  ]
`;
  for (const each of [text, text.replaceAll("\n", "\r\n")]) {
    const { inventory, diagnostics } = read(each);
    expect(diagnostics).toEqual([]);
    expect(inventory.pods[0]!.labels).toEqual({ app: "a # b", tier: "web" });
  }
  expect(findings(text.replace("}\nspec", "spec"))).not.toEqual([]);
});

test("any number of lines may be indented so, in quotes as well, and what only looks like quotes is none", () => {
  const notes = Array.from(
    { length: 500 },
    (_, i) => `    n${i}: "It's
    \\ a # note,
 of two 'words."
    t${i}: it's - "plain" # isn't "quoted
    b${i}: |
      a "block [
    q${i}: 'one ''

  two "'
`,
  );
  const text = policy("  podSelector: {}\n").replace("spec:", `  annotations:\n${notes.join("")}spec:`);
  expect(findings(text)).toEqual([]);
  expect(read(text).policies).toHaveLength(1);
  expect(findings(text.replace("spec:", "spec: ]"))).toEqual(['error yaml-syntax at "]"']);
});
