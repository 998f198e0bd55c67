/** What the verdict log of a lab calls the addresses of services. */
import type { Inventory } from "../../ir/inventory.js";
import { nodeServicesState } from "../../services/node_services_state.js";
import type { NamedService } from "../../state/generation_names.js";
import { serviceNames } from "../../state/service_names.js";

const NONE = { path: "", sha256: "" };

export function labServiceNames(inventory: Inventory): Record<string, NamedService> {
  const options = {
    objects: { tc: NONE, xdp: NONE, socket: NONE },
    generation: 1,
    settings: { externalIps: true },
  };
  return serviceNames(nodeServicesState(inventory, { name: "", links: [], pods: [] }, options));
}
