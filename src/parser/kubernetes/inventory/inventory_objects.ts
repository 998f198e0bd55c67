/**
 * Reads the parts of namespaces, pods, workloads, services and nodes that policies depend on. Other fields are not checked.
 * Each reader returns undefined after it reports an error.
 */
import { formatAddress, parseAddress } from "../../../ir/address.js";
import { NAMESPACE_NAME_LABEL } from "../../../ir/inventory.js";
import { namespaced } from "../../../ir/namespaced.js";
import type {
  ContainerPort,
  Labels,
  Namespace,
  Node as ClusterNode,
  Pod,
  Service,
  ServicePort,
} from "../../../ir/inventory.js";
import type { Protocol } from "../../../ir/policy.js";
import { quoted } from "../../quoted.js";
import { get, itemsOf } from "../../yaml/node.js";
import type { MappingNode, Node } from "../../yaml/node.js";
import { spanOf } from "../../yaml/problem.js";
import { generatedName } from "../generated_name.js";
import type { ObjectReport } from "../object_report.js";
import { controllerLabels } from "./controller_labels.js";
import { ownerOf, polcAnnotations } from "./running_pod.js";
import { serviceAddresses } from "./service_addresses.js";
import { checkStructure } from "../structure.js";

interface Metadata {
  readonly name?: string | null;
  readonly generateName?: string | null;
  readonly namespace?: string | null;
  readonly labels?: Readonly<Record<string, string | null>> | null;
}

interface Container {
  readonly restartPolicy?: string | null;
  readonly ports?:
    readonly { name?: string | null; containerPort: number; protocol?: string | null }[] | null;
}

interface PodSpec {
  readonly nodeName?: string | null;
  readonly hostNetwork?: boolean | null;
  readonly containers?: readonly (Container | null)[] | null;
  readonly initContainers?: readonly (Container | null)[] | null;
}

interface Template {
  readonly metadata?: Metadata | null;
  readonly spec?: PodSpec | null;
}

interface WorkloadObject {
  readonly metadata?: Metadata | null;
  readonly spec?: { readonly template?: Template | null } | null;
}

export function readNamespace(root: MappingNode, report: ObjectReport): Namespace | undefined {
  const { metadata } = checkStructure(root, "namespace", report) as { metadata?: Metadata | null };
  const name = nameOf(root, metadata, report);
  if (report.failed || name === undefined) return undefined;
  const labels = { ...labelsOf(metadata), [NAMESPACE_NAME_LABEL]: name };
  return Object.freeze({ name, labels: Object.freeze(labels), span: nameSpan(root, report) });
}

export function readPod(root: MappingNode, report: ObjectReport): Pod | undefined {
  const object = checkStructure(root, "pod", report) as {
    metadata?: Metadata | null;
    spec?: PodSpec | null;
    status?: { podIP?: string | null; podIPs?: readonly { ip?: string | null }[] | null } | null;
  };
  const name = nameOf(root, object.metadata, report);
  if (report.failed || name === undefined) return undefined;
  const ips = podIps(root, report);
  if (report.failed) return undefined;
  const node = object.spec?.nodeName;
  const owner = ownerOf(root);
  const annotations = polcAnnotations(root, report);
  return Object.freeze({
    ...namespaced(object.metadata?.namespace),
    name,
    labels: labelsOf(object.metadata),
    ports: portsOf(object.spec),
    ips,
    ...(node && { node }),
    hostNetwork: object.spec?.hostNetwork === true,
    ...(owner && { owner }),
    ...(annotations && { annotations }),
    span: nameSpan(root, report),
  });
}

/** The pod of a workload's template, with the workload's name. */
export function readWorkload(root: MappingNode, kind: string, report: ObjectReport): Pod | undefined {
  const object = checkStructure(
    root,
    kind === "CronJob" ? "cronJob" : "workload",
    report,
  ) as WorkloadObject & {
    spec?: { jobTemplate?: { spec?: { template?: Template | null } | null } | null } | null;
  };
  const name = nameOf(root, object.metadata, report);
  if (report.failed || name === undefined) return undefined;
  const isCron = kind === "CronJob";
  const template = isCron ? object.spec?.jobTemplate?.spec?.template : object.spec?.template;
  const spec = isCron ? get(get(get(root, "spec"), "jobTemplate"), "spec") : get(root, "spec");
  const written = labelsOf(template?.metadata);
  const { labels, chosen } = controllerLabels(kind, name, spec, written);
  return Object.freeze({
    ...namespaced(object.metadata?.namespace),
    name,
    labels: Object.freeze({ ...without(written, chosen), ...labels }),
    ...(chosen.length > 0 && { chosen }),
    ports: portsOf(template?.spec),
    ips: Object.freeze([]),
    hostNetwork: template?.spec?.hostNetwork === true,
    workload: Object.freeze({ kind, name }),
    span: nameSpan(root, report),
  });
}

