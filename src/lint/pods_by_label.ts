import type { Pod } from "../ir/inventory.js";
import type { LabelSelector } from "../ir/policy.js";

/** Pods of which those that a selector may select are found without a look at each. */
export class PodsByLabel {
  readonly pods: Pod[] = [];
  /** By label key, then value. */
  readonly #byLabel = new Map<string, Map<string, Pod[]>>();

  /** @returns how many there are then */
  add(pod: Pod): number {
    for (const [key, value] of Object.entries(pod.labels)) {
      let byValue = this.#byLabel.get(key);
      if (!byValue) this.#byLabel.set(key, (byValue = new Map()));
      const pods = byValue.get(value);
      if (pods) pods.push(pod);
      else byValue.set(value, [pod]);
    }
    return this.pods.push(pod);
  }

  /** Pods among which are all that the selector selects, in the order in which they were added. */
  near({ requirements }: LabelSelector): readonly Pod[] {
    const one = requirements.find(({ operator, values }) => operator === "In" && values.length === 1);
    return one ? (this.#byLabel.get(one.key)?.get(one.values[0]!) ?? []) : this.pods;
  }
}
