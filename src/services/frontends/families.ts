/** The IP families that a Service is served in. */
import { parseAddress } from "../../ir/address.js";
import type { Family } from "../../ir/address.js";
import type { EndpointSlice, Service } from "../../ir/service.js";

/**
 * Those of its cluster IPs, as the API server chose them; of a manifest that has none yet, those that it asks for, else
 * those of its EndpointSlices, else IPv4.
 */
export function familiesOf(service: Service, slices: readonly EndpointSlice[]): readonly Family[] {
  const given = (service.clusterIps ?? []).flatMap((ip) => parseAddress(ip)?.family ?? []);
  const asked = (service.ipFamilies ?? []).map((family): Family => (family === "IPv4" ? 4 : 6));
  const known = slices.flatMap(({ addressType }): Family[] =>
    addressType === "FQDN" ? [] : [addressType === "IPv4" ? 4 : 6],
  );
  const families = [given, asked, known, [4 as const]].find(({ length }) => length > 0)!;
  return [...new Set(families)].sort();
}

/** kube-proxy leaves alone what is another proxy's, and what says that it is of a headless Service. */
export function isUsed({ proxyName, headless }: EndpointSlice): boolean {
  return proxyName === undefined && !headless;
}

/** kube-proxy leaves these alone: names only, headless ones, and those of another proxy. */
export function isServed({ externalName, headless, proxyName, type }: Service): boolean {
  return type !== "ExternalName" && externalName === undefined && !headless && proxyName === undefined;
}
