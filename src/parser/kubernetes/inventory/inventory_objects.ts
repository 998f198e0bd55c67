/**
 * Reads the parts of namespaces, pods and workloads that policies and services depend on. Other fields are not checked.
 * Each reader returns undefined after it reports an error.
 */
import { NAMESPACE_NAME_LABEL } from "../../../ir/inventory.js";
import { namespaced } from "../../../ir/namespaced.js";
import type { ContainerPort, Labels, Namespace, Pod } from "../../../ir/inventory.js";
import type { Protocol } from "../../../ir/policy.js";
import { get, itemsOf } from "../../yaml/node.js";
import type { MappingNode } from "../../yaml/node.js";
import type { ObjectReport } from "../object_report.js";
import { controllerLabels } from "./controller_labels.js";
import { addIp, nameOf, nameSpan, textMap } from "./object_parts.js";
import type { Metadata } from "./object_parts.js";
import { ownerOf, podConditions, polcAnnotations } from "./running_pod.js";
import { checkStructure } from "../structure.js";

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
    ...podConditions(root),
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
