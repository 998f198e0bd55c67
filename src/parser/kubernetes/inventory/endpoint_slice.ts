/** Reads an EndpointSlice. An absent condition stays absent: what it means is told where endpoints are used. */
import { formatAddress, parseAddress } from "../../../ir/address.js";
import { namespaced } from "../../../ir/namespaced.js";
import type { Protocol } from "../../../ir/policy.js";
import type { EndpointSlice, SliceEndpoint, SlicePort } from "../../../ir/service.js";
import { quoted } from "../../quoted.js";
import { get, itemsOf, textOf } from "../../yaml/node.js";
import type { MappingNode, Node } from "../../yaml/node.js";
import { spanOf } from "../../yaml/problem.js";
import type { ObjectReport } from "../object_report.js";
import { checkStructure } from "../structure.js";
import { choice } from "./choice.js";
import { nameOf, nameSpan } from "./object_parts.js";
import type { Metadata } from "./object_parts.js";

const SERVICE_NAME = "kubernetes.io/service-name";
const PROXY_NAME = "service.kubernetes.io/service-proxy-name";
const HEADLESS = "service.kubernetes.io/headless";

interface Endpoint {
  readonly conditions?: {
    readonly ready?: boolean | null;
    readonly serving?: boolean | null;
    readonly terminating?: boolean | null;
  } | null;
  readonly nodeName?: string | null;
  readonly zone?: string | null;
  readonly hints?: {
    readonly forZones?: readonly { readonly name?: string | null }[] | null;
    readonly forNodes?: readonly { readonly name?: string | null }[] | null;
  } | null;
  readonly targetRef?: {
    readonly kind?: string | null;
    readonly namespace?: string | null;
    readonly name?: string | null;
  } | null;
}

interface SliceObject {
  readonly metadata?: Metadata | null;
  readonly endpoints?: readonly Endpoint[] | null;
  readonly ports?:
    | readonly {
        readonly name?: string | null;
        readonly port?: number | null;
        readonly protocol?: string | null;
      }[]
    | null;
}

export function readEndpointSlice(root: MappingNode, report: ObjectReport): EndpointSlice | undefined {
  const object = checkStructure(root, "endpointSlice", report) as SliceObject;
  const name = nameOf(root, object.metadata, report);
  if (report.failed || name === undefined) return undefined;
  const addressType = typeOf(root, report);
  const place = namespaced(object.metadata?.namespace);
  const endpoints = itemsOf(get(root, "endpoints")).map((node, index) =>
    endpointOf(node, object.endpoints![index]!, `endpoints[${index}]`, addressType, place.namespace, report),
  );
  if (report.failed || addressType === undefined) return undefined;
  const labels = object.metadata?.labels ?? {};
  const [service, proxyName] = [labels[SERVICE_NAME], labels[PROXY_NAME]];
  return Object.freeze({
    ...place,
    name,
    ...(service && { service }),
    addressType,
    endpoints: Object.freeze(endpoints),
    ports: Object.freeze((object.ports ?? []).map(portOf)),
    ...(proxyName && { proxyName }),
    ...(labels[HEADLESS] !== undefined && { headless: true as const }),
    span: nameSpan(root, report),
  });
}

function typeOf(root: MappingNode, report: ObjectReport): EndpointSlice["addressType"] | undefined {
  const node = get(root, "addressType");
  if (!node || textOf(node) === "")
    report.error("missing-field", node ?? root, "addressType", "this field is required", {
      help: "add `addressType: IPv4`, or what its addresses are",
    });
  return choice(node, "addressType", ["IPv4", "IPv6", "FQDN"], report);
}

function portOf({
  name,
  port,
  protocol,
}: {
  readonly name?: string | null;
  readonly port?: number | null;
  readonly protocol?: string | null;
}): SlicePort {
  return Object.freeze({
    name: name ?? "",
    protocol: (protocol || "TCP") as Protocol,
    ...(port && { port }),
  });
}

function endpointOf(
  node: Node,
  { conditions, nodeName, zone, hints, targetRef }: Endpoint,
  path: string,
  addressType: EndpointSlice["addressType"] | undefined,
  namespace: string,
  report: ObjectReport,
): SliceEndpoint {
  const addresses = itemsOf(get(node, "addresses")).flatMap((each, index) =>
    addressOf(each, `${path}.addresses[${index}]`, addressType, report),
  );
  const { ready, serving, terminating } = conditions ?? {};
  const [forZones, forNodes] = [namesOf(hints?.forZones), namesOf(hints?.forNodes)];
  const pod = targetRef?.kind === "Pod" && targetRef.name;
  return Object.freeze({
    addresses: Object.freeze(addresses),
    ...(typeof ready === "boolean" && { ready }),
    ...(typeof serving === "boolean" && { serving }),
    ...(typeof terminating === "boolean" && { terminating }),
    ...(nodeName && { node: nodeName }),
    ...(zone && { zone }),
    ...(forZones.length > 0 && { forZones }),
    ...(forNodes.length > 0 && { forNodes }),
    ...(pod && { pod: `${targetRef.namespace || namespace}/${pod}` }),
    span: spanOf(report.file, itemsOf(get(node, "addresses"))[0] ?? node),
  });
}

function addressOf(
  node: Node,
  path: string,
  addressType: EndpointSlice["addressType"] | undefined,
  report: ObjectReport,
): readonly string[] {
  const text = textOf(node) ?? "";
  if (addressType === "FQDN") return [text];
  const address = parseAddress(text);
  if (address) return [formatAddress(address)];
  report.error("invalid-ip", node, path, `${quoted(text)} is not an IP address`, {
    help: "write an address such as 10.0.0.1 or fd00::1",
  });
  return [];
}

function namesOf(hints: readonly { readonly name?: string | null }[] | null | undefined): readonly string[] {
  return Object.freeze((hints ?? []).flatMap(({ name }) => name || []));
}
