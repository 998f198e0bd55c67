import { chmodSync, existsSync, readdirSync, symlinkSync, writeFileSync } from "node:fs";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, describe, expect, test, vi } from "vitest";
import { renderProject } from "../../../src/parser/kustomize/rendered_project.js";
import { readProject } from "../../../src/parser/project.js";
import type { Policy } from "../../../src/ir/policy.js";
import { deployment, folderOf, noRenderer, policy, rendered, said } from "./project_of.js";

afterEach(() => void vi.unstubAllEnvs());

function names(policies: readonly Policy[]): string[] {
  return policies.map((each) => ("namespace" in each ? `${each.namespace}/${each.name}` : each.name)).sort();
}

/** The labels that the subject, and the first peer, of the first policy ask for. */
function asked({ policies }: { readonly policies: readonly Policy[] }): readonly string[][] {
  const [first] = policies;
  if (first?.tier !== "networkpolicy") throw new Error("there is no policy");
  return [first.subject, first.rules[0]!.peers![0]!].map((match) =>
    match.kind === "pods" ? match.pods.requirements.map(({ key, values }) => `${key}=${values.join()}`) : [],
  );
}

describe.skipIf(noRenderer)("a kustomization is read as kustomize build renders it", () => {
  test("its namespace, prefix and suffix are those of policies and pods", async () => {
    const project = await rendered({
      "kustomization.yaml":
        "namespace: shop\nnamePrefix: eu-\nnameSuffix: -v2\nresources: [np.yaml, web.yaml]\n",
      "np.yaml": policy("web"),
      "web.yaml": deployment("web"),
    });
    expect(said(project)).toEqual([]);
    expect(names(project.policies)).toEqual(["shop/eu-web-v2"]);
    expect(project.inventory.pods.map(({ namespace, name }) => `${namespace}/${name}`)).toEqual([
      "shop/eu-web-v2",
    ]);
    expect(project.inventory.namespaces.map(({ name }) => name)).toEqual(["shop"]);
  });

  test.each(["labels: [{ includeSelectors: true, pairs: { team: blue } }]", "commonLabels: { team: blue }"])(
    "%s changes selectors, of peers too, and pods",
    async (labels) => {
      const project = await rendered({
        "kustomization.yaml": `${labels}\nresources: [np.yaml, web.yaml]\n`,
        "np.yaml": policy("web"),
        "web.yaml": deployment("web"),
      });
      expect(asked(project)).toEqual([
        ["app=web", "team=blue"],
        ["app=client", "team=blue"],
      ]);
      expect(project.inventory.pods[0]!.labels).toEqual({ app: "web", team: "blue" });
    },
  );

  test("patches, in files and in line, change rules", async () => {
    const project = await rendered({
      "kustomization.yaml": `resources: [np.yaml]
patches:
  - path: strategic.yaml
  - target: { kind: NetworkPolicy, name: web }
    patch: '[{"op": "replace", "path": "/spec/podSelector/matchLabels/app", "value": "api"}]'
`,
      "np.yaml": policy("web"),
      "strategic.yaml":
        "apiVersion: networking.k8s.io/v1\nkind: NetworkPolicy\nmetadata: { name: web }\nspec: { policyTypes: [Ingress, Egress] }\n",
    });
    expect(said(project)).toEqual([]);
    expect(asked(project)[0]).toEqual(["app=api"]);
    expect(project.policies[0]).toMatchObject({ isolates: { ingress: true, egress: true } });
  });

  test("components, replacements from generated values, and transformers are followed", async () => {
    const project = await rendered({
      "app/kustomization.yaml": `resources: [np.yaml]
components: [../component]
configMapGenerator: [{ name: params, envs: [params.env] }]
replacements: [{ path: replacement.yaml }]
transformers: [team.yaml]
`,
      "app/np.yaml": policy("web"),
      "app/params.env": "client=gateway\n",
      "app/replacement.yaml": `source: { kind: ConfigMap, name: params, fieldPath: data.client }
targets:
  - select: { kind: NetworkPolicy, name: web }
    fieldPaths: ["spec.ingress.0.from.0.podSelector.matchLabels.app"]
`,
      "app/team.yaml": `apiVersion: builtin
kind: LabelTransformer
metadata: { name: team }
labels: { team: blue }
fieldSpecs: [{ path: spec/podSelector/matchLabels, create: true, kind: NetworkPolicy }]
`,
      "component/kustomization.yaml":
        "apiVersion: kustomize.config.k8s.io/v1alpha1\nkind: Component\nresources: [extra.yaml]\n",
      "component/extra.yaml": policy("extra"),
    });
    expect(said(project)).toEqual([]);
    expect(names(project.policies)).toEqual(["default/extra", "default/web"]);
    const web = project.policies.filter(({ name }) => name === "web");
    expect(asked({ policies: web })).toEqual([["app=web", "team=blue"], ["app=gateway"]]);
  });

  test("a named overlay leads to its base, wherever that is", async () => {
    const files = {
      "base/Kustomization": "resources: [np.yaml]\n",
      "base/np.yaml": policy("web"),
      "overlays/prod/kustomization.yml": "namespace: prod\nresources: [../../base]\n",
    };
    const project = await rendered(files, ["overlays/prod"]);
    expect(names(project.policies)).toEqual(["prod/web"]);
    expect(project.madeBy(project.policies[0]!)).toBe("overlays/prod");
  });

  test("a base is not there by itself beside its overlays, and files of none are as they are", async () => {
    const project = await rendered({
      "base/kustomization.yaml": "resources: [np.yaml]\n",
      "base/np.yaml": policy("web"),
      "overlays/dev/kustomization.yaml": "namespace: dev\nresources: [../../base]\n",
      "overlays/prod/kustomization.yaml": "namespace: prod\nresources: [../../base]\n",
      "other.yaml": policy("other"),
    });
    expect(names(project.policies)).toEqual(["default/other", "dev/web", "prod/web"]);
  });

  test("an answer names the lines that users wrote, and what was added has those of what it was added to", async () => {
    const project = await rendered({
      "kustomization.yaml": "namespace: shop\ncommonLabels: { team: blue }\nresources: [two.yaml]\n",
      "two.yaml": `${policy("web")}---\n${policy("web-api")}`,
    });
    const where = project.policies.flatMap(({ span, rules }) => [span, rules[0]!.span]);
    expect(where.map((span) => project.sources.where(span))).toEqual([
      "two.yaml:4",
      "two.yaml:8",
      "two.yaml:13",
      "two.yaml:17",
    ]);
  });

  test("a namespace that only pods implied is what the rendered files say of it", async () => {
    const project = await rendered({
      "app/kustomization.yaml": "namePrefix: a-\nresources: [ns.yaml, np.yaml]\n",
      "app/ns.yaml": "apiVersion: v1\nkind: Namespace\nmetadata: { name: shop, labels: { env: prod } }\n",
      "app/np.yaml": policy("web"),
      "pod.yaml":
        "apiVersion: v1\nkind: Pod\nmetadata: { name: p, namespace: shop }\nspec: { containers: [] }\n",
    });
    expect(project.inventory.namespaces.map(({ name, labels }) => [name, labels.env])).toEqual([
      ["shop", "prod"],
    ]);
  });

  test("what a rendered object has wrong is said at its place in the source", async () => {
    const project = await rendered({
      "kustomization.yaml": "namespace: shop\nresources: [np.yaml]\n",
      "np.yaml": policy("web").replace("ingress:", "ingres:"),
    });
    expect(said(project)).toEqual(["np.yaml unknown-field: spec.ingres: unknown field"]);
  });

  test("two objects of kustomizations without changes are as they are written", async () => {
    const project = await rendered({
      "plain/kustomization.yaml": "resources: [np.yaml]\nimages: [{ name: nginx, newTag: '1' }]\n",
      "plain/np.yaml": policy("web"),
      "changed/kustomization.yaml": "namespace: x\nresources: [../plain/np.yaml, own.yaml]\n",
      "changed/own.yaml": policy("own"),
    });
    // kustomize itself refuses files outside of the folder.
    expect(said(project)).toEqual([expect.stringContaining("is not in or below")]);
    expect(names(project.policies)).toContain("default/web");
  });

  test("nothing is left in the temporary folder, nor written in the project", async () => {
    const cwd = folderOf({
      "kustomization.yaml": "namespace: shop\nresources: [np.yaml]\n",
      "np.yaml": policy("web"),
    });
    const temporary = folderOf({});
    vi.stubEnv("TMPDIR", temporary);
    const project = await renderProject(await readProject(["."], { cwd }), { cwd });
    expect(names(project.policies)).toEqual(["shop/web"]);
    expect(readdirSync(cwd).sort()).toEqual(["kustomization.yaml", "np.yaml"]);
    expect(readdirSync(temporary)).toEqual([]);
  });
});

