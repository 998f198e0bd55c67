/** The services of a cluster for people: who is asked at which address, what is behind it, and what is wrong. */
import type { Inventory } from "../ir/inventory.js";
import type { EndpointSlice, Service } from "../ir/service.js";
import type { Backend } from "./backends/backend.js";
import { slicesFromPods } from "./backends/from_pods.js";
import { Placement } from "./backends/placement.js";
import { strayProblem } from "./backends/stray_slice.js";
import type { FamilyPort } from "./family_port.js";
import { familyPortKey } from "./family_port.js";
import { claimOrder } from "./frontends/claim.js";
import type { Claim } from "./frontends/claim.js";
import { Frontends } from "./frontends/frontends.js";
import { portSets } from "./node/port_sets.js";
import type { PortSets } from "./node/port_sets.js";
import type { Problem } from "./problems.js";
import { servedService } from "./served_service.js";
import { serviceKey } from "./service_name.js";
import { DEFAULT_SERVICE_SETTINGS } from "./settings.js";
import type { Dispatch, ServiceSettings } from "./settings.js";

export interface Overview {
  readonly frontends: readonly FrontendView[];
  readonly ports: readonly FamilyPort[];
  readonly problems: readonly Problem[];
}

export interface FrontendView {
  readonly claim: Claim;
  readonly port: FamilyPort;
  /** How packets from outside get to endpoints of other nodes. */
  readonly mode: Dispatch;
  /** Of the node that was asked for. */
  readonly sets?: PortSets;
}

/** @param node the node whose choice of endpoints is wanted as well */
export function overview(
  inventory: Inventory,
  given: Partial<ServiceSettings> = {},
  node?: string,
): Overview {
  const settings = { ...DEFAULT_SERVICE_SETTINGS, ...given };
  const placement = new Placement(inventory.nodes);
  const made = slicesFromPods(inventory);
  const slices = [...(inventory.slices ?? []), ...made.slices];
  const names = new Set(inventory.services.map(serviceKey));
  const slicesOf = new Map<string, EndpointSlice[]>();
  for (const slice of slices) {
    const key = `${slice.namespace}/${slice.service}`;
    const others = slicesOf.get(key);
    if (others) others.push(slice);
    else slicesOf.set(key, [slice]);
  }
  const served = inventory.services.map((service) =>
    servedService(service, slicesOf.get(serviceKey(service)) ?? [], placement, settings),
  );
  const frontends = new Frontends(placement);
  for (const { service, ports } of served) {
    if (ports.length > 0) frontends.addClusterIps(service.clusterIps ?? []);
    for (const { claims } of ports) for (const claim of claims) frontends.add(claim);
  }
  const ports = served.flatMap((each) => each.ports);
  const portOf = new Map(ports.map((port) => [port.key, port]));
  const owners = [...frontends.keys()].flatMap((key) => frontends.ownerOf(key) ?? []);
  const place = node === undefined ? undefined : { node, zone: placement.get(node)?.zone };
  const strays = slices.filter(({ namespace, service }) => !names.has(`${namespace}/${service}`));
  return {
    frontends: owners.sort(byService).map((claim) => {
      const port = portOf.get(familyPortKey(claim.service, claim.servicePort, claim.family))!;
      const mode = claim.protocol === "UDP" ? settings.dispatchUdp : settings.dispatchTcp;
      return { claim, port, mode, ...(place && { sets: portSets(port, place) }) };
    }),
    ports,
    problems: [
      ...made.problems,
      ...served.flatMap(({ problems }) => problems),
      ...frontends.problems(),
      ...strays.map(strayProblem),
    ],
  };
}

function byService(a: Claim, b: Claim): number {
  const [first, second] = [serviceKey(a.service), serviceKey(b.service)];
  return first === second ? claimOrder(a, b) : first < second ? -1 : 1;
}

/** Its conditions in words. */
export function conditionOf({ ready, serving, terminating }: Backend): string {
  if (ready) return terminating ? "ready, terminating" : "ready";
  if (terminating) return serving ? "draining" : "terminating";
  return serving ? "serving" : "not ready";
}

/** What of its traffic is kept on a node. */
export function trafficPolicy({ localTraffic, internalLocal }: Service): string {
  if (localTraffic && internalLocal) return "Local";
  if (localTraffic) return "external Local";
  return internalLocal ? "internal Local" : "";
}
