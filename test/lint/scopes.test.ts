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

test("folders and files of environments are of clusters of their own, whatever their policies are called", async () => {
  for (const [a, b] of [
    ["envs/dev/p.yaml", "envs/prod/p.yaml"],
    ["clusters/a/p.yaml", "clusters/b/p.yaml"],
    ["dev/p.yaml", "prod/p.yaml"],
    ["np-dev.yaml", "np-prod.yaml"],
  ])
    expect(await found({ [a!]: POLICY("one", WIDE), [b!]: POLICY("two", NARROW) })).toEqual([]);
});

test("one folder of an environment's name, or of the same one, is no other cluster", async () => {
  for (const [a, b] of [
    ["prod/p.yaml", "shop/p.yaml"],
    ["api-test/p.yaml", "web-test/p.yaml"],
    ["clusters/a/p.yaml", "shop/p.yaml"],
  ])
    expect(await found({ [a!]: POLICY("one", WIDE), [b!]: POLICY("two", NARROW) })).toEqual([
      `${b} redundant-policy`.replace(" ", ":3 "),
    ]);
});

test("a base beside environments is compared within each of them", async () => {
  const files = { "base/p.yaml": POLICY("one", WIDE), "envs/dev/p.yaml": POLICY("two", NARROW) };
  expect(await found({ ...files, "envs/prod/p.yaml": POLICY("three", "egress: [{}]") })).toEqual([
    "envs/dev/p.yaml:3 redundant-policy",
  ]);
});

const WORKLOAD = (name: string, namespace = "namespace: shop") => `apiVersion: apps/v1
kind: Deployment
metadata: { name: ${name}, ${namespace} }
spec:
  selector: { matchLabels: { app: ${name} } }
  template:
    metadata: { labels: { app: ${name} } }
    spec: { containers: [{ name: c, image: "c:1" }] }
`;
const SELECTING = (app: string) =>
  POLICY(`to-${app}`, "ingress: []").replace("{}", `{ matchLabels: { app: ${app} } }`);
const DANGLING = {
  "kustomization.yaml": KUSTOMIZATION(["web.yaml", "p.yaml"]),
  "web.yaml": WORKLOAD("web"),
  "p.yaml": SELECTING("wbe"),
};

test("where a kustomization adds pods, or labels to them, nothing is said of those that are known", async () => {
  expect(await found(DANGLING)).toEqual(["p.yaml:4 dangling-subject"]);
  const quiet = [
    "helmCharts: [{ name: postgres }]",
    "generators: [g.yaml]",
    "commonLabels: { app: wbe }",
    "labels: [{ pairs: { app: wbe }, includeSelectors: true }]",
    "labels: [{ pairs: { app: wbe }, includeTemplates: true }]",
    'components: ["https://github.com/example/web//deploy?ref=v1"]',
    "components: [../elsewhere]",
    "transformers: [t.yaml]",
  ];
  for (const more of quiet)
    expect(
      await found({ ...DANGLING, "kustomization.yaml": KUSTOMIZATION(["web.yaml", "p.yaml"], more) }),
    ).toEqual([]);
  const harmless = [
    "commonAnnotations: { a: b }",
    "namespace: shop",
    "namePrefix: my-",
    "images: [{ name: c }]",
  ];
  for (const more of [...harmless, "labels: [{ pairs: { team: x } }]"])
    expect(
      await found({ ...DANGLING, "kustomization.yaml": KUSTOMIZATION(["web.yaml", "p.yaml"], more) }),
      more,
    ).toEqual(["p.yaml:4 dangling-subject"]);
});

test("what two kustomizations put into other namespaces, or call otherwise, is not compared", async () => {
  const files = {
    "kustomization.yaml": KUSTOMIZATION(["a", "b"]),
    "a/p.yaml": POLICY("one", WIDE),
    "b/p.yaml": POLICY("one", NARROW),
  };
  for (const more of ["namespace: ", "nameSuffix: -"])
    expect(
      await found({
        ...files,
        "a/kustomization.yaml": KUSTOMIZATION(["p.yaml"], `${more}a`),
        "b/kustomization.yaml": KUSTOMIZATION(["p.yaml"], `${more}b`),
      }),
    ).toEqual([]);
});

