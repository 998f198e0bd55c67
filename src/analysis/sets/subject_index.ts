/** NetworkPolicies by a label that their subjects ask for: those that may select a pod are found without a look at each. */
import type { Labels } from "../../ir/inventory.js";
import type { NetworkPolicy, PodMatch } from "../../ir/policy.js";
import { podConditions, podsIntersect } from "./pod_conditions.js";

export class SubjectIndex {
  /** The label key that most subjects give finitely many values. */
  readonly #key: string | undefined;
  readonly #byValue = new Map<string, number[]>();
  /** Policies whose subjects may have any value of it. */
  readonly #others: number[] = [];

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

  /** The policies that may select a pod which this subject selects, in the order given. None may be contradictory. */
  meeting(subject: PodMatch): readonly NetworkPolicy[] {
    const meets = (other: NetworkPolicy) => podsIntersect(subject, other.subject);
    const values = this.#valuesOf(subject);
    return (values ? this.#withValues(values) : this.policies).filter(meets);
  }

  /** Policies among which are all that select a pod with these labels, in the order given. */
  candidates(labels: Labels): readonly NetworkPolicy[] {
    if (this.#key === undefined) return this.policies;
    return this.#withValues(Object.hasOwn(labels, this.#key) ? [labels[this.#key]!] : []);
  }

  #withValues(values: Iterable<string>): NetworkPolicy[] {
    const found = new Set(this.#others);
    for (const value of values) for (const index of this.#byValue.get(value) ?? []) found.add(index);
    return [...found].sort((a, b) => a - b).map((index) => this.policies[index]!);
  }

  #valuesOf(subject: PodMatch): ReadonlySet<string> | undefined {
    return this.#key === undefined ? undefined : valuesByKey(subject).get(this.#key);
  }
}

/** Of the pod's label keys that must have one of some values, those values. */
function valuesByKey(subject: PodMatch): ReadonlyMap<string, ReadonlySet<string>> {
  const found = new Map<string, ReadonlySet<string>>();
  for (const { part, name, condition } of podConditions(subject).values())
    if (part === "pod" && !condition.others && !condition.absent) found.set(name, condition.values);
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
