/** The services of one node out of what files say of a cluster. */
import type { Inventory } from "../ir/inventory.js";
import { slicesFromPods } from "./backends/from_pods.js";
import { NodeServices } from "./node/node_services.js";
import type { HealthCheck } from "./health.js";
import type { NodeServicesOptions, ServiceNode } from "./node/node_services.js";
import type { WholeServices } from "./node/services_state.js";
import type { Problem } from "./problems.js";

export interface NodeServicesState {
  readonly state: WholeServices;
  readonly problems: readonly Problem[];
  /** Who asks for a healthCheckNodePort. */
  readonly healthChecks: readonly HealthCheck[];
  /** What each Service is called, by its number. */
  nameOf(number: number): string | undefined;
}

export function nodeServicesState(
  inventory: Inventory,
  node: ServiceNode,
  options: NodeServicesOptions,
): NodeServicesState {
  const made = slicesFromPods(inventory);
  const index = new NodeServices(options, node, {
    services: inventory.services,
    slices: [...(inventory.slices ?? []), ...made.slices],
    nodes: inventory.nodes,
  });
  return {
    state: index.whole(),
    problems: [...made.problems, ...index.problems()],
    healthChecks: index.healthChecks(),
    nameOf: (number) => index.nameOf(number),
  };
}