describe("without kustomize and kubectl", () => {
  test("what would be changed is refused, with what to run", async () => {
    vi.stubEnv("PATH", "/nonexistent");
    vi.stubEnv("KUSTOMIZE", "");
    const project = await rendered({
      "app/kustomization.yaml": "namespace: shop\nresources: [np.yaml]\n",
      "app/np.yaml": policy("web"),
    });
    expect(said(project)).toEqual([
      "app/kustomization.yaml unrendered-kustomization: kustomize changes what these files say (namespace), but neither kustomize nor kubectl is installed",
    ]);
    expect(project.diagnostics[0]!.help).toBe("render it first: kustomize build app | polc COMMAND -");
    expect(project.policies).toEqual([]);
  });

  test("a kustomization that only lists files is followed all the same", async () => {
    vi.stubEnv("PATH", "/nonexistent");
    vi.stubEnv("KUSTOMIZE", "");
    const files = {
      "base/kustomization.yaml": "resources: [np.yaml]\n",
      "base/np.yaml": policy("web"),
      "all/kustomization.yaml": "resources: [../base]\n",
    };
    const project = await rendered(files, ["all"]);
    expect(said(project)).toEqual([]);
    expect(names(project.policies)).toEqual(["default/web"]);
  });

  test("what has no policies, or only pods where they do not matter, needs no rendering", async () => {
    vi.stubEnv("PATH", "/nonexistent");
    vi.stubEnv("KUSTOMIZE", "");
    const files = {
      "web/kustomization.yaml": "namespace: shop\nresources: [web.yaml]\n",
      "web/web.yaml": deployment("web"),
      "maps/kustomization.yaml": "namespace: shop\nresources: [map.yaml]\n",
      "maps/map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: { name: a }\n",
    };
    expect(said(await rendered(files, ["."], true))).toEqual([]);
    expect(said(await rendered(files))).toEqual([
      expect.stringContaining("web/kustomization.yaml unrendered"),
    ]);
  });
});

