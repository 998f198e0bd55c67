/** What the verdict log calls the addresses of services. */
import type { Inventory } from "../../ir/inventory.js";
import { NodeServices } from "../../services/node/node_services.js";
import { serviceNameKey } from "../../state/generation_names.js";
import type { NamedService } from "../../state/generation_names.js";

const NONE = { path: "", sha256: "" };

/** By `serviceNameKey`; node ports at the unspecified address. */
export function serviceNames({ services, slices = [], nodes }: Inventory): Record<string, NamedService> {
  const options = {
    objects: { tc: NONE, xdp: NONE, socket: NONE },
    generation: 1,
    settings: { externalIps: true },
  };
  const index = new NodeServices(options, { name: "", links: [], pods: [] }, { services, slices, nodes });
  const { frontends, ports } = index.whole();
  const names = new Map(ports.map(({ id, name }) => [id, index.nameOf(name)]));
  return Object.fromEntries(
    frontends.map(({ address, port, protocol, servicePort }) => {
      const [namespace = "", name = ""] = names.get(servicePort)?.split("/") ?? [];
      return [serviceNameKey(address, port, protocol), { namespace, name }];
    }),
  );
}
