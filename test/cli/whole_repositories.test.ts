/** Commands on repositories as they are: overlays, several ways to install one thing, policies of other APIs, charts. */
import { execFileSync } from "node:child_process";
import { rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import * as build from "../../src/cli/build/build.js";
import * as convert from "../../src/cli/convert/convert.js";
import * as diff from "../../src/cli/diff/diff.js";
import * as explain from "../../src/cli/explain/explain.js";
import * as claims from "../../src/cli/test/test.js";
import { deployment, folderOf, noRenderer, policy } from "../parser/kustomize/project_of.js";
import { runCommand } from "./run_command.js";

afterEach(() => vi.restoreAllMocks());

/** Makes a folder with these files the working directory until the end of the test. */
function inFolder(files: Readonly<Record<string, string>>): string {
  const folder = folderOf(files);
  vi.spyOn(process, "cwd").mockReturnValue(folder);
  return folder;
}

const namespace = (name: string, label: string) =>
  `apiVersion: v1\nkind: Namespace\nmetadata: { name: ${name}, labels: { ${label} } }\n`;

const DENY = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: flow }
spec: { podSelector: {}, policyTypes: [Ingress] }
`;

const FROM_MESH = DENY.replace(
  "policyTypes: [Ingress]",
  'ingress: [{ from: [{ namespaceSelector: { matchLabels: { mesh: "on" } } }] }]',
);

const CLAIMS = `import { check, claims, pods } from "polc";
const web = pods({ app: "web" }, { namespace: "flow" });
export default claims(check(web).cannotReach(web));
`;

/** Two ways to install one thing, as Flux, Argo CD, Kubeflow and Longhorn have. */
function twoInstalls(
  rule: string,
  [one, other]: readonly [string, string],
): Readonly<Record<string, string>> {
  return {
    "install/kustomization.yaml": "resources: [ns.yaml, ../policies]\n",
    "install/ns.yaml": namespace("flow", one),
    "openshift/kustomization.yaml": "resources: [ns.yaml, ../policies]\n",
    "openshift/ns.yaml": namespace("flow", other),
    "policies/kustomization.yaml": "resources: [np.yaml]\n",
    "policies/np.yaml": rule,
    "checks/flow.claims.ts": CLAIMS,
  };
}

const FLOW = ["--from", "flow/app=api", "--to", "flow/app=web", "--port", "80/tcp"];

describe("two renderings of one object", () => {
  test("stop nothing where they differ in what no policy asks for", async () => {
    inFolder(twoInstalls(DENY, ["warn: restricted", "warn: baseline"]));
    expect(await runCommand(build, "--emit", "ir", ".")).toMatchObject({ code: 0, stderr: "" });
    expect(await runCommand(convert, "--to", "ts", ".")).toMatchObject({ code: 0, stderr: "" });
    expect(await runCommand(diff, ".", "install")).toMatchObject({ code: 0, stderr: "" });
    expect(await runCommand(explain, ...FLOW, ".")).toMatchObject({ code: 1, stderr: "" });
    expect(await runCommand(claims, ".")).toMatchObject({ code: 0, stderr: "" });
  });

  test("are said to be of different clusters where a policy asks for it, with the command for one of them", async () => {
    inFolder(twoInstalls(FROM_MESH, ['mesh: "on"', 'mesh: "off"']));
    const asked = await runCommand(explain, ...FLOW, ".");
    expect(asked.code).toBe(2);
    expect(asked.stderr).toContain(
      "Namespace flow is written differently in install and openshift: they are for different clusters",
    );
    expect(asked.stderr).toContain("help: name one cluster's folder: polc explain install");
    expect(asked.stderr).not.toContain("rename");
    expect((await runCommand(claims, ".")).stderr).toContain("polc test install");
    // Policies are the same, and build needs nothing else.
    expect((await runCommand(build, "--emit", "ir", ".")).code).toBe(0);
    expect((await runCommand(explain, ...FLOW, "openshift")).code).toBe(1);
  });

  test("of a workload count by labels that are asked for, its host network and names of ports", async () => {
    const web = deployment("web").replace("metadata: { name", "metadata: { namespace: flow, name");
    const files = (other: string) => ({
      "envs/dev/web.yaml": web,
      "envs/prod/web.yaml": other,
      "np.yaml": policy("web"),
    });
    inFolder(files(web.replace("labels: { app: web }", "labels: { app: web, version: v2 }")));
    expect((await runCommand(diff, ".", "np.yaml")).stderr).toBe("");
    inFolder(files(web.replace("labels: { app: web }", "labels: { app: api }")));
    expect((await runCommand(diff, ".", "np.yaml")).stderr).toContain(
      "Deployment flow/web is written differently in envs/dev and envs/prod",
    );
    inFolder(files(web.replace("spec: { containers", "spec: { hostNetwork: true, containers")));
    expect((await runCommand(diff, ".", "np.yaml")).code).toBe(2);
  });

  test("of many policies in two environments are one error", async () => {
    const policies = (app: string) => ["a", "b", "c"].map((name) => policy(name, app)).join("---\n");
    inFolder({ "envs/dev/np.yaml": policies("web"), "envs/prod/np.yaml": policies("api") });
    const built = await runCommand(build, "--emit", "ir", ".");
    expect(built.code).toBe(1);
    expect(built.stderr).toContain("envs/dev and envs/prod, as are 2 more: they are for different clusters");
    expect(built.stderr).toContain("1 error, 0 warnings");
    const two = (app: string) => ["a", "b"].map((name) => policy(name, app)).join("---\n");
    inFolder({ "envs/dev/np.yaml": two("web"), "envs/prod/np.yaml": two("api") });
    expect((await runCommand(build, "--emit", "ir", ".")).stderr).toContain("envs/prod, as is 1 more:");
  });

  test("in one folder are a slip, and still an error that says so", async () => {
    inFolder({ "a.yaml": policy("web"), "b.yaml": policy("web", "other") });
    const built = await runCommand(build, "--emit", "ir", ".");
    expect(built.stderr).toContain("NetworkPolicy default/web is defined twice, with different contents");
    expect(built.stderr).toContain("help: rename one of the two");
  });

  test("an object that is no policy and cannot be read stops no build and no convert, but answers about pods", async () => {
    inFolder({
      "np.yaml": policy("web"),
      "web.yaml": deployment("web").replace("metadata: { name: web }", 'metadata: { name: "${NAME}" }'),
    });
    expect(await runCommand(build, "--emit", "ir", ".")).toMatchObject({ code: 0, stderr: "" });
    expect(await runCommand(convert, "--to", "ts", ".")).toMatchObject({ code: 0, stderr: "" });
    expect(await runCommand(explain, ...FLOW, ".")).toMatchObject({ code: 2 });
  });
});

describe.skipIf(noRenderer)("overlays", () => {
  const OVERLAYS = {
    "base/kustomization.yaml": "resources: [np.yaml, web.yaml]\n",
    "base/np.yaml": policy("web"),
    "base/web.yaml": `${deployment("web")}---\n${deployment("client")}`,
    "overlays/prod/kustomization.yaml": `namespace: shop
