/** What load balancers may ask this node: of each Service with a healthCheckNodePort, how many ready endpoints are here. */
import type { HealthCheck } from "../health.js";
import type { ServedService } from "../served_service.js";

/** Those that drain do not count: the load balancer is to send new connections elsewhere while they end. */
export function healthChecks(services: Iterable<ServedService>, node: string): readonly HealthCheck[] {
  return [...services].flatMap(({ service, ports }) => {
    const { namespace, name, healthCheckNodePort: port, type, localTraffic } = service;
    if (port === undefined || type !== "LoadBalancer" || !localTraffic) return [];
    const here = ports.flatMap(({ backends }) => backends.filter((each) => each.ready && each.node === node));
    const localEndpoints = new Set(here.map(({ address }) => address)).size;
    return [{ namespace, name, port, localEndpoints }];
  });
}
