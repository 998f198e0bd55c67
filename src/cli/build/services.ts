/** The Services that go into a bundle. */
import type { BundleServices } from "../../bundle/service_tables.js";
import type { Inventory } from "../../ir/inventory.js";
import { slicesFromPods } from "../../services/backends/from_pods.js";
import { overview } from "../../services/overview.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import type { ServiceSettings } from "../../services/settings.js";

export interface ServicesToBundle {
  readonly services: BundleServices;
  /** What is not served, or not as it is written; the rest is. */
  readonly problems: readonly Diagnostic[];
}

/** undefined: no Service has an address that could be asked for, as in manifests that no cluster has seen. */
export function servicesToBundle(
  inventory: Inventory,
  settings: Partial<ServiceSettings>,
): ServicesToBundle | undefined {
  const { frontends, problems } = overview(inventory, settings);
  if (frontends.length === 0) return undefined;
  const { services, slices = [], nodes } = inventory;
  return {
    services: { settings, services, slices: [...slices, ...slicesFromPods(inventory).slices], nodes },
    problems: problems.filter(({ severity }) => severity !== "note"),
  };
}
