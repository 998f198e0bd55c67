/** The Services that go into a bundle. */
import type { BundleServices } from "../../bundle/service_tables.js";
import type { Inventory } from "../../ir/inventory.js";
import { slicesFromPods } from "../../services/backends/from_pods.js";
import { overview } from "../../services/overview.js";
import type { ServiceSettings } from "../../services/settings.js";

/** undefined: no Service has an address that could be asked for, as in manifests that no cluster has seen. */
export function servicesToBundle(
  inventory: Inventory,
  settings: Partial<ServiceSettings>,
): BundleServices | undefined {
  if (overview(inventory, settings).frontends.length === 0) return undefined;
  const { services, slices = [], nodes } = inventory;
  return { settings, services, slices: [...slices, ...slicesFromPods(inventory).slices], nodes };
}