describe("a hostile or broken kustomization", () => {
  const refused = async (kustomization: string, files: Readonly<Record<string, string>> = {}) => {
    const project = await rendered({
      "kustomization.yaml": kustomization,
      "np.yaml": policy("web"),
      ...files,
    });
    expect(project.policies).toEqual([]);
    return project.diagnostics.map(({ message }) => message);
  };

  test.each([
    ["resources: [np.yaml, 'https://example.com/a.yaml']", "https://example.com/a.yaml"],
    ["resources: [np.yaml, 'github.com/org/repo//deploy?ref=v1']", "github.com/org/repo//deploy?ref=v1"],
    ["resources: [np.yaml, 'git@example.com:org/repo']", "git@example.com:org/repo"],
    ["resources: [np.yaml]\ncomponents: ['ssh://git@example.com/x']", "ssh://git@example.com/x"],
    ["resources: [np.yaml]\npatches: [{ path: 'https://localhost/p.yaml' }]", "https://localhost/p.yaml"],
  ])("nothing is fetched: %s", async (text, named) => {
    expect(await refused(text)).toEqual([`${JSON.stringify(named)} is remote, and polc fetches nothing`]);
  });

  test("a server named by what a transformer is configured with is not asked either", async () => {
    let requests = 0;
    const server = createServer((_, response) => void (requests++, response.end("a: b")));
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const { port } = server.address() as AddressInfo;
    const url = `http://127.0.0.1:${port}/p.yaml`;
    const transformer = `apiVersion: builtin\nkind: PatchTransformer\nmetadata: { name: a }\npath: ${url}\n`;
    expect(await refused("resources: [np.yaml]\ntransformers: [t.yaml]", { "t.yaml": transformer })).toEqual([
      `"${url}" is remote, and polc fetches nothing`,
    ]);
    server.close();
    expect(requests).toBe(0);
  });

  test("Helm charts are named with what renders them", async () => {
    const text = "resources: [np.yaml]\nhelmCharts: [{ name: a, repo: 'https://example.com' }]\n";
    expect(await refused(text)).toEqual([". uses Helm charts, which polc does not render"]);
  });

  test("a file that is not there, a folder without kustomization, and broken YAML are errors", async () => {
    expect(await refused("namespace: a\nresources: [np.yaml, gone.yaml]")).toEqual([
      '"gone.yaml" cannot be read',
    ]);
    expect(await refused("namespace: a\nresources: [np.yaml, x]", { "x/y.txt": "" })).toEqual([
      "x contains no kustomization",
    ]);
    const broken = await rendered({ "kustomization.yaml": "namespace: [1\n", "np.yaml": policy("web") });
    expect(broken.diagnostics.map(({ rule }) => rule)).toEqual(["yaml-syntax"]);
  });

  test("a link that leads out of the folder is not followed", async () => {
    const cwd = folderOf({
      "app/kustomization.yaml": "namespace: a\nresources: [np.yaml, link.txt]\n",
      "app/np.yaml": policy("web"),
      "secret.txt": policy("secret"),
    });
    symlinkSync(join(cwd, "secret.txt"), join(cwd, "app/link.txt"));
    const project = await renderProject(await readProject(["."], { cwd }), { cwd });
    expect(said(project)).toEqual([expect.stringContaining('"link.txt" cannot be read')]);
  });

  test.skipIf(noRenderer)("programs are not run", async () => {
    const cwd = folderOf({
      "kustomization.yaml": "resources: [np.yaml]\ntransformers: [t.yaml]\n",
      "np.yaml": policy("web"),
      "t.yaml": `apiVersion: v1
kind: Any
metadata:
  name: a
  annotations: { config.kubernetes.io/function: "exec: { path: ./run.sh }" }
`,
    });
    writeFileSync(join(cwd, "run.sh"), `#!/bin/sh\ntouch ${cwd}/ran\n`);
    chmodSync(join(cwd, "run.sh"), 0o755);
    const project = await renderProject(await readProject(["."], { cwd }), { cwd });
    expect(said(project)).toEqual([expect.stringContaining("external plugins disabled")]);
    expect(existsSync(join(cwd, "ran"))).toBe(false);
  });

  test.skipIf(noRenderer)("a circle ends, with the words of kustomize and no path of the copy", async () => {
    const messages = await refused("namespace: a\nresources: [np.yaml, x]", {
      "x/kustomization.yaml": "resources: [../y]\n",
      "y/kustomization.yaml": "resources: [../x]\n",
    });
    expect(messages).toEqual([expect.stringContaining("cycle detected")]);
    expect(messages[0]).not.toContain("polc-kustomize-");
  });
});
