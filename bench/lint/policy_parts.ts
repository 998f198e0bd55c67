/** The parts that generated NetworkPolicies are put together from. */
import type { Value } from "./manifest_text.js";

export interface Directions {
  readonly ingress?: readonly Value[];
  readonly egress?: readonly Value[];
}

/** A direction that is given is isolated, with its rules. */
export function networkPolicy(
  namespace: string,
  name: Value,
  podSelector: Value,
  { ingress, egress }: Directions,
): { readonly [key: string]: Value; readonly spec: { readonly [key: string]: Value } } {
  return {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace },
    spec: {
      podSelector,
      policyTypes: [...(ingress ? ["Ingress"] : []), ...(egress ? ["Egress"] : [])],
      ...(ingress?.length && { ingress }),
      ...(egress?.length && { egress }),
    },
  };
}

export function labels(matchLabels: Record<string, string>): { readonly [key: string]: Value } {
  return { matchLabels };
}

export function ingressFrom(from: readonly Value[], ports: readonly Value[]): Value {
  return { from, ports };
}

export function egressTo(to: readonly Value[], ports: readonly Value[]): Value {
  return { to, ports };
}

export function tcp(port: number | string): { readonly protocol: string; readonly port: number | string } {
  return { protocol: "TCP", port };
}

/** The part of a peer that chooses one namespace. */
export function inNamespace(name: string): { readonly namespaceSelector: Value } {
  return { namespaceSelector: labels({ "kubernetes.io/metadata.name": name }) };
}

export function dns(): Value {
  const peer = { ...inNamespace("kube-system"), podSelector: labels({ "k8s-app": "kube-dns" }) };
  return egressTo([peer], [{ protocol: "UDP", port: 53 }, tcp(53)]);
}
