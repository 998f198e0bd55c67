import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { loadProject } from "../../src/parser/project.js";
import { policy, withoutSpans } from "./reading.js";

let cwd: string;

beforeEach(() => {
  cwd = mkdtempSync(join(tmpdir(), "polc-project-"));
});

afterEach(() => rmSync(cwd, { recursive: true }));

function write(path: string, text: string | Buffer): void {
  mkdirSync(dirname(join(cwd, path)), { recursive: true });
  writeFileSync(join(cwd, path), text);
}

const OK = policy("  podSelector: {}\n");
const named = (name: string) => OK.replace("name: p", `name: ${name}`);

async function summary(...paths: string[]): Promise<string[]> {
  const { diagnostics } = await loadProject(paths, { cwd });
  return diagnostics.map(({ severity, rule, span }) => `${span.file}:${span.start} ${severity} ${rule}`);
}

describe("finding files", () => {
  test("a folder is searched for policy files, in the order of their paths", async () => {
    write("b/z.yaml", named("b-z"));
    write("b/a.yml", named("b-a"));
    write(
      "a.json",
      JSON.stringify({ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata: { name: "a" } }),
    );
    for (const skipped of ["node_modules/x.yaml", ".github/x.yaml", "dist/x.yaml", "c.txt", "d.ts"])
      write(skipped, "a: b: c");
    const project = await loadProject(["."], { cwd });
    expect(project.diagnostics).toEqual([]);
    expect(project.policies.map(({ name, span }) => [name, span.file])).toEqual([
      ["a", "a.json"],
      ["b-a", "b/a.yml"],
      ["b-z", "b/z.yaml"],
    ]);
    expect(project.files).toBe(3);
    expect([...project.sources.all()].map(({ path }) => path).sort()).toEqual([
      "a.json",
      "b/a.yml",
      "b/z.yaml",
    ]);
  });

  test("files of other tools are skipped in a folder, but not if named", async () => {
    write("package.json", '{"name": "x"}');
    write("tsconfig.json", "{ // a comment\n}");
    write("values.yaml", "replicas: 1\n");
    write("service.yaml", "service: {kind: ClusterIP}\n");
    expect(await summary(".")).toEqual([]);
    expect(await summary("package.json", "values.yaml", "service.yaml")).toEqual([
      "package.json:1 error not-an-object",
      "service.yaml:0 error not-an-object",
      "values.yaml:0 error not-an-object",
    ]);
    expect(await summary("tsconfig.json")).toEqual(["tsconfig.json:2 error not-an-object"]);
  });

  test("files of other tools that contain words of Kubernetes are skipped in a folder, however odd they are", async () => {
    write("mkdocs.yml", "site_name: x\nkind: a\nx: !!python/name:material.twemoji\n");
    write("chart/Chart.yaml", "apiVersion: v2\nname: web\n");
    write("chart/values.yaml", "kind: x\na: 1\na: 2\n");
    write("chart/values-prod.yaml", "kind: [\n");
    write("install-config.yaml", "apiVersion: v1\nbaseDomain: example.com\nmetadata:\n  name: okd\n");
    write("score.yaml", "apiVersion: score.dev/v1b1\nmetadata:\n  name: t\n");
    write("teleport.yaml", "version: v3\nkind: role\nmetadata:\n  name: ept\n");
    write("notes.yaml", "apiVersion: release-notes/v2\nkind: bug-fix\narea: a\narea: b\n");
    write(
      "ytt.yaml",
      "#@overlay/match by=overlay.subset({'kind': 'Pod'})\n---\nmetadata:\n  labels: {a: b}\n",
    );
    write("grafana.yaml", "apiVersion: 1\ngroups:\n  - annotations: {}\n    annotations: {}\n");
    write("playbook.yml", "- hosts: localhost\n  vars:\n    kind: [{x: 0, y: 1}]\n");
    write("latin.yaml", Buffer.from("kind: caf\xe9\n", "latin1"));
    write("broken.yaml", "kind: a: b\n");
    expect(await summary(".")).toEqual([]);
    expect(await summary("mkdocs.yml", "grafana.yaml", "broken.yaml", "latin.yaml")).toEqual([
      "broken.yaml:7 error yaml-syntax",
      "grafana.yaml:0 error not-an-object",
      "grafana.yaml:46 error duplicate-key",
      "latin.yaml:9 error invalid-utf8",
      "mkdocs.yml:0 error not-an-object",
      "mkdocs.yml:24 warning yaml-tag",
    ]);
  });

  test("an object that cannot be read is never skipped in a folder", async () => {
    write("a.yaml", `${OK}  ingress: [\n`);
    write("b.json", '{"items": [{"kind": "NetworkPolicy"}, ]]}');
    write("c.yaml", "apiVersion: apps/v1\nkind: Deployment\nmetadata: a: b\n");
    write("d.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: a}\ndata: {a: b, a: c}\n");
    write("e.yaml", "apiVersion: policy.networking.k8s.io/v1alpha2\nmetadata: a: b\n");
    expect((await summary(".")).map((each) => each.replace(/:\d+/, ""))).toEqual([
      "a.yaml error yaml-syntax",
      "b.json error yaml-syntax",
      "c.yaml error yaml-syntax",
      "d.yaml error duplicate-key",
      "e.yaml error yaml-syntax",
    ]);
  });

  test("an object with placeholders where the API takes none is a template, named as such and left out", async () => {
    write(
      "a.yaml",
      OK.replace("name: p", "name: 'np-${CLUSTER:=a}'").replace("namespace: x", "namespace: ${NS}"),
    );
    write(
      "b.yaml",
      policy("  podSelector: {matchLabels: {app: '{{ app }}'}}\n  ingress: [{ports: [{port: '${PORT}'}]}]\n"),
    );
    write("c.yaml", "{apiVersion: v1, kind: ConfigMap, metadata: {name: c}, data: {run: 'echo ${HOME}'}}");
    write(
      "d.yaml",
      OK.replace("name: p", "name: d, annotations: {note: '${NOTE}'}")
        .replace("metadata:\n  ", "metadata: {")
        .replace("\n  namespace: x", ", namespace: x}"),
    );
    const project = await loadProject(["."], { cwd });
    expect(project.templates).toBe(2);
    expect(project.policies.map(({ name }) => name)).toEqual(["d"]);
    expect(project.diagnostics.map(({ rule, span }) => `${span.file} ${rule}`)).toEqual([
      "a.yaml unrendered-template",
      "b.yaml unrendered-template",
    ]);
  });

  test("code of ytt in place of a value makes the object a template, though YAML takes it for a comment", async () => {
    write(
      "a.yaml",
      policy("  podSelector: {}\n  policyTypes: [Egress]\n  egress:\n    - #@ database_egress()\n"),
    );
    write("b.yaml", OK.replace("namespace: x", "namespace: x #@ not in place of one"));
    const project = await loadProject(["."], { cwd });
    expect(project.templates).toBe(1);
    expect(project.diagnostics.map(({ rule, span }) => `${span.file} ${rule}`)).toEqual([
      "a.yaml unrendered-template",
    ]);
  });

  test("a policy with a misspelt kind or apiVersion is not skipped in a folder", async () => {
    write("a.yaml", OK.replace("apiVersion", "apiVerson"));
    write("b.yaml", OK.replace("kind:", "knd:"));
    expect(await summary(".")).toEqual(["a.yaml:0 error missing-field", "b.yaml:33 error missing-field"]);
  });

  test("a path that does not exist is an error, and the others are read", async () => {
    write("a.yaml", OK);
    const project = await loadProject(["none.yaml", "a.yaml"], { cwd });
    expect(project.diagnostics).toMatchObject([
      {
        rule: "unreadable-file",
        severity: "error",
        message: "none.yaml does not exist",
        span: { file: "none.yaml" },
      },
    ]);
    expect(project.policies).toHaveLength(1);
    expect(project.sources.get("none.yaml")).toBeDefined();
  });

  test("a file named twice, and by its folder, is read once", async () => {
    write("a/b.yaml", OK);
    expect((await loadProject(["a", "a/b.yaml", "a/../a/b.yaml"], { cwd })).files).toBe(1);
  });

  test("a circle of links ends, and a linked file is read", async () => {
    write("a/b.yaml", OK);
    symlinkSync(cwd, join(cwd, "a/circle"));
    symlinkSync(join(cwd, "a/b.yaml"), join(cwd, "linked.yaml"));
    symlinkSync(join(cwd, "gone"), join(cwd, "broken.yaml"));
    expect((await loadProject(["."], { cwd })).files).toBe(2);
  });

  test("a path outside the working directory keeps its full name", async () => {
    write("in/side.yaml", OK);
    write("out.yaml", named("q"));
    const project = await loadProject(["side.yaml", "../out.yaml"], { cwd: join(cwd, "in") });
    expect(project.policies.map(({ span }) => span.file).sort()).toEqual(
      [join(cwd, "out.yaml"), "side.yaml"].sort(),
    );
  });
});

