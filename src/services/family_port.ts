import type { Family } from "../ir/address.js";
import type { Service, ServicePort } from "../ir/service.js";
import type { Backend } from "./backends/backend.js";
import type { Claim } from "./frontends/claim.js";
import { serviceKey } from "./service_name.js";

/** A port of a Service, of one family. */
export interface FamilyPort {
  /** Unique in the cluster. */
  readonly key: string;
  readonly service: Service;
  readonly port: ServicePort;
  readonly family: Family;
  readonly claims: readonly Claim[];
  /** All, whatever their conditions, in order. */
  readonly backends: readonly Backend[];
  /** Clients must be of one of these; undefined: any client. */
  readonly sourceRanges: readonly string[] | undefined;
}

export function familyPortKey(service: Service, { port, protocol }: ServicePort, family: Family): string {
  return `${serviceKey(service)}:${port}/${protocol}/${family}`;
}