resources: [../../base]
labels: [{ includeSelectors: true, pairs: { team: blue } }]
`,
  };

  test("are explained, built and converted as they are rendered", async () => {
    inFolder(OVERLAYS);
    const flow = (pod: string) => ["--from", pod, "--to", "shop/web", "--port", "80/tcp", "."];
    expect((await runCommand(explain, ...flow("shop/client"))).code).toBe(0);
    const denied = await runCommand(explain, ...flow("shop/app=client"));
    expect(denied.code).toBe(1);
    expect(denied.stdout).toContain("NetworkPolicy shop/web  base/np.yaml:4");
    expect((await runCommand(explain, "--from", "default/web", "--to", "shop/web", ".")).stderr).toContain(
      "no pod or workload default/web in the files",
    );
    const built = await runCommand(build, "--emit", "ir", ".");
    expect(JSON.parse(built.stdout)).toMatchObject({ policies: [{ namespace: "shop", name: "web" }] });
    expect((await runCommand(convert, "--to", "ts", "overlays/prod")).stdout).toContain('team: "blue"');
  });

  test("that make different things of one base are told apart", async () => {
    const patch = '[{"op": "replace", "path": "/spec/podSelector/matchLabels/app", "value": "api"}]';
    inFolder({
      ...OVERLAYS,
      "overlays/other/kustomization.yaml": `namespace: shop