describe("TypeScript outside the working directory", () => {
  const CLUSTER =
    'import { cluster } from "polc";\nexport const { shop } = cluster({ shop: { web: { app: "web" } } });\n';
  const policyFrom = (cluster: string, name = "a") =>
    `import { internet, allow, policy, tcp } from "polc";
import { shop } from "${cluster}";
export default policy("${name}", { isolate: [shop.web], rules: [allow(internet).to(shop.web).on(tcp(443))] });
`;
  const inside = () => {
    mkdirSync(join(cwd, "in"));
    return join(cwd, "in");
  };

  test("a named file is read, with what it imports beside it", async () => {
    write("out/a.policy.ts", policyFrom("./cluster.js"));
    write("out/cluster.ts", CLUSTER);
    const project = await loadProject(["../out/a.policy.ts"], { cwd: inside() });
    expect(project.diagnostics).toEqual([]);
    expect(project.policies.map(({ name, span }) => [name, span.file])).toEqual([
      ["a-web", join(cwd, "out/a.policy.ts")],
    ]);
  });

  test("the files of a named folder may import from all of it, and of the project around it", async () => {
    write("out/policies/a.policy.ts", policyFrom("../cluster.js"));
    write("out/cluster.ts", CLUSTER);
    write("project/package.json", "{}");
    write("project/policies/b.policy.ts", policyFrom("../cluster.js", "b"));
    write("project/cluster.ts", CLUSTER);
    const project = await loadProject(["../out", "../project/policies"], { cwd: inside() });
    expect(project.diagnostics).toEqual([]);
    expect(project.policies.map(({ name }) => name)).toEqual(["a-web", "b-web"]);
  });

  test("what lies outside that is still no business of theirs", async () => {
    write("out/a.policy.ts", policyFrom("../secret.js"));
    write("secret.ts", CLUSTER);
    const { diagnostics } = await loadProject(["../out/a.policy.ts"], { cwd: inside() });
    expect(diagnostics.map(({ rule, message }) => `${rule}: ${message}`)).toEqual([
      'forbidden-import: "../secret.js" is outside the project',
    ]);
  });

  test("files inside and outside are read in one run", async () => {
    write("in/a.policy.ts", policyFrom("./cluster.js"));
    write("in/cluster.ts", CLUSTER);
    write("out/b.policy.ts", policyFrom("./cluster.js", "b"));
    write("out/cluster.ts", CLUSTER);
    const project = await loadProject([".", "../out"], { cwd: join(cwd, "in") });
    expect(project.diagnostics).toEqual([]);
    expect(project.policies.map(({ name }) => name).sort()).toEqual(["a-web", "b-web"]);
  });
});

