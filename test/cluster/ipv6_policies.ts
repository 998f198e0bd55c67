/** What the matrix is tried with: each of these alone, and all of them together. */
import type { KubeObject } from "../../src/cluster/resource.js";
import type { RunningPod } from "./pods.js";

/** Blocks name addresses of these pods. */
export function policiesBetween(
  pods: readonly RunningPod[],
): readonly { readonly name: string; readonly policies: readonly KubeObject[] }[] {
  const six = (namespace: string, name: string) =>
    pods.find((pod) => pod.namespace === namespace && pod.name === name)!.ips[1]!;
  const each: readonly (readonly [string, KubeObject])[] = [
    [
      "no ingress into a namespace",
      policy("red", "no-ingress", { podSelector: {}, policyTypes: ["Ingress"] }),
    ],
    ["no egress from a namespace", policy("blue", "no-egress", { podSelector: {}, policyTypes: ["Egress"] })],
    [
      "a named port for pods of the namespace",
      policy("red", "http-of-db", {
        podSelector: { matchLabels: { app: "db" } },
        ingress: [
          {
            from: [{ podSelector: { matchLabels: { app: "web" } } }],
            ports: [{ port: "http", protocol: "TCP" }],
          },
        ],
      }),
    ],
    [
      "UDP from another namespace",
      policy("red", "udp-of-web", {
        podSelector: { matchLabels: { app: "web" } },
        ingress: [
          {
            from: [{ namespaceSelector: { matchLabels: { team: "blue" } } }],
            ports: [{ port: 80, endPort: 81, protocol: "UDP" }],
          },
        ],
      }),
    ],
    [
      "ingress from an IPv6 block but for one address",
      policy("red", "block-of-cache", {
        podSelector: { matchLabels: { app: "cache" } },
        ingress: [
          { from: [{ ipBlock: { cidr: "fd77:0:0:1::/64", except: [`${six("blue", "web")}/128`] } }] },
        ],
      }),
    ],
    [
      "egress to an IPv6 block but for a node's pods",
      policy("blue", "block-from-web", {
        podSelector: { matchLabels: { app: "web" } },
        policyTypes: ["Egress"],
        egress: [{ to: [{ ipBlock: { cidr: "fd77::/48", except: ["fd77:0:0:2::/64"] } }] }],
      }),
    ],
    [
      "egress to the IPv6 address of one pod",
      policy("blue", "address-from-db", {
        podSelector: { matchLabels: { app: "db" } },
        policyTypes: ["Egress"],
        egress: [
          { to: [{ ipBlock: { cidr: `${six("red", "db")}/128` } }], ports: [{ port: 81, protocol: "TCP" }] },
        ],
      }),
    ],
  ];
  return [
    { name: "no policy", policies: [] },
    ...each.map(([name, object]) => ({ name, policies: [object] })),
    { name: "all of these policies", policies: each.map(([, object]) => object) },
    { name: "no policy again", policies: [] },
  ];
}

function policy(namespace: string, name: string, spec: object): KubeObject {
  const metadata = { namespace, name };
  return { ...{ apiVersion: "networking.k8s.io/v1", kind: "NetworkPolicy", metadata }, spec } as KubeObject;
}
