import type { Pod } from "../../ir/inventory.js";

/** Known pods that belong together: those of one workload, or one by itself. */
export interface KnownWorkload {
  /** Such as "web of namespace shop". */
  readonly name: string;
  /** At least one pod, and none on the host network, to which policies do not apply. */
  readonly pods: readonly Pod[];
}

export function knownWorkloads(pods: readonly Pod[]): readonly KnownWorkload[] {
  const groups = new Map<string, Pod[]>();
  for (const pod of pods) {
    if (pod.hostNetwork) continue;
    const { kind, name } = workloadOf(pod);
    // Without a written namespace, files in different folders may mean different ones.
    const id = JSON.stringify([pod.namespace, kind, name, pod.owner ? "" : pod.span.file]);
    const group = groups.get(id);
    if (group) group.push(pod);
    else groups.set(id, [pod]);
  }
  return [...groups.values()].map((group) => {
    return { name: `${workloadOf(group[0]!).name} of namespace ${group[0]!.namespace}`, pods: group };
  });
}

function workloadOf(pod: Pod): { readonly kind: string; readonly name: string } {
  return pod.workload ?? pod.owner ?? { kind: "Pod", name: pod.name };
}
