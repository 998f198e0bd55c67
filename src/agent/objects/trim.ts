/** What is kept of objects of the API: a pod with its status is 10 kB of JSON, of which the agent needs some 300 bytes. */
import type { KubeObject } from "../../cluster/resource.js";

type Fields = Readonly<Record<string, unknown>>;

const OWN_ANNOTATION = /^(policy\.)?polc\.dev\//;

export function trimPod(object: KubeObject): KubeObject {
  const { spec, status } = object as KubeObject & { readonly spec?: Fields; readonly status?: Fields };
  return {
    metadata: trimMetadata(object),
    ...{
      spec: {
        ...pick(spec, ["nodeName", "hostNetwork"]),
        containers: containers(spec?.["containers"]),
        initContainers: containers(spec?.["initContainers"]),
      },
      status: pick(status, ["phase", "podIP", "podIPs"]),
    },
  };
}

export function trimNamespace(object: KubeObject): KubeObject {
  return { metadata: trimMetadata(object) };
}

export function trimNode(object: KubeObject): KubeObject {
  const { status } = object as KubeObject & { readonly status?: Fields };
  return { metadata: trimMetadata(object), ...{ status: pick(status, ["addresses"]) } };
}

export function trimService(object: KubeObject): KubeObject {
  const { spec, status } = object as KubeObject & { readonly spec?: unknown; readonly status?: unknown };
  return { metadata: trimMetadata(object), ...{ spec, status } };
}

export function trimSlice(object: KubeObject): KubeObject {
  const { endpoints, ports, addressType } = object as KubeObject & Readonly<Record<string, unknown>>;
  return { metadata: trimMetadata(object), ...{ addressType, endpoints, ports } };
}

/** The whole specification: what is not known must be seen. */
export function trimPolicy(object: KubeObject): KubeObject {
  const { spec } = object as KubeObject & { readonly spec?: unknown };
  const { name, namespace, uid, resourceVersion, generation, annotations } = object.metadata;
  const { [LAST_APPLIED]: _, ...kept } = annotations ?? {};
  return {
    metadata: {
      name,
      ...(namespace !== undefined && { namespace }),
      ...(uid !== undefined && { uid }),
      ...(resourceVersion !== undefined && { resourceVersion }),
      ...(generation !== undefined && { generation }),
      annotations: kept,
    },
    ...{ spec },
  };
}

const LAST_APPLIED = "kubectl.kubernetes.io/last-applied-configuration";

function trimMetadata({ metadata }: KubeObject): KubeObject["metadata"] {
  const { annotations, ownerReferences } = metadata as typeof metadata & {
    readonly ownerReferences?: unknown;
  };
  const own = Object.entries(annotations ?? {}).filter(([key]) => OWN_ANNOTATION.test(key));
  return {
    ...(pick(metadata, [
      "name",
      "namespace",
      "uid",
      "resourceVersion",
      "labels",
    ]) as unknown as KubeObject["metadata"]),
    ...(own.length > 0 && { annotations: Object.fromEntries(own) }),
    ...(ownerReferences !== undefined && { ownerReferences }),
  };
}

/** Of containers only their ports matter. */
function containers(list: unknown): readonly Fields[] {
  if (!Array.isArray(list)) return [];
  return (list as Fields[]).map((container) => pick(container, ["ports", "restartPolicy"]));
}

function pick(from: object | undefined, names: readonly string[]): Fields {
  const fields = (from ?? {}) as Fields;
  return Object.fromEntries(
    names.flatMap((name) => (fields[name] === undefined ? [] : [[name, fields[name]]])),
  );
}
