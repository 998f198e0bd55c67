import { expect, test } from "vitest";
import { lintFiles, places } from "../../test/lint/lint_files.js";
import { networkPolicy } from "../../test/lint/objects.js";
import { duplicatePolicy } from "./rule.js";

const policy = (spec: string, named?: Parameters<typeof networkPolicy>[1]) =>
  networkPolicy(`podSelector: {}, ${spec}`, named);

async function found(
  files: Record<string, string>,
  rules?: Parameters<typeof lintFiles>[1],
): Promise<readonly string[]> {
  const linted = await lintFiles(files, rules);
  const severities = linted.diagnostics.map(({ severity }) => severity);
  return places(linted).map((place, i) => `${place} ${severities[i]!}`);
}

test("two that differ are an error, two equal ones a warning, and no other rule reports the second", async () => {
  expect(await found({ "a.yaml": policy("ingress: []"), "b.yaml": policy("ingress: [{}]") })).toEqual([
    "b.yaml:3 duplicate-policy error",
  ]);
  expect(await found({ "a.yaml": policy("ingress: [{}]"), "b.yaml": policy("ingress: [{}]") })).toEqual([
    "b.yaml:3 duplicate-policy warning",
  ]);
});

test("the first one is shown", async () => {
  const { diagnostics, project } = await lintFiles(
    { "a.yaml": policy("ingress: []"), "b.yaml": policy("ingress: [{}]") },
    [duplicatePolicy],
  );
  expect(diagnostics[0]!.notes?.map(({ span }) => project.sources.where(span!))).toEqual(["a.yaml:3"]);
});

test("another namespace is another policy", async () => {
  const other = policy("ingress: [{}]", { namespace: "other" });
  expect(await found({ "a.yaml": policy("ingress: []"), "b.yaml": other })).toEqual([]);
});

test("where no namespace is written, each folder may be applied to its own", async () => {
  const one = policy("egress: []", { namespace: "" });
  const two = policy("egress: [{}]", { namespace: "" });
  const filler = (name: string) =>
    policy("ingress: []", { name, namespace: "" }).replace("{}", `{ matchLabels: { app: ${name} } }`);
  const files = {
    "x/f.yaml": [1, 2, 3].map((i) => filler(`x${i}`)).join("---\n"),
    "y/f.yaml": [1, 2, 3].map((i) => filler(`y${i}`)).join("---\n"),
  };
  expect(await found({ ...files, "x/a.yaml": one, "y/a.yaml": two }, [duplicatePolicy])).toEqual([]);
  expect(await found({ "x/a.yaml": one, "x/b.yaml": two })).toEqual(["x/b.yaml:3 duplicate-policy error"]);
});

test("files of one folder that hold mostly the same policies are other ways to install one thing", async () => {
  const all = (...names: string[]) =>
    names
      .map((name) =>
        policy("ingress: []", { name, namespace: "" }).replace("{}", `{ matchLabels: { app: ${name} } }`),
      )
      .join("---\n");
  expect(
    await found({ "install.yaml": all("a", "b", "c", "d"), "namespace-install.yaml": all("a", "b", "c") }),
  ).toEqual([]);
  expect(await found({ "netpol-dev.yaml": all("a"), "netpol-prod.yaml": all("a", "b") })).toEqual([]);
  expect(await found({ "a.yaml": all("a", "b"), "b.yaml": all("a", "c") })).toEqual([
    "b.yaml:3 duplicate-policy warning",
  ]);
});

test("kinds have names of their own, and a ClusterNetworkPolicy is one object in whichever tier", async () => {
  const of = (kind: string, name: string, fields: string) => `---
apiVersion: policy.networking.k8s.io/${kind === "ClusterNetworkPolicy" ? "v1alpha2" : "v1alpha1"}
kind: ${kind}
metadata: { name: ${name} }
spec: { ${fields}subject: { namespaces: {} } }
`;
  const cluster = (name: string, tier: string) =>
    of("ClusterNetworkPolicy", name, `tier: ${tier}, priority: 5, `);
  const [admin, last] = [
    of("AdminNetworkPolicy", "guard", "priority: 5, "),
    of("BaselineAdminNetworkPolicy", "default", ""),
  ];
  const others = admin + last + cluster("guard", "Admin") + cluster("default", "Baseline");
  expect(await found({ "a.yaml": others })).toEqual([]);
  expect(await found({ "a.yaml": others + cluster("default", "Admin") })).toEqual([
    "24 duplicate-policy error",
  ]);
  expect(await found({ "a.yaml": admin + admin })).toEqual(["9 duplicate-policy warning"]);
});
