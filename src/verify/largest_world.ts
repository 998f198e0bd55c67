import { selectsPod } from "../analysis/semantics/select.js";
import type { ManifestSet } from "../bundle/manifest.js";
import type { World } from "./endpoints.js";

/** The world of the pod that most selectors of the set select, with no other pod of the set; none if the set has no pods. */
export function largestWorld(worlds: readonly World[], set: ManifestSet): readonly World[] {
  let [largest, most]: [World | undefined, number] = [undefined, -1];
  for (const world of worlds) {
    const namespaces = new Map(world.namespaces.map((namespace) => [namespace.name, namespace]));
    for (const pod of world.subjects) {
      const namespace = namespaces.get(pod.namespace)!;
      const selecting = set.subjects.filter((match) => selectsPod(match, pod, namespace)).length;
      if (selecting > most) [largest, most] = [{ ...world, subjects: [pod] }, selecting];
    }
  }
  return largest ? [largest] : [];
}