export function readService(root: MappingNode, report: ObjectReport): Service | undefined {
  const object = checkStructure(root, "service", report) as {
    metadata?: Metadata | null;
    spec?: {
      selector?: Readonly<Record<string, string | null>> | null;
      clusterIP?: string | null;
      ports?:
        | readonly {
            name?: string | null;
            port: number;
            targetPort?: number | string | null;
            nodePort?: number | null;
            protocol?: string | null;
          }[]
        | null;
    } | null;
  };
  const name = nameOf(root, object.metadata, report);
  if (report.failed || name === undefined) return undefined;
  const selector = object.spec?.selector;
  const ports = (object.spec?.ports ?? []).map((port): ServicePort =>
    Object.freeze({
      ...(port.name && { name: port.name }),
      port: port.port,
      targetPort: port.targetPort || port.port,
      ...(typeof port.nodePort === "number" && port.nodePort > 0 && { nodePort: port.nodePort }),
      protocol: (port.protocol || "TCP") as Protocol,
    }),
  );
  return Object.freeze({
    ...namespaced(object.metadata?.namespace),
    name,
    ...(selector && Object.keys(selector).length > 0 && { selector: textMap(selector) }),
    ports: Object.freeze(ports),
    ...serviceAddresses(root),
    span: nameSpan(root, report),
  });
}

export function readNode(root: MappingNode, report: ObjectReport): ClusterNode | undefined {
  const { metadata } = checkStructure(root, "node", report) as { metadata?: Metadata | null };
  const name = nameOf(root, metadata, report);
  if (report.failed || name === undefined) return undefined;
  const ips: string[] = [];
  for (const [index, address] of itemsOf(get(get(root, "status"), "addresses")).entries()) {
    const type = get(address, "type");
    if (type?.type !== "string" || !type.value.endsWith("IP")) continue;
    addIp(ips, get(address, "address"), `status.addresses[${index}].address`, report);
  }
  return report.failed ? undefined : Object.freeze({ name, ips: Object.freeze(ips) });
}

function nameOf(
  root: MappingNode,
  metadata: Metadata | null | undefined,
  report: ObjectReport,
): string | undefined {
  if (report.failed) return undefined;
  if (metadata?.name) return metadata.name;
  if (metadata?.generateName) return generatedName(metadata.generateName, root);
  report.error("missing-name", get(root, "metadata") ?? root, "metadata.name", "the object has no name", {
    help: "add `name:` under `metadata:`",
  });
  return undefined;
}

function nameSpan(root: MappingNode, report: ObjectReport) {
  const metadata = get(root, "metadata");
  return spanOf(report.file, get(metadata, "name") ?? get(metadata, "generateName") ?? root);
}

/** The controller's labels replace those of the template. */
function without(written: Labels, chosen: Pod["chosen"] = []): Labels {
  const entries = Object.entries(written);
  return Object.fromEntries(
    entries.filter(([key]) => !chosen.some(({ prefixes }) => Object.hasOwn(prefixes, key))),
  );
}

function labelsOf(metadata: Metadata | null | undefined): Labels {
  return textMap(metadata?.labels ?? {});
}

/** Spreading also turns the prototype-free map of the parser into a plain object that cannot have been polluted. */
function textMap(map: Readonly<Record<string, string | null>>): Labels {
  const entries = Object.entries(map).map(([key, value]) => [key, value ?? ""] as const);
  return Object.freeze(Object.fromEntries(entries));
}

/** As the API server looks names up: containers first, then init containers that keep running (sidecars). */
function portsOf(spec: PodSpec | null | undefined): readonly ContainerPort[] {
  const sidecars = (spec?.initContainers ?? []).filter((container) => container?.restartPolicy === "Always");
  const ports = [...(spec?.containers ?? []), ...sidecars].flatMap((container) => container?.ports ?? []);
  return Object.freeze(
    ports.map(({ name, containerPort, protocol }) =>
      Object.freeze({
        ...(name && { name }),
        port: containerPort,
        protocol: (protocol || "TCP") as Protocol,
      }),
    ),
  );
}

function podIps(root: MappingNode, report: ObjectReport): readonly string[] {
  const status = get(root, "status");
  const ips: string[] = [];
  for (const [index, item] of itemsOf(get(status, "podIPs")).entries())
    addIp(ips, get(item, "ip"), `status.podIPs[${index}].ip`, report);
  if (ips.length === 0) addIp(ips, get(status, "podIP"), "status.podIP", report);
  return Object.freeze(ips);
}

function addIp(ips: string[], node: Node | undefined, path: string, report: ObjectReport): void {
  if (node?.type !== "string" || node.value === "") return;
  const address = parseAddress(node.value);
  if (address) ips.push(formatAddress(address));
  else
    report.error("invalid-ip", node, path, `${quoted(node.value)} is not an IP address`, {
      help: "write an address such as 10.0.0.1 or fd00::1",
    });
}
