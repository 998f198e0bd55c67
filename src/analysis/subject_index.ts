/** NetworkPolicies by a label that their subjects ask for: those that may share a pod are found without a look at each. */
import type { NetworkPolicy, PodMatch } from "../ir/policy.js";
import { podConditions, podsIntersect } from "./pod_conditions.js";

export class SubjectIndex {
  /** The label key that most subjects give finitely many values. */
  readonly #key: string | undefined;
  readonly #byValue = new Map<string, number[]>();
  /** Policies whose subjects may have any value of it. */
  readonly #others: number[] = [];

  /** @param policies none with a contradictory subject */
  constructor(private readonly policies: readonly NetworkPolicy[]) {
    this.#key = mostUsed(policies.flatMap(({ subject }) => [...valuesByKey(subject).keys()]));
    for (const [index, { subject }] of policies.entries()) {
      const values = this.#valuesOf(subject);
      if (!values) this.#others.push(index);
      for (const value of values ?? []) {
        const list = this.#byValue.get(value);
        if (list) list.push(index);
        else this.#byValue.set(value, [index]);
      }
    }
  }

  /** The policies that may select a pod which this one selects, in the order given. */
  meeting(subject: PodMatch): readonly NetworkPolicy[] {
    const meets = (other: NetworkPolicy) => podsIntersect(subject, other.subject);
    const values = this.#valuesOf(subject);
    if (!values) return this.policies.filter(meets);
    const found = new Set(this.#others);
    for (const value of values) for (const index of this.#byValue.get(value) ?? []) found.add(index);
    return [...found]
      .sort((a, b) => a - b)
      .map((index) => this.policies[index]!)
      .filter(meets);
  }

  #valuesOf(subject: PodMatch): ReadonlySet<string> | undefined {
    return this.#key === undefined ? undefined : valuesByKey(subject).get(this.#key);
  }
}

/** Of the label keys that must have one of some values, those values. */
function valuesByKey(subject: PodMatch): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, ReadonlySet<string>>();
  for (const [id, { part, condition }] of podConditions(subject))
    if (part === "pod" && !condition.others && !condition.absent) found.set(id, condition.values);
  return found;
}

function mostUsed(keys: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  let most: string | undefined;
  for (const key of keys) {
    const count = (counts.get(key) ?? 0) + 1;
    counts.set(key, count);
    if (most === undefined || count > counts.get(most)!) most = key;
  }
  return most;
}
