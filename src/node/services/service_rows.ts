/** A node's tables as people read them: each address with its Service, and the endpoints that this node leads to. */
import type { FrontendKind } from "../../services/frontends/claim.js";
import type { WholeServices } from "../../services/node/services_state.js";
import { serviceNameKey } from "../../state/generation_names.js";
import type { GenerationNames } from "../../state/generation_names.js";

export interface ServiceRow {
  /** `NAMESPACE/NAME` */
  readonly service: string;
  readonly kind: FrontendKind;
  /** Of a node port the unspecified one. */
  readonly address: string;
  readonly port: number;
  readonly protocol: string;
  /** Such as `10.0.0.1:8080`. */
  readonly endpoints: readonly string[];
}

export function serviceRows(
  { frontends, ports, sets, endpoints }: WholeServices,
  names: NonNullable<GenerationNames["services"]>,
): ServiceRow[] {
  const portOf = new Map(ports.map((port) => [port.id, port]));
  const setOf = new Map(sets.map((set) => [set.id, set.endpoints]));
  const endpointOf = new Map(endpoints.map((each) => [each.id, addressText(each.address, each.port)]));
  return frontends
    .map(({ address, port, protocol, kind, servicePort }) => {
      const [own, outside, inside] = portOf.get(servicePort)!.sets;
      const ids = (kind === "cluster-ip" ? [own] : [outside, inside]).flatMap((id) => setOf.get(id) ?? []);
      const named = names[serviceNameKey(address, port, protocol)];
      const service = named ? `${named.namespace}/${named.name}` : "";
      const led = [...new Set(ids.map((id) => endpointOf.get(id)!))].sort();
      return { service, kind, address, port, protocol, endpoints: led };
    })
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

/** Tells one row from another. */
export function keyOf({ service, address, port, protocol }: ServiceRow): string {
  return `${service} ${serviceNameKey(address, port, protocol)}`;
}

export function addressText(address: string, port: number): string {
  return address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;
}
