import { expect, test } from "vitest";
import { diff, explain, lint, parse } from "../../src/index.js";

const POLICY = (port: number) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: db, namespace: shop }
spec:
  podSelector: { matchLabels: { app: db } }
  ingress:
    - from: [{ podSelector: { matchLabels: { app: api } } }]
      ports: [{ port: ${port} }]
    - from: [{ podSelector: { matchLabels: { app: api } } }]
      ports: [{ port: 5432 }]
`;
const PODS = ["api", "db"]
  .map(
    (app) => `apiVersion: v1
kind: Pod
metadata: { name: ${app}, namespace: shop, labels: { app: ${app} } }
spec: { containers: [{ name: c, image: i }] }
`,
  )
  .join("---\n");

const project = (port: number) =>
  parse("policies", {
    cwd: "/nowhere",
    contents: { "policies/db.yaml": POLICY(port), "policies/pods.yaml": PODS },
  });

test("parse reads texts, lint names rule and place", async () => {
  const parsed = await project(5432);
  expect(parsed.diagnostics).toEqual([]);
  const found = await lint(parsed);
  expect(found.map(({ rule, span, start }) => [rule, span.file, start?.line])).toEqual([
    ["redundant-rule", "policies/db.yaml", 9],
  ]);
  expect(await lint(parsed, { rules: { "redundant-rule": "off" } })).toEqual([]);
  await expect(lint(parsed, { rules: { "no-such-rule": "off" } })).rejects.toThrow(
    "unknown rule no-such-rule",
  );
});

test("explain answers for a flow, and says what it does not know", async () => {
  const parsed = await project(80);
  const answer = await explain(parsed, { from: "shop/api", to: "shop/db", port: "5432/tcp" });
  expect(answer.verdict).toBe("allow");
  const verdict = async (from: string, port: string) =>
    (await explain(parsed, { from, to: "shop/db", port })).verdict;
  expect(await verdict("shop/app=db", "80/tcp")).toBe("deny");
  expect(await verdict("shop/db", "80/tcp")).toBe("allow"); // itself
  expect(await verdict("shop/api", "5432-5433/tcp")).toBe("deny");
  await expect(explain(parsed, { from: "shop/ap", to: "shop/db", port: "80/tcp" })).rejects.toThrow(
    "shop/ap",
  );
});

test("diff tells what opens, with a flow", async () => {
  expect(await diff(await project(80), await project(80))).toMatchObject({ opened: [], closed: [] });
  const { opened, closed } = await diff(await project(80), await project(443));
  expect([...new Set(opened.map(({ witness }) => witness.port))]).toEqual([443]);
  expect([...new Set(closed.map(({ witness }) => witness.port))]).toEqual([80]);
});

test("an answer from policies that could not be read is refused", async () => {
  const broken = await parse("a.yaml", {
    cwd: "/nowhere",
    contents: { "a.yaml": POLICY(80).replace("app: db", "app: 'not a label!'") },
  });
  await expect(diff(broken, broken)).rejects.toThrow("a.yaml:5");
});
