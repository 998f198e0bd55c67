import { expect, test } from "vitest";
import { lintFiles } from "../../test/lint/lint_files.js";
import { emptyEntry } from "./rule.js";

async function messages(spec: string): Promise<readonly string[]> {
  const text = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: a, namespace: shop }
spec: ${spec}
`;
  const { diagnostics } = await lintFiles({ "a.yaml": text }, [emptyEntry]);
  return diagnostics.map(({ message }) => message);
}

test("an empty rule allows every peer of its direction", async () => {
  const spec = "{ podSelector: {}, policyTypes: [Ingress, Egress], ingress: [null], egress: [~] }";
  expect(await messages(spec)).toEqual([
    "this rule is empty: it allows connections from every peer on every port",
    "this rule is empty: it allows connections to every peer on every port",
  ]);
});

test("an empty port is every TCP port", async () => {
  expect(
    await messages("{ podSelector: {}, ingress: [{ ports: [{ port: 80, protocol: UDP }, null] }] }"),
  ).toEqual(["this port is empty: it allows every TCP port"]);
});

test("what is written on purpose is not found, nor an empty list of rules, nor what has no effect", async () => {
  expect(await messages("{ podSelector: {}, ingress: [{}] }")).toEqual([]);
  expect(await messages("{ podSelector: {}, ingress: null, policyTypes: [Ingress] }")).toEqual([]);
  expect(await messages("{ podSelector: {}, egress: [null], policyTypes: [Ingress] }")).toEqual([]);
});
