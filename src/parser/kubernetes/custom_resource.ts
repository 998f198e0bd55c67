/** Custom resources: of most no one but their operator knows which pods they become. */
import type { Span } from "../../source/span.js";
import { get, textOf } from "../yaml/node.js";
import type { MappingNode } from "../yaml/node.js";
import { spanOf } from "../yaml/problem.js";

/** A namespace in which an object that is not read may make pods. */
export interface CustomResource {
  readonly namespace: string;
  readonly span: Span;
}

/** Groups of the API server's own kinds; those that make pods are read. */
const BUILT_IN = /^(?:[^./]+\/)?v[0-9a-z]+$|\.k8s\.io\/[^/]+$/;

/**
 * The namespaces in which the object may make pods: its own, and that which releases of Helm (Flux, k3s) and
 * applications of Argo CD are installed in. None if its kind is one of the API server's own.
 */
export function customResources(root: MappingNode, file: string): readonly CustomResource[] {
  if (BUILT_IN.test(textOf(get(root, "apiVersion")) ?? "v1")) return [];
  const spec = get(root, "spec");
  const namespaces = new Set([
    textOf(get(get(root, "metadata"), "namespace")) || "default",
    textOf(get(spec, "targetNamespace")),
    textOf(get(get(spec, "destination"), "namespace")),
  ]);
  const span = spanOf(file, root);
  return [...namespaces].flatMap((namespace) => (namespace ? [{ namespace, span }] : []));
}