resources: [../../base]
patches: [{ target: { kind: NetworkPolicy, name: web }, patch: '${patch}' }]
`,
    });
    const built = await runCommand(build, "--emit", "ir", ".");
    expect(built.code).toBe(1);
    expect(built.stderr).toContain("written differently in overlays/other and overlays/prod");
    expect(built.stderr).toContain("polc build overlays/other");
  });

  test("of revisions are compared as each is rendered, with files of any kind as they were then", async () => {
    const folder = inFolder({
      ...OVERLAYS,
      "overlays/prod/kustomization.yaml": `namespace: shop
resources: [../../base]
configMapGenerator: [{ name: params, envs: [params.env] }]
replacements:
  - source: { kind: ConfigMap, name: params, fieldPath: data.app }
    targets:
      - select: { kind: NetworkPolicy }
        fieldPaths: [spec.ingress.0.from.0.podSelector.matchLabels.app]
`,
      "overlays/prod/params.env": "app=client\n",
    });
    const git = (...args: string[]) =>
      execFileSync("git", ["-c", "user.name=a", "-c", "user.email=a@example.com", ...args], { cwd: folder });
    git("init", "-q");
    git("add", ".");
    git("commit", "-qm", "first");
    writeFileSync(join(folder, "overlays/prod/params.env"), "app=web\n");
    for (const args of [[], ["HEAD:overlays/prod"], ["HEAD", "overlays/prod"], ["overlays/prod"]]) {
      const { code, stdout, stderr } = await runCommand(diff, ...args, "--fail-on", "opened");
      expect([code, stderr]).toEqual([1, ""]);
      expect(stdout).toContain("+ opened  ingress from shop/web");
      expect(stdout).toContain("- closed  ingress from shop/client");
      expect(stdout).toContain("base/np.yaml:8");
    }
    git("commit", "-qam", "second");
    rmSync(join(folder, "overlays"), { recursive: true });
    const between = await runCommand(diff, "HEAD~1:overlays/prod", "HEAD:overlays/prod");
    expect(between.stdout).toContain("1 opened, 1 closed");
    expect(between.stdout).toContain("HEAD~1:base/np.yaml:8");
  });
});

describe("what has no part in an answer is said", () => {
  const CILIUM = (name: string) =>
    `apiVersion: cilium.io/v2\nkind: CiliumNetworkPolicy\nmetadata: { name: ${name}, namespace: shop }\n`;

  test("policies of other APIs by a note, which changes no exit code", async () => {
    inFolder({ "a.yaml": CILIUM("strict"), "np.yaml": policy("web") });
    const built = await runCommand(build, "--emit", "ir", ".");
    expect(built).toMatchObject({
      code: 0,
      stderr:
        "note: a.yaml:2: CiliumNetworkPolicy shop/strict of cilium.io/v2 is not read: polc takes no account of it\n",
    });
    const compared = await runCommand(diff, ".", ".");
    expect(compared.stderr.match(/note:/g)).toHaveLength(1);
  });

  test("many of them in a few lines", async () => {
    const many = Array.from({ length: 9 }, (_, i) => CILIUM(`p${i}`)).join("---\n");
    inFolder({ "a.yaml": many, "np.yaml": policy("web") });
    const lines = (await runCommand(build, "--emit", "ir", ".")).stderr.trim().split("\n");
    expect(lines).toHaveLength(6);
    expect(lines.at(-1)).toBe("note: 4 more: polc lint lists all policies that are not read");
  });

  test("templates of a chart, with the command that makes them readable", async () => {
    const chart = {
      "chart/Chart.yaml": "apiVersion: v2\nname: c\nversion: 1.0.0\n",
      "chart/templates/np.yaml": policy("web").replace("name: web", "name: {{ .Release.Name }}\n{{- if x }}"),
    };
    inFolder({ ...chart, "np.yaml": policy("web") });
    expect((await runCommand(build, "--emit", "ir", ".")).stderr).toBe(
      "note: skipped 1 template; to read the rendered chart: helm template chart | polc build -\n",
    );
    for (const path of ["chart", "chart/templates/np.yaml"]) {
      const asked = await runCommand(explain, ...FLOW, path);
      expect(asked.code).toBe(2);
      expect(asked.stderr).toContain("helm template chart | polc explain -");
    }
  });
});