describe("reading files", () => {
  test("standard input is YAML", async () => {
    const stdin = async () => Buffer.from(OK.replace("podSelector", "podSelectr"));
    const { diagnostics, files } = await loadProject(["-"], { cwd, stdin });
    expect(diagnostics).toMatchObject([{ rule: "unknown-field", span: { file: "<stdin>" } }]);
    expect(files).toBe(1);
  });

  test("bytes that are no UTF-8 are one error, at the first of them", async () => {
    const start = Buffer.from("# é \uFFFD fine\n# ");
    write("a.yaml", Buffer.concat([start, Buffer.from([0xff, 0xfe, 0x61]), Buffer.from(OK)]));
    write("b.yaml", OK);
    expect(await summary("a.yaml", "b.yaml")).toEqual(["a.yaml:13 error invalid-utf8"]);
  });

  test("binary files, UTF-16 among them, are one error each", async () => {
    write("a.yaml", Buffer.from([0x7f, 0x45, 0x4c, 0x46, 0, 0xff, 0xff, 0]));
    write("b.yaml", Buffer.from(`\uFEFF${OK}`, "utf16le"));
    expect(await summary("a.yaml", "b.yaml")).toEqual([
      "a.yaml:4 error binary-file",
      expect.stringMatching(/^b.*binary-file/),
    ]);
  });

  test("a file beyond the size limit is not read", async () => {
    write("a.yaml", Buffer.alloc(16 * 1024 * 1024 + 1, "#"));
    expect(await summary("a.yaml")).toEqual(["a.yaml:0 error file-too-large"]);
    write("a.yaml", Buffer.alloc(16 * 1024 * 1024, "#"));
    expect(await summary("a.yaml")).toEqual([]);
  });

  test("a byte order mark is no part of the text", async () => {
    write("a.yaml", `\uFEFF${OK.replace("podSelector", "podSelectr")}`);
    const { diagnostics, sources } = await loadProject(["a.yaml"], { cwd });
    expect(sources.get("a.yaml")!.position(diagnostics[0]!.span.start)).toMatchObject({ line: 7, column: 3 });
  });
});

