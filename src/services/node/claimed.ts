/** What is kept of a Service that is served. Its endpoints are in the tables, and not kept twice. */
import type { Service } from "../../ir/service.js";
import type { FamilyPort } from "../family_port.js";
import type { HealthCheck } from "../health.js";
import type { Problem } from "../problems.js";
import type { ServedService } from "../served_service.js";
import { healthCheck } from "./health_check.js";

export interface Claimed {
  readonly service: Service;
  readonly ports: readonly Pick<FamilyPort, "key" | "claims">[];
  readonly problems: readonly Problem[];
  readonly health: HealthCheck | undefined;
  /** Its number. */
  readonly name: number;
}

export function claimedOf(served: ServedService, node: string, name: number): Claimed {
  const { service, ports, problems } = served;
  return {
    ...{ service, problems, name },
    ports: ports.map(({ key, claims }) => ({ key, claims })),
    health: healthCheck(served, node),
  };
}
