/** Who is in a cluster, for a comparison of policies: workloads rather than their pods, which come and go. */
import type { Cluster } from "../cluster/client.js";
import { apiVersionOf, RESOURCES } from "../cluster/resource.js";
import type { KubeObject, Resource } from "../cluster/resource.js";
import type { Inventory } from "../ir/inventory.js";
import type { Failure } from "../node/failure.js";
import { isFailure } from "../node/failure.js";
import { loadProject } from "../parser/project.js";
import { isError } from "../source/diagnostic.js";

const READ: readonly Resource[] = [
  RESOURCES.namespaces,
  RESOURCES.deployments,
  RESOURCES.statefulSets,
  RESOURCES.daemonSets,
  RESOURCES.cronJobs,
  RESOURCES.pods,
];

export async function clusterInventory(cluster: Cluster): Promise<Inventory | Failure> {
  const items: object[] = [];
  for (const resource of READ) {
    const listed = await cluster.list<KubeObject & { readonly spec?: object }>(resource);
    if (isFailure(listed)) return listed;
    for (const { metadata, spec } of listed.items)
      if (!metadata.ownerReferences?.some(({ controller }) => controller))
        items.push(object(resource, metadata, spec));
  }
  const text = JSON.stringify({ apiVersion: "v1", kind: "List", items });
  const stdinPath = `cluster ${cluster.context}`;
  const project = await loadProject(["-"], { stdin: () => Promise.resolve(Buffer.from(text)), stdinPath });
  const wrong = project.diagnostics.find(isError);
  if (!wrong) return project.inventory;
  const { kind, namespace, name } = wrong.object ?? { kind: "an object", namespace: "", name: "" };
  return {
    error: `${kind} ${[namespace, name].filter((each) => each).join("/")} in the cluster: ${wrong.message}`,
  };
}

/** Without what the API server alone is concerned with, and without the status: only the spec of a pod says anything here. */
function object(
  resource: Resource,
  { name, namespace, labels }: KubeObject["metadata"],
  spec: object | undefined,
) {
  const metadata = { name, ...(namespace !== undefined && { namespace }), ...(labels && { labels }) };
  return { apiVersion: apiVersionOf(resource), kind: resource.kind, metadata, ...(spec && { spec }) };
}
