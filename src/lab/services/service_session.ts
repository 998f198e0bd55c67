/** The part of `polc lab` that is about services: they are served, and asked for. */
import { join } from "node:path";
import type { Inventory } from "../../ir/inventory.js";
import { runDirectory } from "../run/run_record.js";
import { isServed } from "../../services/frontends/families.js";
import type { ServiceSettings } from "../../services/settings.js";
import type { Lab } from "../lab.js";
import type { LabPlan } from "../plan.js";
import { GATEWAY4, GATEWAY6 } from "../topology.js";
import type { Dataplane } from "./dataplane.js";
import { LabServices } from "./lab_services.js";
import { settingsOf } from "./mode.js";
import type { Mode } from "./mode.js";
import { NftablesDataplane } from "./nftables_dataplane.js";
import { PolcDataplane } from "./polc_dataplane.js";
import type { ServiceResult } from "./request.js";
import { requestsOf } from "./requests.js";
import { serviceObjects } from "./service_objects.js";

export interface ServicesInput {
  readonly mode: Mode;
  readonly settings: Partial<ServiceSettings>;
}

/** Is there a service with an address that could be asked for? */
export function hasServices({ services }: Inventory): boolean {
  return services.some(
    (service) => isServed(service) && ((service.clusterIps ?? []).length > 0 || service.type !== undefined),
  );
}

export class ServiceSession {
  private constructor(
    private readonly services: LabServices,
    private readonly input: ServicesInput,
  ) {}

  /** Serves them on all nodes of a lab. */
  static async start(lab: Lab, input: ServicesInput): Promise<ServiceSession> {
    const services = await LabServices.start(lab, {
      settings: settingsOf(input.mode, input.settings),
      objects: await serviceObjects(input.mode, join(runDirectory(lab.plan.name), "services")),
      dataplane: dataplaneOf(input.mode, lab.plan),
    });
    try {
      await services.serve(inventoryOf(lab));
      await services.routeOutsideBy(services.ingressNode);
    } catch (error) {
      await services.stop();
      throw error;
    }
    return new ServiceSession(services, input);
  }

  /** Asks each of them in every way that the lab has. */
  ask(timeoutMs: number): Promise<ServiceResult[]> {
    const { lab, ingressNode } = this.services;
    const { plan } = lab;
    const state = this.services.stateOf(ingressNode.name);
    const nameOf = (number: number) => this.services.nameOf(number);
    const requests = requestsOf({ plan, state, ingressNode: ingressNode.name, nameOf });
    const settings = settingsOf(this.input.mode, this.input.settings);
    const besides = this.input.mode === "nftables" ? [GATEWAY4, GATEWAY6] : [];
    const rules = { plan, inventory: inventoryOf(lab), policies: lab.policies, settings, besides };
    return this.services.ask(requests, rules, timeoutMs);
  }

  stop(): Promise<void> {
    return this.services.stop();
  }
}

/** As the lab stands: with the addresses and nodes of its pods. */
function inventoryOf({ plan, current }: Lab): Inventory {
  return { ...current, pods: [...current.pods, ...plan.hostNetwork] };
}

export function dataplaneOf(mode: Mode, plan: LabPlan): Dataplane {
  return mode === "nftables" ? new NftablesDataplane(podBlocks(plan)) : new PolcDataplane();
}

/** The pods' own addresses: what kube-proxy is told as the cluster's block. */
function podBlocks({ pods }: LabPlan): string[] {
  return pods.flatMap(({ pod }) => pod.ips);
}
