import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { finding, networkPolicy } from "../../test/lint/objects.js";
import { emptyMatch } from "./rule.js";

const found = finding(emptyMatch);

function ingressFrom(peers: string): Record<string, string> {
  const spec = `podSelector: {}\ningress:\n  - from:\n${peers.replace(/^/gm, "      ")}`;
  return { "a.yaml": networkPolicy(spec) };
}

test("one peer of several that contradicts itself is found at its place", async () => {
  const peers = `- podSelector: { matchExpressions: [{ key: app, operator: Exists }, { key: app, operator: DoesNotExist }] }
- podSelector: { matchLabels: { app: web } }`;
  const { diagnostics, project } = await lintFiles(ingressFrom(peers), [emptyMatch]);
  expect(places({ diagnostics, project })).toEqual(["8 empty-match"]);
  expect(diagnostics[0]!.message).toContain("this peer never matches");
});

test("a namespace cannot have two names, nor none", async () => {
  const named = (operator: string, values: string) =>
    `- namespaceSelector: { matchExpressions: [{ key: kubernetes.io/metadata.name, operator: ${operator}${values} }], matchLabels: { kubernetes.io/metadata.name: a } }`;
  expect(await found(ingressFrom(named("In", ", values: [b]")))).toEqual(["8 empty-match"]);
  expect(await found(ingressFrom(named("DoesNotExist", "")))).toEqual(["8 empty-match"]);
  expect(await found(ingressFrom(named("In", ", values: [a, b]")))).toEqual([]);
});

test("a label with exactly one possible value is not a contradiction", async () => {
  const peers =
    "- podSelector: { matchExpressions: [{ key: app, operator: In, values: [a, b] }, { key: app, operator: NotIn, values: [a] }] }";
  expect(await found(ingressFrom(peers))).toEqual([]);
});

test("selecting every pod, or nothing in a direction, is not reported", async () => {
  expect(await found(ingressFrom("- namespaceSelector: {}\n- podSelector: {}"))).toEqual([]);
});
