import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { documents, networkPolicy, ofApp, pod } from "../../test/lint/objects.js";

const NAMESPACES = "namespaceSelector: { matchLabels: { team: ops } }";
const PODS = ofApp("prometheus");

function policy(...peers: string[]): string {
  return networkPolicy(
    `podSelector: {}\ningress:\n  - from:\n${peers.map((peer) => `      - ${peer}\n`).join("")}`,
  );
}

async function found(text: string, ...pods: string[]) {
  return places(await lintFiles({ "a.yaml": text, "pods.yaml": documents(...pods) }));
}

test("two peers, of which the second selects nothing in its own namespace, are one finding", async () => {
  expect(await found(policy(NAMESPACES, PODS), pod("api"))).toEqual(["a.yaml:9 or-instead-of-and"]);
});

test("either is meant if the second selects a pod of its own namespace", async () => {
  expect(await found(policy(NAMESPACES, PODS), pod("api"), pod("prometheus"))).toEqual([]);
});

test("nothing is reported if the pods of the namespace are unknown", async () => {
  expect(await found(policy(NAMESPACES, PODS), pod("api", { namespace: "other" }))).toEqual([]);
});

test("other orders, numbers and forms of peers are only what they select", async () => {
  const dangling = ["a.yaml:8 dangling-peer"];
  expect(await found(policy(PODS, NAMESPACES), pod("api"))).toEqual(dangling);
  expect(await found(policy(NAMESPACES, PODS, "ipBlock: { cidr: 10.0.0.0/8 }"), pod("api"))).toEqual([
    "a.yaml:9 dangling-peer",
  ]);
  expect(await found(policy(`{ ${NAMESPACES}, podSelector: {} }`, PODS), pod("api"))).toEqual([
    "a.yaml:9 dangling-peer",
  ]);
});

test("its fix makes one peer of the two, and is not safe", async () => {
  const text = policy(NAMESPACES, PODS);
  const { diagnostics } = await lintFiles({ "a.yaml": text, "pods.yaml": pod("api") });
  const { edits, safe } = diagnostics[0]!.fix!;
  const [{ span, text: replacement }] = edits as [(typeof edits)[number]];
  expect(text.slice(0, span.start) + replacement + text.slice(span.end)).toBe(
    text.replace(`- ${PODS}`, `  ${PODS}`),
  );
  expect(safe).toBe(false);
});

test("flow style gets no fix", async () => {
  const text = policy(NAMESPACES, PODS).replace(/from:[^]*/, `from: [{ ${NAMESPACES} }, { ${PODS} }]\n`);
  const { diagnostics } = await lintFiles({ "a.yaml": text, "pods.yaml": pod("api") });
  expect(diagnostics.map(({ rule, fix }) => [rule, fix])).toEqual([["or-instead-of-and", undefined]]);
});
