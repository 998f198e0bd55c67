/** The endpoints of one port of a Service for each kind of client of a node, and what a client gets if there are none. */
import type { Backend } from "../backends/backend.js";
import { usableBackends } from "../backends/usable.js";
import type { Place } from "../backends/usable.js";
import type { FamilyPort } from "../family_port.js";
import type { WhenEmpty } from "./services_state.js";

export interface PortSets {
  /** For the cluster IP, for clients outside the cluster, for clients inside it. */
  readonly sets: readonly [readonly Backend[], readonly Backend[], readonly Backend[]];
  readonly empty: readonly [WhenEmpty, WhenEmpty, WhenEmpty];
}

/**
 * 1. The cluster IP follows internalTrafficPolicy.
 * 2. The other addresses follow externalTrafficPolicy for clients outside. Those inside the cluster count as with policy
 *    Cluster: no load balancer has sent them to this node. If they ask another node by a node port with policy Local, that
 *    node has to answer, and these sets say nothing of it.
 * 3. Without an endpoint in the whole cluster a client is refused. If only the policy Local leaves none it is not
 *    answered at all, so that it may try again by a node that has one.
 */
export function portSets(
  { service, backends }: Pick<FamilyPort, "service" | "backends">,
  place: Place,
): PortSets {
  const { cluster, local, any } = usableBackends(backends, place);
  const empty = (isLocal: boolean | undefined): WhenEmpty => (isLocal && any ? "drop" : "refuse");
  return {
    sets: [service.internalLocal ? local : cluster, service.localTraffic ? local : cluster, cluster],
    empty: [empty(service.internalLocal), empty(service.localTraffic), "refuse"],
  };
}
