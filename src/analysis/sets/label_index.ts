import type { Labels, Namespace } from "../../ir/inventory.js";
import type { Condition } from "./condition.js";
import type { LabelKey, PodConditions } from "./pod_conditions.js";

/** Things that each concern some pods: those that may concern one pod are found without a look at each. */
export class LabelIndex<T> {
  /** By label key, then value. */
  readonly #byLabel: Readonly<Record<LabelKey["part"], Map<string, Map<string, T[]>>>> = {
    pod: new Map(),
    namespace: new Map(),
  };
  /** Those that may concern any pod. */
  readonly #others: T[] = [];

  add(item: T, conditions: PodConditions): void {
    const label = listedLabel(conditions);
    if (!label) {
      this.#others.push(item);
      return;
    }
    const keys = this.#byLabel[label.part];
    let byValue = keys.get(label.name);
    if (!byValue) keys.set(label.name, (byValue = new Map()));
    for (const value of label.condition.values) {
      const list = byValue.get(value);
      if (list) list.push(item);
      else byValue.set(value, [item]);
    }
  }

  /** Lists that hold all that may concern such a pod; always the very same ones for what was added together. */
  listsFor(labels: Labels, namespace: Pick<Namespace, "labels">): readonly (readonly T[])[] {
    return [this.#others, ...this.#listsOf("pod", labels), ...this.#listsOf("namespace", namespace.labels)];
  }

  #listsOf(part: LabelKey["part"], labels: Labels): readonly T[][] {
    const lists: T[][] = [];
    for (const [name, byValue] of this.#byLabel[part]) {
      const list = Object.hasOwn(labels, name) ? byValue.get(labels[name]!) : undefined;
      if (list) lists.push(list);
    }
    return lists;
  }
}

/** A label that must have one of some values: the pod's own, since pods of one namespace have its labels in common. */
function listedLabel(conditions: PodConditions): (LabelKey & { readonly condition: Condition }) | undefined {
  let found: (LabelKey & { readonly condition: Condition }) | undefined;
  for (const key of conditions.values())
    if (!key.condition.others && !key.condition.absent && found?.part !== "pod") found = key;
  return found;
}
