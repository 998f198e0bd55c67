/** What a load balancer may ask this node of a Service with a healthCheckNodePort: how many ready endpoints are here. */
import type { HealthCheck } from "../health.js";
import type { ServedService } from "../served_service.js";

/** Those that drain do not count: the load balancer is to send new connections elsewhere while they end. */
export function healthCheck({ service, ports }: ServedService, node: string): HealthCheck | undefined {
  const { namespace, name, healthCheckNodePort: port, type, localTraffic } = service;
  if (port === undefined || type !== "LoadBalancer" || !localTraffic) return undefined;
  const here = ports.flatMap(({ backends }) => backends.filter((each) => each.ready && each.node === node));
  return { namespace, name, port, localEndpoints: new Set(here.map(({ address }) => address)).size };
}
