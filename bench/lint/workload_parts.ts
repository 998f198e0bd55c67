/** What runs: namespaces, and workloads with the pods that they make. */
import type { Value } from "./manifest_text.js";

export function namespace(name: string, labels: Readonly<Record<string, string>>): Value {
  return { apiVersion: "v1", kind: "Namespace", metadata: { name, labels } };
}

/** A Deployment. `ports` are its container's. */
export function workload(
  ns: string,
  name: string,
  labels: Readonly<Record<string, string>>,
  ports: readonly Value[],
): Value {
  return {
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name, namespace: ns },
    spec: {
      selector: { matchLabels: labels },
      template: {
        metadata: { labels },
        spec: { containers: [{ name: "main", image: "registry.example/app:1", ports }] },
      },
    },
  };
}
