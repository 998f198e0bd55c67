/** Reads a Service. What the API server would refuse is reported, and what it fills in by default is left out. */
import type { Service, ServicePort, ServiceType, TrafficDistribution } from "../../../ir/service.js";
import { namespaced } from "../../../ir/namespaced.js";
import type { Protocol } from "../../../ir/policy.js";
import { get, itemsOf, textOf } from "../../yaml/node.js";
import type { MappingNode, Node } from "../../yaml/node.js";
import { spanOf } from "../../yaml/problem.js";
import type { ObjectReport } from "../object_report.js";
import { checkStructure } from "../structure.js";
import { choice } from "./choice.js";
import { nameOf, nameSpan, textMap } from "./object_parts.js";
import type { Metadata } from "./object_parts.js";
import { serviceAddresses } from "./service_addresses.js";

const PROXY_NAME = "service.kubernetes.io/service-proxy-name";
const DEFAULT_AFFINITY_SECONDS = 10800;
const MAX_AFFINITY_SECONDS = 86400;

interface ServiceObject {
  readonly metadata?: Metadata | null;
  readonly spec?: {
    readonly selector?: Readonly<Record<string, string | null>> | null;
    readonly publishNotReadyAddresses?: boolean | null;
    readonly healthCheckNodePort?: number | null;
    readonly ports?:
      | readonly {
          name?: string | null;
          port: number;
          targetPort?: number | string | null;
          nodePort?: number | null;
          protocol?: string | null;
        }[]
      | null;
  } | null;
}

export function readService(root: MappingNode, report: ObjectReport): Service | undefined {
  const object = checkStructure(root, "service", report) as ServiceObject;
  const name = nameOf(root, object.metadata, report);
  if (report.failed || name === undefined) return undefined;
  const { selector, publishNotReadyAddresses, healthCheckNodePort } = object.spec ?? {};
  const proxyName = object.metadata?.labels?.[PROXY_NAME];
  const service = {
    ...namespaced(object.metadata?.namespace),
    name,
    ...(selector && Object.keys(selector).length > 0 && { selector: textMap(selector) }),
    ports: portsOf(object, root, report),
    ...serviceAddresses(root, report),
    ...policiesOf(get(root, "spec"), report),
    ...(healthCheckNodePort && { healthCheckNodePort }),
    ...(publishNotReadyAddresses && { publishNotReadyAddresses }),
    ...(proxyName && { proxyName }),
    span: nameSpan(root, report),
  };
  return report.failed ? undefined : Object.freeze(service);
}

function portsOf({ spec }: ServiceObject, root: MappingNode, report: ObjectReport): readonly ServicePort[] {
  const nodes = itemsOf(get(get(root, "spec"), "ports"));
  const ports = (spec?.ports ?? []).map(
    ({ name, port, targetPort, nodePort, protocol }, index): ServicePort =>
      Object.freeze({
        ...(name && { name }),
        port,
        targetPort: targetPort || port,
        ...(nodePort && { nodePort }),
        protocol: (protocol || "TCP") as Protocol,
        span: spanOf(report.file, nodes[index] ?? root),
      }),
  );
  return Object.freeze(ports);
}

/** How connections are spread, and who may have which endpoints. */
function policiesOf(
  spec: Node | undefined,
  report: ObjectReport,
): Pick<
  Service,
  "type" | "localTraffic" | "internalLocal" | "affinitySeconds" | "trafficDistribution" | "loadBalancerClass"
> {
  const at = (field: string) => [get(spec, field), `spec.${field}`] as const;
  const types = ["ClusterIP", "NodePort", "LoadBalancer", "ExternalName"] as const;
  const type: ServiceType | undefined = choice(...at("type"), types, report);
  const policies = ["Cluster", "Local"] as const;
  const external = choice(...at("externalTrafficPolicy"), policies, report);
  const internal = choice(...at("internalTrafficPolicy"), policies, report);
  const affinity = choice(...at("sessionAffinity"), ["None", "ClientIP"] as const, report);
  const distributions = ["PreferClose", "PreferSameZone", "PreferSameNode"] as const;
  const distribution: TrafficDistribution | undefined = choice(
    ...at("trafficDistribution"),
    distributions,
    report,
  );
  const loadBalancerClass = textOf(get(spec, "loadBalancerClass"));
  return {
    ...(type !== undefined && type !== "ClusterIP" && { type }),
    ...(external === "Local" && { localTraffic: true }),
    ...(internal === "Local" && { internalLocal: true }),
    ...(affinity === "ClientIP" && { affinitySeconds: affinitySeconds(spec, report) }),
    ...(distribution && { trafficDistribution: distribution }),
    ...(loadBalancerClass && { loadBalancerClass }),
  };
}

function affinitySeconds(spec: Node | undefined, report: ObjectReport): number {
  const node = get(get(get(spec, "sessionAffinityConfig"), "clientIP"), "timeoutSeconds");
  if (node?.type !== "integer") return DEFAULT_AFFINITY_SECONDS;
  if (node.value < 1 || node.value > MAX_AFFINITY_SECONDS)
    report.error(
      "invalid-value",
      node,
      "spec.sessionAffinityConfig.clientIP.timeoutSeconds",
      `${node.value} is not between 1 and ${MAX_AFFINITY_SECONDS}`,
      { help: `write seconds up to a day, or nothing for ${DEFAULT_AFFINITY_SECONDS}` },
    );
  return node.value;
}
