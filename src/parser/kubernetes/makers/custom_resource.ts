/** Custom resources. For most, only their operator knows which pods they become. */
import { namespaced } from "../../../ir/namespaced.js";
import { get, textOf } from "../../yaml/node.js";
import type { MappingNode } from "../../yaml/node.js";
import { spanOf } from "../../yaml/problem.js";
import { becomesPods } from "./operator_kinds.js";
import { objectName } from "./pod_makers.js";
import type { PodMaker } from "./pod_makers.js";

/** Groups without a dot belong to the API server: no custom resource may use one. */
const CORE = /^(?:[^./]+\/)?v[0-9a-z]+$/;

/** The API server's other groups, and groups whose kinds only configure what runs anyway. */
const WITHOUT_PODS: ReadonlySet<string> = new Set([
  "admissionregistration.k8s.io",
  "apiextensions.k8s.io",
  "apiregistration.k8s.io",
  "audit.k8s.io",
  "authentication.k8s.io",
  "authorization.k8s.io",
  "autoscaling.k8s.io",
  "certificates.k8s.io",
  "coordination.k8s.io",
  "discovery.k8s.io",
  "events.k8s.io",
  "flowcontrol.apiserver.k8s.io",
  "internal.apiserver.k8s.io",
  "metrics.k8s.io",
  "networking.k8s.io",
  "node.k8s.io",
  "policy.networking.k8s.io",
  "rbac.authorization.k8s.io",
  "resource.k8s.io",
  "scheduling.k8s.io",
  "snapshot.storage.k8s.io",
  "storage.k8s.io",
  "storagemigration.k8s.io",

  "cert-manager.io",
  "cilium.io",
  "constraints.gatekeeper.sh",
  "crd.projectcalico.org",
  "external-secrets.io",
  "generators.external-secrets.io",
  "image.toolkit.fluxcd.io",
  "karpenter.sh",
  "kyverno.io",
  "metallb.io",
  "networking.gke.io",
  "networking.istio.io",
  "notification.toolkit.fluxcd.io",
  "policy.linkerd.io",
  "projectcalico.org",
  "route.openshift.io",
  "secrets-store.csi.x-k8s.io",
  "security.istio.io",
  "security.openshift.io",
  "source.toolkit.fluxcd.io",
  "telemetry.istio.io",
  "templates.gatekeeper.sh",
  "traefik.containo.us",
  "traefik.io",
]);

/** Files of tools, which no API server accepts. */
const OF_TOOLS = /^(?:[a-z]+\.)*config\.k8s\.io\/|^(?:kubeadm\.k8s\.io|kind\.x-k8s\.io|k3d\.io)\//;

/** Kinds that only configure, in groups that also have others, such as Prometheus, which creates pods. */
const CONFIGURING_KINDS: ReadonlySet<string> = new Set([
  "AlertmanagerConfig",
  "AppProject",
  "BackendTLSPolicy",
  "GRPCRoute",
  "GatewayClass",
  "HTTPRoute",
  "PodMonitor",
  "PrometheusRule",
  "ReferenceGrant",
  "ScaledObject",
  "SealedSecret",
  "ServiceMonitor",
  "TCPRoute",
  "TLSRoute",
  "UDPRoute",
]);

/**
 * The object as a maker of pods, in each namespace where it may create some: its own, and the target namespace of a Helm
 * release (Flux, k3s) or an Argo CD application; any if none is written. None if the kind belongs to the API server, or
 * only configures what runs.
 */
export function customResources(root: MappingNode, file: string): readonly PodMaker[] {
  const version = textOf(get(root, "apiVersion")) ?? "v1";
  const [group = ""] = version.split("/");
  if (CORE.test(version) || OF_TOOLS.test(version) || WITHOUT_PODS.has(group)) return [];
  const kind = textOf(get(root, "kind")) ?? "";
  if (CONFIGURING_KINDS.has(kind)) return [];
  const [metadata, spec] = [get(root, "metadata"), get(root, "spec")];
  const own = textOf(get(metadata, "namespace"));
  const written = [
    own,
    textOf(get(spec, "targetNamespace")),
    textOf(get(get(spec, "destination"), "namespace")),
  ].filter((namespace) => namespace);
  const object = objectName(kind, own, textOf(get(metadata, "name")) ?? "");
  const isSure = becomesPods(group, kind);
  const span = spanOf(file, root);
  const distinct = new Set(written.length > 0 ? written : [undefined]);
  return [...distinct].map((namespace) => ({ ...namespaced(namespace), object, isSure, span }));
}
