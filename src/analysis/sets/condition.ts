/** What the requirements of one selector say together about the value of one label key. */
import type { Requirement } from "../../ir/policy.js";

/**
 * The values that a key may have. `values` are the allowed ones, or, when `others` is set, the refused ones: then every
 * value that is not listed is allowed. `absent`: the key may be missing.
 */
export interface Condition {
  readonly values: ReadonlySet<string>;
  readonly others: boolean;
  readonly absent: boolean;
}

/** The conjunction of requirements on one key. Contradictory ones give a condition that `isEmpty`. */
export function conditionOf(requirements: readonly Requirement[]): Condition {
  const [first = ANY, ...others] = requirements.map(single);
  return others.reduce(intersect, first);
}

const ANY: Condition = { values: new Set(), others: true, absent: true };

function single({ operator, values }: Requirement): Condition {
  switch (operator) {
    case "In":
      return { values: new Set(values), others: false, absent: false };
    case "NotIn":
      return { values: new Set(values), others: true, absent: true };
    case "Exists":
      return { values: new Set(), others: true, absent: false };
    case "DoesNotExist":
      return { values: new Set(), others: false, absent: true };
  }
}

function intersect(a: Condition, b: Condition): Condition {
  const absent = a.absent && b.absent;
  if (a.others && b.others) return { values: new Set([...a.values, ...b.values]), others: true, absent };
  const [finite, other] = a.others ? [b, a] : [a, b];
  return {
    values: new Set([...finite.values].filter((value) => allows(other, value))),
    others: false,
    absent,
  };
}

/** `value` undefined: the key is absent. */
export function allows(condition: Condition, value: string | undefined): boolean {
  return value === undefined ? condition.absent : condition.values.has(value) !== condition.others;
}

export function isEmpty(condition: Condition): boolean {
  return !condition.others && !condition.absent && condition.values.size === 0;
}

/** No value, nor absence, meets both. */
export function disjoint(a: Condition, b: Condition): boolean {
  if ((a.absent && b.absent) || (a.others && b.others)) return false;
  const [finite, other] = a.others ? [b, a] : [a, b];
  for (const value of finite.values) if (allows(other, value)) return false;
  return true;
}

/** Whatever meets `a` meets `b`. */
export function implies(a: Condition, b: Condition): boolean {
  if (a.absent && !b.absent) return false;
  if (a.others) return b.others && [...b.values].every((refused) => a.values.has(refused));
  return [...a.values].every((value) => allows(b, value));
}
