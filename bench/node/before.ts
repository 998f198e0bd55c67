/** The rows of an earlier build, which deploys the whole of a bundle for every change: a built checkout of d2da432. */
import { createHash } from "node:crypto";
import { existsSync, mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { pathToFileURL } from "node:url";
import type { KubernetesObject } from "./cluster.js";
import { NODE_IP, NODE_NAME, nodeCluster } from "./cluster.js";
import { CLUSTER_FILE, interfaceOf, listText } from "./inputs.js";
import type { NodeLinks } from "./links.js";
import type { NodeRow } from "./rows.js";
import { nodeRow } from "./rows.js";

interface Pod {
  readonly node?: string;
  readonly labels: Readonly<Record<string, string>>;
}

interface Read {
  readonly policies: readonly unknown[];
  readonly inventory: { readonly pods: readonly Pod[] };
}

/** What that build offers, as far as it is used. */
interface Build {
  parseYamlFile(file: unknown): Read;
  SourceFile: new (path: string, text: string) => unknown;
  SourceMap: new () => { add(file: unknown): unknown };
  buildBundle(policies: readonly unknown[], sources: unknown, out: string): Promise<unknown>;
  readBundle(dir: string): Promise<unknown>;
  applyLocal(
    bundle: unknown,
    inventory: unknown,
    node: { instance: string; name: string; ips: readonly string[]; netns: string },
    pods: readonly { pod: Pod; interface: string }[],
  ): Promise<object>;
  removeLocal(instance: string, options: { netns: string }): Promise<object | undefined>;
}

const MODULES = [
  "parser/yaml_file.js",
  "source/source_file.js",
  "bundle/build_bundle.js",
  "bundle/read_bundle.js",
  "agent/local.js",
];

export class BeforeBench {
  private readonly instance = `bench-before-${process.pid}`;
  private readonly rows: NodeRow[] = [];
  private readonly times = new Map<NodeRow["case"], number[]>();

  private constructor(
    private readonly links: NodeLinks,
    private readonly build: Build,
    private readonly inventory: Read["inventory"],
    /** As the policies are, and with one of them changed. */
    private readonly bundles: readonly [unknown, unknown],
  ) {}

  static async load(directory: string, links: NodeLinks): Promise<BeforeBench> {
    const modules = await Promise.all(
      MODULES.map((file) => import(pathToFileURL(resolve(directory, "dist/src", file)).href)),
    );
    const build = Object.assign({}, ...modules) as Build;
    const { namespaces, policies, pods } = nodeCluster();
    const changed = policies.map((policy, i) => (i === 1 ? otherPort(policy) : policy));
    const bundles: unknown[] = [];
    for (const each of [policies, changed]) bundles.push(await bundleOf(build, directory, each));
    const { inventory } = build.parseYamlFile(
      new build.SourceFile(CLUSTER_FILE, listText([...namespaces, ...pods])),
    );
    return new BeforeBench(links, build, inventory, bundles as [unknown, unknown]);
  }

  /** Each change is one deployment. */
  async measure(runs: number): Promise<readonly NodeRow[]> {
    const { pods } = this.inventory;
    const here = pods.filter(({ node }) => node === NODE_NAME);
    const away = pods.findIndex(({ node }) => node !== NODE_NAME);
    const relabelled = pods.with(away, { ...pods[away]!, labels: { ...pods[away]!.labels, app: "job" } });
    const [as, changed] = this.bundles;
    for (let run = 0; run < runs; run++) {
      await this.apply("first_apply", as, pods, here);
      await this.apply("policy_changed", changed, pods, here);
      await this.apply("pod_elsewhere", changed, relabelled, here);
      await this.apply(undefined, changed, relabelled, here.slice(1));
      await this.apply("pod_here", changed, relabelled, here);
      await this.remove();
    }
    for (const [of, ms] of this.times) this.rows.push(nodeRow("before", of, ms));
    return this.rows;
  }

  async remove(): Promise<void> {
    const failure = await this.build.removeLocal(this.instance, { netns: this.links.netns });
    if (failure) throw new Error(JSON.stringify(failure));
  }

  private async apply(
    of: NodeRow["case"] | undefined,
    bundle: unknown,
    pods: readonly Pod[],
    here: readonly Pod[],
  ): Promise<void> {
    const { instance, links, inventory } = this;
    const node = { instance, name: NODE_NAME, ips: [NODE_IP], netns: links.netns };
    const all = this.inventory.pods.filter((pod) => pod.node === NODE_NAME);
    const local = here.map((pod) => ({ pod, interface: interfaceOf(all.indexOf(pod)) }));
    const begun = performance.now();
    const applied = await this.build.applyLocal(bundle, { ...inventory, pods }, node, local);
    const ms = performance.now() - begun;
    if ("error" in applied) throw new Error(JSON.stringify(applied));
    process.stderr.write(`node: before, ${of ?? "a pod goes (not a row)"}: ${ms.toFixed(0)} ms\n`);
    if (of) this.times.set(of, [...(this.times.get(of) ?? []), ms]);
  }
}

/** Kept in the checkout by what it is made of: a build takes minutes. */
async function bundleOf(
  build: Build,
  directory: string,
  policies: readonly KubernetesObject[],
): Promise<unknown> {
  const text = listText(policies);
  const digest = createHash("sha256").update(text).digest("hex").slice(0, 16);
  const out = resolve(directory, "bench-bundles", digest);
  if (!existsSync(join(out, "manifest.json"))) {
    process.stderr.write("node: before: building a bundle of 1,000 policies\n");
    mkdirSync(join(out, ".."), { recursive: true });
    const sources = new build.SourceMap();
    const file = sources.add(new build.SourceFile("policies.json", text));
    const built = await build.buildBundle(build.parseYamlFile(file).policies, sources, out);
    if (Array.isArray(built)) throw new Error(JSON.stringify(built[0]));
  }
  const bundle = await build.readBundle(out);
  if (Array.isArray(bundle)) throw new Error(JSON.stringify(bundle[0]));
  return bundle;
}

/** The policy `web` of a namespace, whose first rule asks for another port. */
function otherPort(policy: KubernetesObject): KubernetesObject {
  const text = JSON.stringify(policy);
  const other = text.replace('"port":8443', '"port":20000');
  if (other === text) throw new Error("the policy has no such port");
  return JSON.parse(other) as KubernetesObject;
}
