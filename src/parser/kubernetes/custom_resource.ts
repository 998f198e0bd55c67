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

/** Groups whose kinds only configure what runs anyway. */
const CONFIGURING_GROUPS: ReadonlySet<string> = new Set([
  "cilium.io",
  "constraints.gatekeeper.sh",
  "crd.projectcalico.org",
  "external-secrets.io",
  "kyverno.io",
  "networking.istio.io",
  "projectcalico.org",
  "security.istio.io",
  "telemetry.istio.io",
  "templates.gatekeeper.sh",
  "traefik.containo.us",
  "traefik.io",
]);

/** Kinds that do so of groups that have others as well, such as Prometheus, which makes pods. */
const CONFIGURING_KINDS: ReadonlySet<string> = new Set([
  "AppProject",
  "PodMonitor",
  "PrometheusRule",
  "SealedSecret",
  "ServiceMonitor",
]);

/**
 * The namespaces in which the object may make pods: its own, and that which releases of Helm (Flux, k3s) and
 * applications of Argo CD are installed in. None if its kind is one of the API server's own, or only configures what runs.
 */
export function customResources(root: MappingNode, file: string): readonly CustomResource[] {
  const version = textOf(get(root, "apiVersion")) ?? "v1";
  if (BUILT_IN.test(version) || CONFIGURING_GROUPS.has(version.split("/")[0]!)) return [];
  if (CONFIGURING_KINDS.has(textOf(get(root, "kind")) ?? "")) return [];
  const spec = get(root, "spec");
  const namespaces = new Set([
    textOf(get(get(root, "metadata"), "namespace")) || "default",
    textOf(get(spec, "targetNamespace")),
    textOf(get(get(spec, "destination"), "namespace")),
  ]);
  const span = spanOf(file, root);
  return [...namespaces].flatMap((namespace) => (namespace ? [{ namespace, span }] : []));
}
