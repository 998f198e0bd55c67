import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { unlabelledNamespace } from "./rule.js";

function namespace(name: string, labels = ""): string {
  return `apiVersion: v1
kind: Namespace
metadata: { name: ${name}, labels: { ${labels} } }
`;
}

function policy(selector: string): string {
  return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop }
spec:
  podSelector: {}
  ingress:
    - from:
        - namespaceSelector: ${selector}
`;
}

const lintTexts = (...texts: string[]) => lintFiles({ "a.yaml": texts.join("---\n") }, [unlabelledNamespace]);
const found = async (...texts: string[]) => places(await lintTexts(...texts));

const MONITORING = "{ matchLabels: { name: monitoring } }";

test("a label with the name of a Namespace that lacks it is found", async () => {
  expect(await found(policy(MONITORING), namespace("monitoring"))).toEqual(["8 unlabelled-namespace"]);
  expect(await found(policy(MONITORING), namespace("monitoring", "name: mon"))).toEqual([
    "8 unlabelled-namespace",
  ]);
  expect(await found(policy("{ matchLabels: { team: ops } }"), namespace("ops"))).toEqual([
    "8 unlabelled-namespace",
  ]);
});

test("the Namespace itself, or another one, may have the label", async () => {
  expect(await found(policy(MONITORING), namespace("monitoring", "name: monitoring"))).toEqual([]);
  expect(
    await found(policy(MONITORING), namespace("monitoring"), namespace("mon", "name: monitoring")),
  ).toEqual([]);
});

test("namespaces that no file describes are skipped", async () => {
  const pod =
    'apiVersion: v1\nkind: Pod\nmetadata: { name: p, namespace: monitoring }\nspec: { containers: [{ name: c, image: "i:1" }] }\n';
  expect(await found(policy(MONITORING), pod)).toEqual([]);
  expect(await found(policy(MONITORING), namespace("shop"))).toEqual([]);
  const either = "{ matchExpressions: [{ key: name, operator: In, values: [monitoring, logging] }] }";
  expect(await found(policy(either), namespace("monitoring"))).toEqual([]);
  expect(await found(policy(either), namespace("monitoring"), namespace("logging"))).toEqual([
    "8 unlabelled-namespace",
  ]);
});

test("a selector that excludes, or asks for the key alone, names no namespace", async () => {
  const other =
    "{ matchExpressions: [{ key: name, operator: NotIn, values: [monitoring] }, { key: ops, operator: Exists }] }";
  expect(await found(policy(other), namespace("monitoring"), namespace("ops"))).toEqual([]);
});

test("its fix writes the label that the API server sets, and is not safe", async () => {
  const text = `${policy('{ matchLabels: { "name": monitoring } }')}---\n${namespace("monitoring")}`;
  const { diagnostics } = await lintTexts(text);
  const { edits, safe } = diagnostics[0]!.fix!;
  const [{ span, text: replacement }] = edits as [(typeof edits)[number]];
  expect(text.slice(0, span.start) + replacement + text.slice(span.end)).toBe(
    text.replace('"name": monitoring', '"kubernetes.io/metadata.name": monitoring'),
  );
  expect(safe).toBe(false);
});

test("an expression gets no fix, and the help for TypeScript uses its words", async () => {
  const expression = "{ matchExpressions: [{ key: name, operator: In, values: [monitoring] }] }";
  const { diagnostics } = await lintTexts(policy(expression), namespace("monitoring"));
  expect(diagnostics.map(({ fix }) => fix)).toEqual([undefined]);
  const text = `import { allow, namespaces, pods, policy } from "polc";
const api = pods({ app: "api" }, { namespace: "shop" });
export default policy("a", { isolateIngress: api, rules: [allow(namespaces({ name: "monitoring" })).to(api)] });
`;
  const files = { "a.policy.ts": text, "a.yaml": namespace("monitoring") };
  const linted = await lintFiles(files, [unlabelledNamespace]);
  expect(linted.diagnostics.map(({ help, fix }) => [help, fix])).toEqual([
    [
      'write "kubernetes.io/metadata.name": "monitoring", which the API server sets, or label the namespace',
      undefined,
    ],
  ]);
});