describe("merging", () => {
  test("the same object twice is a warning at the second, with the first beside it", async () => {
    write("a.yaml", OK);
    write(
      "b.yaml",
      `# the same, written otherwise\n${JSON.stringify({
        kind: "NetworkPolicy",
        apiVersion: "networking.k8s.io/v1",
        metadata: { namespace: "x", name: "p" },
      })}`,
    );
    const { diagnostics, policies } = await loadProject(["."], { cwd });
    expect(diagnostics).toMatchObject([
      {
        rule: "duplicate-policy",
        severity: "warning",
        message: "NetworkPolicy x/p is defined twice",
        span: { file: "b.yaml" },
        notes: [{ message: "first defined here", span: { file: "a.yaml" } }],
      },
    ]);
    expect(policies).toHaveLength(1);
  });

  test("two objects of one name that differ are an error", async () => {
    write("a.yaml", `${OK}---\n${policy("  podSelector: {matchLabels: {a: b}}\n")}`);
    write("b.yaml", named("q"));
    write("c.yaml", OK.replace("namespace: x", "namespace: z"));
    expect(await summary(".")).toEqual([expect.stringMatching(/^a\.yaml:\d+ error duplicate-policy$/)]);
  });

  test("objects whose names are generated are never duplicates of each other", async () => {
    const generated = OK.replace("name: p", "generateName: p-");
    write(
      "a.yaml",
      `${generated}---\n${generated.replace("podSelector: {}", "podSelector: {matchLabels: {a: b}}")}`,
    );
    expect(await summary(".")).toEqual([]);
    write("a.yaml", `${generated}---\n${generated}`);
    write("b.yaml", generated);
    expect(await summary(".")).toEqual([]);
  });

  test("namespaces of pods are there even if nothing declares them", async () => {
    write("a.yaml", "{apiVersion: v1, kind: Pod, metadata: {name: p, namespace: shop}}");
    write("b.yaml", "{apiVersion: v1, kind: Namespace, metadata: {name: web, labels: {env: prod}}}");
    const { inventory } = await loadProject(["."], { cwd });
    expect(withoutSpans(inventory.namespaces)).toEqual([
      { name: "web", labels: { env: "prod", "kubernetes.io/metadata.name": "web" } },
      { name: "shop", implied: true, labels: { "kubernetes.io/metadata.name": "shop" } },
    ]);
  });

  test("diagnostics are in the order of files, then of places", async () => {
    write("b.yaml", policy("  one: 1\n  two: 2\n"));
    write("a.yaml", `${named("a-")}---\na: b: c\n`);
    expect(await summary("b.yaml", "a.yaml")).toEqual([
      "a.yaml:71 error invalid-name",
      "a.yaml:121 error yaml-syntax",
      "b.yaml:96 error unknown-field",
      "b.yaml:105 error unknown-field",
    ]);
  });
});
