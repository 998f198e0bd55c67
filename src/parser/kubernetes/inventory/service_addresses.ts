/** The addresses and the name of a Service. */
import { formatAddress, formatBlock, parseAddress, parseBlock } from "../../../ir/address.js";
import type { BalancerAddress, IpFamily, PlacedAddress, Service, SourceRange } from "../../../ir/service.js";
import { quoted } from "../../quoted.js";
import { get, itemsOf, textOf } from "../../yaml/node.js";
import type { MappingNode, Node } from "../../yaml/node.js";
import { spanOf } from "../../yaml/problem.js";
import type { ObjectReport } from "../object_report.js";
import { choice } from "./choice.js";

type Reached = Pick<
  Service,
  | "clusterIps"
  | "externalIps"
  | "headless"
  | "externalName"
  | "ipFamilies"
  | "externalAddresses"
  | "balancerAddresses"
  | "requestedBalancerIp"
  | "sourceRanges"
>;

export function serviceAddresses(root: MappingNode, report: ObjectReport): Reached {
  const spec = get(root, "spec");
  const externalName = textOf(get(spec, "externalName"));
  if (textOf(get(spec, "type")) === "ExternalName" && externalName) return { externalName };
  const ofCluster: [Node | undefined, string][] = [
    ...listed(get(spec, "clusterIPs"), "spec.clusterIPs"),
    [get(spec, "clusterIP"), "spec.clusterIP"],
  ];
  const clusterIps = ofCluster.flatMap(([node, path]) =>
    textOf(node) === "None" ? [] : placed(node, path, report).map(({ ip }) => ip),
  );
  const externalAddresses = listed(get(spec, "externalIPs"), "spec.externalIPs").flatMap(([node, path]) =>
    placed(node, path, report),
  );
  const balancerAddresses = ofBalancer(root, report);
  // The API has never checked this field, so what is no address is no mistake.
  const requested = parseAddress(textOf(get(spec, "loadBalancerIP")) ?? "");
  const requestedBalancerIp = requested && formatAddress(requested);
  const sourceRanges = ranges(spec, report);
  const ipFamilies = listed(get(spec, "ipFamilies"), "spec.ipFamilies").flatMap(
    ([node, path]): readonly IpFamily[] => {
      const family = choice(node, path, ["IPv4", "IPv6"] as const, report);
      return family === undefined ? [] : [family];
    },
  );
  const externalIps = [
    ...externalAddresses.map(({ ip }) => ip),
    ...(requestedBalancerIp === undefined ? [] : [requestedBalancerIp]),
    ...balancerAddresses.map(({ ip }) => ip),
  ];
  return {
    ...some("clusterIps", unique(clusterIps)),
    ...some("externalIps", unique(externalIps)),
    ...(ofCluster.some(([node]) => textOf(node) === "None") && { headless: true }),
    ...some("ipFamilies", ipFamilies),
    ...some("externalAddresses", externalAddresses),
    ...some("balancerAddresses", balancerAddresses),
    ...(requestedBalancerIp !== undefined && { requestedBalancerIp }),
    ...some("sourceRanges", sourceRanges),
  };
}

/** An ingress that is a host name is resolved by clients, and no node serves it. */
function ofBalancer(root: MappingNode, report: ObjectReport): readonly BalancerAddress[] {
  const path = "status.loadBalancer.ingress";
  return listed(get(get(get(root, "status"), "loadBalancer"), "ingress"), path).flatMap(([node, each]) => {
    const mode = choice(get(node, "ipMode"), `${each}.ipMode`, ["VIP", "Proxy"], report);
    const addresses = placed(get(node, "ip"), `${each}.ip`, report);
    return addresses.map((address) => ({ ...address, ...(mode === "Proxy" && { ipMode: mode }) }));
  });
}

/** The API server lets blanks pass around a range, and kube-proxy takes them off. */
function ranges(spec: Node | undefined, report: ObjectReport): readonly SourceRange[] {
  const field = "loadBalancerSourceRanges";
  return listed(get(spec, field), `spec.${field}`).flatMap(([node, path]) => {
    const text = textOf(node)?.trim();
    if (!text) return [];
    const block = parseBlock(text);
    if (block) return [{ block: formatBlock(block), span: spanOf(report.file, node!) }];
    report.error("invalid-cidr", node!, path, `${quoted(text)} is not a block of addresses`, {
      help: "write a block such as 10.0.0.0/24 or 2001:db8::/64",
    });
    return [];
  });
}

function listed(list: Node | undefined, path: string): [Node, string][] {
  return itemsOf(list).map((node, index) => [node, `${path}[${index}]`]);
}

function placed(node: Node | undefined, path: string, report: ObjectReport): readonly PlacedAddress[] {
  const text = textOf(node);
  if (!node || !text) return [];
  const address = parseAddress(text);
  if (address) return [{ ip: formatAddress(address), span: spanOf(report.file, node) }];
  report.error("invalid-ip", node, path, `${quoted(text)} is not an IP address`, {
    help: "write an address such as 10.0.0.1 or fd00::1",
  });
  return [];
}

function unique(items: readonly string[]): readonly string[] {
  return [...new Set(items)];
}

function some<K extends string, T>(key: K, items: readonly T[]): { readonly [key in K]?: readonly T[] } {
  return items.length > 0 ? ({ [key]: Object.freeze(items) } as { readonly [key in K]: readonly T[] }) : {};
}
