/** What the verdict log calls the addresses of services. */
import type { NodeServicesState } from "../services/node_services_state.js";
import { serviceNameKey } from "./generation_names.js";
import type { NamedService } from "./generation_names.js";

/** By `serviceNameKey`; node ports at the unspecified address. */
export function serviceNames({
  state: { frontends, ports },
  nameOf,
}: Pick<NodeServicesState, "state" | "nameOf">): Record<string, NamedService> {
  const names = new Map(ports.map(({ id, name }) => [id, nameOf(name)]));
  return Object.fromEntries(
    frontends.map(({ address, port, protocol, servicePort }) => {
      const [namespace = "", name = ""] = names.get(servicePort)?.split("/") ?? [];
      return [serviceNameKey(address, port, protocol), { namespace, name }];
    }),
  );
}
