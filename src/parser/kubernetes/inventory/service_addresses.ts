/** The addresses and the name of a Service. Invalid addresses are ignored, because nothing depends on them. */
import { formatAddress, parseAddress } from "../../../ir/address.js";
import type { Service } from "../../../ir/inventory.js";
import { get, itemsOf, textOf } from "../../yaml/node.js";
import type { MappingNode, Node } from "../../yaml/node.js";

type Reached = Pick<Service, "clusterIps" | "externalIps" | "headless" | "externalName" | "localTraffic">;

export function serviceAddresses(root: MappingNode): Reached {
  const spec = get(root, "spec");
  const externalName = textOf(get(spec, "externalName"));
  if (textOf(get(spec, "type")) === "ExternalName" && externalName) return { externalName };
  const ofCluster = [...itemsOf(get(spec, "clusterIPs")), get(spec, "clusterIP")];
  const ofBalancer = itemsOf(get(get(get(root, "status"), "loadBalancer"), "ingress"));
  const external = [
    ...itemsOf(get(spec, "externalIPs")),
    get(spec, "loadBalancerIP"),
    ...ofBalancer.map((each) => get(each, "ip")),
  ];
  const [clusterIps, externalIps] = [addressesOf(ofCluster), addressesOf(external)];
  return {
    ...(clusterIps.length > 0 && { clusterIps }),
    ...(externalIps.length > 0 && { externalIps }),
    ...(ofCluster.some((each) => textOf(each) === "None") && { headless: true }),
    ...(textOf(get(spec, "externalTrafficPolicy")) === "Local" && { localTraffic: true }),
  };
}

function addressesOf(nodes: readonly (Node | undefined)[]): readonly string[] {
  const addresses = nodes.flatMap((node) => parseAddress(textOf(node) ?? "") ?? []);
  return Object.freeze([...new Set(addresses.map(formatAddress))]);
}
