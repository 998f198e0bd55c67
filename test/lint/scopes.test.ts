import { expect, test } from "vitest";
import { lintFiles, places } from "./lint_files.js";

const POLICY = (name: string, spec: string) => `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: ${name}, namespace: shop }
spec: { podSelector: {}, ${spec} }
`;
const WIDE = "ingress: [{}]";
const NARROW = "ingress: [{ ports: [{ port: 80 }] }]";

async function found(files: Record<string, string>): Promise<readonly string[]> {
  return places(await lintFiles(files));
}

test("two files of one folder are of one cluster", async () => {
  expect(await found({ "a/one.yaml": POLICY("one", WIDE), "a/two.yaml": POLICY("two", NARROW) })).toEqual([
    "a/two.yaml:3 redundant-policy",
  ]);
});

test("folders of environments, mirrors and examples are of clusters of their own", async () => {
  for (const [a, b] of [
    ["overlays/dev", "overlays/prod"],
    ["dev", "prod"],
    ["east", "west"],
  ])
    expect(
      await found({
        [`${a}/p.yaml`]: POLICY("one", WIDE),
        [`${b}/p.yaml`]: `${POLICY("one", NARROW)}---\n${POLICY("two", "egress: [{}]")}`,
      }),
    ).toEqual([]);
  expect(
    await found({ "examples/a/p.yaml": POLICY("one", WIDE), "examples/b/p.yaml": POLICY("two", NARROW) }),
  ).toEqual([]);
});

test("one name twice among many in two folders is a slip, and not a sign of two clusters", async () => {
  const many = (folder: string) =>
    [1, 2, 3, 4]
      .map((i) =>
        POLICY(`${folder}-${i}`, `ingress: [{ ports: [{ port: ${i} }] }]`).replace(
          "{}",
          `{ matchLabels: { a: "${folder}${i}" } }`,
        ),
      )
      .join("---\n");
  expect(
    await found({
      "web/p.yaml": `${many("web")}---\n${POLICY("same", "ingress: []").replace("{}", "{ matchLabels: { b: c } }")}`,
      "db/p.yaml": `${many("db")}---\n${POLICY("same", "ingress: []").replace("{}", "{ matchLabels: { b: d } }")}`,
    }),
  ).toEqual(["web/p.yaml:23 duplicate-policy"]);
});

const KUSTOMIZATION = (resources: readonly string[], more = "") =>
  `apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources: [${resources.join(", ")}]\n${more}`;

test("a base has a finding only if it holds in every overlay, and patched objects are not compared", async () => {
  const files = {
    "base/kustomization.yaml": KUSTOMIZATION(["p.yaml"]),
    "base/p.yaml": POLICY("narrow", NARROW),
    "one/kustomization.yaml": KUSTOMIZATION(["../base", "extra.yaml"]),
    "one/extra.yaml": POLICY("a-wide", WIDE),
    "two/kustomization.yaml": KUSTOMIZATION(["../base"]),
  };
  expect(await found(files)).toEqual([]);
  const both = {
    ...files,
    "two/kustomization.yaml": KUSTOMIZATION(["../base", "extra.yaml"]),
    "two/extra.yaml": POLICY("a-wide", WIDE),
  };
  expect((await found(both)).length).toBeGreaterThan(0);
  const patch = "patches: [{ path: patch.yaml }]\n";
  expect(
    await found({
      ...both,
      "one/kustomization.yaml": KUSTOMIZATION(["../base", "extra.yaml"], patch),
      "one/patch.yaml": POLICY("narrow", WIDE),
      "two/kustomization.yaml": KUSTOMIZATION(["../base", "extra.yaml"], patch),
      "two/patch.yaml": POLICY("narrow", WIDE),
    }),
  ).toEqual([]);
});
