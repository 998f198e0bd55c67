import type { Pod } from "../../ir/inventory.js";
import type { LabelSelector } from "../../ir/policy.js";
import { isSetLater } from "../../analysis/semantics/selection.js";

/** An index that finds the pods a selector may select without checking each pod. */
export class PodsByLabel {
  readonly pods: Pod[] = [];
  /** Indices of pods, by label key, then value. */
  readonly #byLabel = new Map<string, Map<string, number[]>>();

  /** @returns the new number of pods */
  add(pod: Pod): number {
    for (const [key, value] of Object.entries(pod.labels)) {
      let byValue = this.#byLabel.get(key);
      if (!byValue) this.#byLabel.set(key, (byValue = new Map()));
      const indices = byValue.get(value);
      if (indices) indices.push(this.pods.length);
      else byValue.set(value, [this.pods.length]);
    }
    return this.pods.push(pod);
  }

  /** A superset of the pods that the selector may select, in insertion order. */
  candidates({ requirements }: LabelSelector): readonly Pod[] {
    const listed = requirements.find(({ key, operator }) => operator === "In" && !isSetLater(key));
    if (!listed) return this.pods;
    const byValue = this.#byLabel.get(listed.key);
    const indices = listed.values.flatMap((value) => byValue?.get(value) ?? []);
    return indices.sort((a, b) => a - b).map((index) => this.pods[index]!);
  }
}
