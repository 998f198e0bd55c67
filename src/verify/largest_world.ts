import { selectsPod } from "../analysis/semantics/select.js";
import type { ManifestSet } from "../bundle/manifest.js";
import type { World } from "./endpoints.js";

/** The world of the pod that most selectors of the set select, with no other pod of the set; none if the set has no pods. */
export function largestWorld(worlds: readonly World[], set: ManifestSet): readonly World[] {
  const each = worlds.flatMap((world) => world.subjects.map((pod) => ({ ...world, subjects: [pod] })));
  const selectors = ({ subjects: [pod], namespaces }: World) => {
    const namespace = namespaces.find(({ name }) => name === pod!.namespace)!;
    return set.subjects.filter((match) => selectsPod(match, pod!, namespace)).length;
  };
  return each.sort((a, b) => selectors(b) - selectors(a)).slice(0, 1);
}
