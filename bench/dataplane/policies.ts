import type { Pod, Namespace } from "../../src/ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../src/ir/inventory.js";

/** How N policies lie: each on a pod of its own, or all on the measured one. */
export type Shape = "spread" | "stacked";

const NAMESPACE = "bench";

/**
 * N NetworkPolicies of one namespace, as YAML. Policy 0 selects the server and lets the client's label in on 8080. The
 * others are as wide, on pods of their own (spread), or on the server too, each for another client (stacked).
 */
export function policies(count: number, shape: Shape): string {
  return Array.from({ length: count }, (_, i) => {
    const subject = shape === "stacked" ? "app-0" : `app-${i}`;
    return `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: policy-${i}, namespace: ${NAMESPACE} }
spec:
  podSelector: { matchLabels: { app: ${subject} } }
  policyTypes: [Ingress]
  ingress:
    - from: [{ podSelector: { matchLabels: { app: client-${i} } } }]
      ports: [{ port: 8080 }]
`;
  }).join("---\n");
}

const span = { file: "bench", start: 0, end: 0 };

export const namespace: Namespace = {
  name: NAMESPACE,
  labels: { [NAMESPACE_NAME_LABEL]: NAMESPACE },
  span,
};

function pod(name: string, app: string, ip: string): Pod {
  return { namespace: NAMESPACE, name, labels: { app }, ports: [], ips: [ip], hostNetwork: false, span };
}

/** The measured pod: whoever may connect to it, and what it answers, is what measure.c sends. */
export const server: Pod = pod("server", "app-0", "10.1.0.9");

/** The client of policy 0, and a pod for each other policy to be about. */
export function clients(count: number): readonly Pod[] {
  return Array.from({ length: count }, (_, i) =>
    pod(`client-${i}`, `client-${i}`, i === 0 ? "10.0.0.5" : `10.2.${(i >> 8) & 255}.${i & 255}`),
  );
}