test("objects without a namespace, and those of the one that is set, may be of one", async () => {
  expect(
    await found({
      "kustomization.yaml": KUSTOMIZATION(["web.yaml", "api.yaml", "p.yaml"], "namespace: shop"),
      "web.yaml": WORKLOAD("web"),
      "api.yaml": WORKLOAD("api", ""),
      "p.yaml": SELECTING("api"),
    }),
  ).toEqual([]);
});

test("a file that is called Kustomization is one", async () => {
  const { "kustomization.yaml": text, ...files } = DANGLING;
  expect(await found({ ...files, Kustomization: `${text}generators: [g.yaml]` })).toEqual([]);
});

test("beside a chart, or templates, nothing is said of the pods that are known", async () => {
  const { "web.yaml": web, "p.yaml": policy } = DANGLING;
  const files = { "web.yaml": web, "p.yaml": policy };
  expect(await found(files)).toEqual(["p.yaml:4 dangling-subject"]);
  expect(
    await found({
      ...files,
      "c/Chart.yaml": "apiVersion: v2\nname: c\n",
      "c/templates/d.yaml": WORKLOAD("wbe"),
    }),
  ).toEqual([]);
  expect(await found({ ...files, "c/Chart.yaml": "dependencies: [{ name: c }]\n" })).toEqual([]);
  expect(await found({ ...files, "d.yaml": `{{ if .Values.d }}\n${WORKLOAD("wbe")}{{ end }}\n` })).toEqual(
    [],
  );
});

test("pods are known of a namespace that no other kustomization of the cluster fills", async () => {
  const api = (app: string) => ({
    "apps/api/kustomization.yaml": KUSTOMIZATION(["api.yaml", "p.yaml"]),
    "apps/api/api.yaml": WORKLOAD("api"),
    "apps/api/p.yaml": SELECTING(app),
  });
  const other = (name: string, namespace: string) => ({
    [`apps/${name}/kustomization.yaml`]: KUSTOMIZATION(["d.yaml"]),
    [`apps/${name}/d.yaml`]: WORKLOAD(name, namespace),
  });
  const finding = ["apps/api/p.yaml:4 dangling-subject"];
  expect(await found({ ...api("web"), ...other("web", "namespace: shop") })).toEqual([]);
  expect(await found({ ...api("web"), ...other("web", "") })).toEqual([]);
  expect(await found({ ...api("web"), ...other("web", "namespace: another") })).toEqual(finding);
  const overlays = Object.fromEntries(
    ["dev", "prod"].map((each) => [`${each}/kustomization.yaml`, KUSTOMIZATION(["../apps/api"])]),
  );
  expect(await found({ ...api("web"), ...overlays })).toEqual(finding);
});

test("what pods ask DNS is not known of a namespace that another kustomization fills", async () => {
  const opens = "egress: [{ to: [{ podSelector: { matchLabels: { app: db } } }], ports: [{ port: 5432 }] }]";
  const files = {
    "api/kustomization.yaml": KUSTOMIZATION(["p.yaml"]),
    "api/p.yaml": POLICY("api", opens),
    "policies/kustomization.yaml": KUSTOMIZATION(["p.yaml"]),
  };
  const dns = POLICY("dns", "egress: [{ ports: [{ port: 53, protocol: UDP }] }]");
  expect(await found({ ...files, "policies/p.yaml": dns })).toEqual([]);
  expect(await found({ ...files, "policies/p.yaml": dns.replace("shop", "another") })).toEqual([
    "api/p.yaml:4 dns-blocked",
  ]);
});

test("a component is no whole: other pods are where it is used", async () => {
  const { "kustomization.yaml": text, ...files } = DANGLING;
  const component = text.replace("v1beta1", "v1alpha1").replace("kind: Kustomization", "kind: Component");
  expect(await found({ ...files, "kustomization.yaml": component })).toEqual([]);
});

test("one workload in two files is a way to run it in each, and which is taken is not known", async () => {
  const files = { "app.yaml": WORKLOAD("web"), "p.yaml": SELECTING("wbe") };
  expect(await found(files)).toEqual(["p.yaml:4 dangling-subject"]);
  const other = WORKLOAD("web").replaceAll("app: web", "app: wbe");
  expect(await found({ ...files, "app-etcd.yaml": other })).toEqual([]);
  expect(await found({ "app.yaml": `${WORKLOAD("web")}---\n${other}`, "p.yaml": SELECTING("web") })).toEqual([
    "app.yaml:12 duplicate-object",
  ]);
});
