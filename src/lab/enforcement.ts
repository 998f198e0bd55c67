/** The policies of a lab: built as a bundle and installed on each of its nodes, the way `polc deploy --local` does it. */
import { randomUUID } from "node:crypto";
import { readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { isFailure } from "../node/failure.js";
import type { Tier } from "../node/loader_status.js";
import { applyLocal } from "../node/local.js";
import { buildBundle } from "../bundle/build_bundle.js";
import { objectCacheDir } from "../bundle/object_cache.js";
import type { Bundle } from "../bundle/bundle.js";
import type { Inventory } from "../ir/inventory.js";
import type { Policy } from "../ir/policy.js";
import type { Diagnostic } from "../source/diagnostic.js";
import type { SourceMap } from "../source/source_file.js";
import { LabError, forEachOf } from "./command.js";
import type { LabNode, LabPlan } from "./plan.js";
import { labServiceNames } from "./services/service_names.js";
import { netnsPath } from "./topology.js";

export class Enforcement {
  private bundle: Bundle | undefined;

  constructor(
    private readonly plan: LabPlan,
    /** Where bundles are built; only the one in force stays. */
    private readonly directory: string,
    /** What decides. */
    private readonly tier: Tier,
  ) {}

  get policies(): readonly Policy[] {
    return this.bundle?.policies ?? [];
  }

  async apply(
    policies: readonly Policy[],
    sources: SourceMap,
    inventory: Inventory,
  ): Promise<readonly Diagnostic[]> {
    const cacheDir = objectCacheDir();
    const built = await buildBundle(policies, sources, join(this.directory, randomUUID()), { cacheDir });
    if (Array.isArray(built)) return built;
    this.bundle = built as Bundle;
    await this.refresh(inventory);
    for (const name of await readdir(this.directory))
      if (join(this.directory, name) !== this.bundle.dir)
        await rm(join(this.directory, name), { recursive: true });
    return [];
  }

  async refresh(inventory: Inventory): Promise<void> {
    const bundle = this.bundle;
    if (bundle) await forEachOf(this.plan.nodes, 2, (node) => this.applyOn(node, bundle, inventory));
  }

  private async applyOn(node: LabNode, bundle: Bundle, inventory: Inventory): Promise<void> {
    const current = new Map(inventory.pods.map((pod) => [`${pod.namespace}/${pod.name}`, pod]));
    const local = this.plan.pods
      .filter((pod) => pod.node.name === node.name)
      .map(({ pod, interface: name }) => ({
        pod: current.get(`${pod.namespace}/${pod.name}`)!,
        interface: name,
      }));
    const applied = await applyLocal(
      bundle,
      inventory,
      { instance: node.instance, name: node.name, ips: [node.ipv4, node.ipv6], netns: netnsPath(node.netns) },
      local,
      { tier: this.tier, services: labServiceNames(this.plan.inventory) },
    );
    if (isFailure(applied)) throw new LabError(`${node.name}: ${applied.error}`, applied.help);
  }
}
