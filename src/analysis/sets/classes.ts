/**
 * The pods of every possible cluster, up to what a list of matches can tell apart.
 *
 * A match is a conjunction of conditions, one a key (of the namespace's labels or of the pod's). Key by key, the set of
 * matches that can still hold is split by the cases that the key has: absent, each mentioned value, one other value.
 * Equal sets are merged at once, so the work follows the number of distinct sets and not the product of the keys.
 */
import type { Labels, Namespace } from "../../ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import type { PodMatch } from "../../ir/policy.js";
import type { Condition } from "./condition.js";
import { allows } from "./condition.js";
import type { LabelKey } from "./pod_conditions.js";
import { isContradictory, isNameKey, podConditions } from "./pod_conditions.js";

/** All pods that exactly the same matches select, with one of them as a witness. */
export interface PodClass {
  /** Indices of the matches that select these pods, ascending. */
  readonly matched: readonly number[];
  /** The same as bits: bit i is `matches[i]`. */
  readonly signature: bigint;
  readonly namespace: Pick<Namespace, "name" | "labels">;
  readonly labels: Labels;
}

export interface PodClassOptions {
  /** At most this many classes, at any step too. Default 65536. */
  readonly limit?: number;
  /** Only pods of the namespace with this name. Its labels stay unknown. */
  readonly namespace?: string;
  /** Only pods that this match selects as well. It has no bit. */
  readonly within?: PodMatch;
  /** Only the classes whose set of matches holds no other class's set. */
  readonly minimal?: boolean;
}

export interface PodClasses {
  readonly classes: readonly PodClass[];
  /** The limit was met: every class is a real one, but there are more. */
  readonly truncated: boolean;
}

/** The classes of the pods of every possible cluster; the class that nothing selects is among them if it exists. */
export function podClasses(matches: readonly PodMatch[], options: PodClassOptions = {}): PodClasses {
  const limit = options.limit ?? 65536;
  // `within` is one more match, the last, that no state may lose.
  const all = options.within ? [...matches, options.within] : matches;
  const kept = options.within ? matches.length : undefined;
  if (options.within && isContradictory(options.within)) return { classes: [], truncated: false };
  const { keys, alive } = keysOf(all);
  let states: States = new Map([[alive.join(), { alive, values: undefined }]]);
  let truncated = false;
  for (const key of keys) {
    const next: States = new Map();
    for (const [id, state] of states)
      split(key, id, state, next, { limit, kept, namespace: options.namespace });
    // `split` stops one past the limit, which is how an exact fit is told from a cut.
    if (next.size > limit) {
      truncated = true;
      next.delete([...next.keys()].at(-1)!);
    }
    states = options.minimal ? new Map(minimalSets([...next], ([, state]) => state.alive)) : next;
  }
  return { classes: [...states.values()].map((state) => toClass(state, kept, options.namespace)), truncated };
}

/** Of sets of ascending numbers, those that hold no other one of them; an equal one is kept once. */
export function minimalSets<T>(sets: readonly T[], of: (set: T) => readonly number[]): readonly T[] {
  const sorted = [...sets].sort((a, b) => of(a).length - of(b).length);
  const kept: T[] = [];
  for (const set of sorted) if (!kept.some((smaller) => isSubset(of(smaller), of(set)))) kept.push(set);
  return kept;
}

function isSubset(small: readonly number[], large: readonly number[]): boolean {
  let at = 0;
  for (const value of small) {
    while (at < large.length && large[at]! < value) at++;
    if (large[at] !== value) return false;
  }
  return true;
}

/** A label key, with what the matches that mention it ask of it. */
interface Key extends LabelKey {
  readonly conditions: ReadonlyMap<number, Condition>;
}

type States = Map<string, State>;

interface State {
  readonly alive: readonly number[];
  /** The values chosen so far, newest first. */
  readonly values: Chosen | undefined;
}

interface Chosen {
  readonly key: Key;
  readonly value: string;
  readonly before: Chosen | undefined;
}

/** Keys that split most come first: that keeps the sets in between few. Matches with a contradiction are not alive. */
function keysOf(matches: readonly PodMatch[]): { keys: Key[]; alive: number[] } {
  const found = new Map<string, LabelKey & { conditions: Map<number, Condition>; finite: number }>();
  const alive: number[] = [];
  for (const [index, match] of matches.entries()) {
    if (isContradictory(match)) continue;
    alive.push(index);
    for (const [id, { part, name, condition }] of podConditions(match)) {
      let key = found.get(id);
      if (!key) found.set(id, (key = { part, name, conditions: new Map(), finite: 0 }));
      key.conditions.set(index, condition);
      if (!condition.others) key.finite++;
    }
  }
  const sorted = [...found].sort(([a, x], [b, y]) => y.finite - x.finite || (a < b ? -1 : 1));
  return { keys: sorted.map(([, key]) => key), alive };
}

/** A valid label value, and namespace name, that is none of these. */
export function unmentioned(mentioned: ReadonlySet<string>): string {
  let value = "other";
  for (let i = 2; mentioned.has(value); i++) value = `other${i}`;
  return value;
}

/** Adds to `next` what becomes of `state` in each case of `key`, until `next` holds more than `limit`. */
function split(
  key: Key,
  id: string,
  state: State,
  next: States,
  { limit, kept, namespace }: { limit: number; kept: number | undefined; namespace: string | undefined },
): void {
  const asking = state.alive.filter((index) => key.conditions.has(index));
  if (asking.length === 0) {
    if (next.size <= limit && !next.has(id)) next.set(id, state);
    return;
  }
  const mentioned = new Set(asking.flatMap((index) => [...key.conditions.get(index)!.values]));
  const finite = asking.filter((index) => !key.conditions.get(index)!.others);
  const wide = state.alive.filter((index) => key.conditions.get(index)?.others ?? true);
  const byValue = indexByValue(key, finite);
  for (const value of casesOf(key, mentioned, namespace)) {
    if (next.size > limit) return;
    const open = wide.filter(
      (index) => !key.conditions.has(index) || allows(key.conditions.get(index)!, value),
    );
    const alive = merge(open, byValue.get(value) ?? []);
    if (kept !== undefined && alive.at(-1) !== kept) continue;
    const becomes = alive.join();
    if (next.has(becomes)) continue;
    const values = value === undefined ? state.values : { key, value, before: state.values };
    next.set(becomes, { alive, values });
  }
}

/** The values (undefined: absent) that stand for all: the plainest first, since the first of each set is its witness. */
export function casesOf(
  key: LabelKey,
  mentioned: ReadonlySet<string>,
  namespace: string | undefined,
): readonly (string | undefined)[] {
  if (!isNameKey(key)) return [undefined, ...mentioned, unmentioned(mentioned)];
  return namespace !== undefined ? [namespace] : [unmentioned(mentioned), ...mentioned];
}

/** For each value (undefined: absent), the matches with finitely many values that allow it, ascending. */
function indexByValue(key: Key, finite: readonly number[]): Map<string | undefined, number[]> {
  const byValue = new Map<string | undefined, number[]>();
  const put = (value: string | undefined, index: number) => {
    const list = byValue.get(value);
    if (list) list.push(index);
    else byValue.set(value, [index]);
  };
  for (const index of finite) {
    const condition = key.conditions.get(index)!;
    if (condition.absent) put(undefined, index);
    for (const value of condition.values) put(value, index);
  }
  return byValue;
}

function merge(a: readonly number[], b: readonly number[]): readonly number[] {
  if (a.length === 0) return b;
  if (b.length === 0) return a;
  return [...a, ...b].sort((x, y) => x - y);
}

function toClass(
  { alive, values }: State,
  kept: number | undefined,
  namespace: string | undefined,
): PodClass {
  const matched = kept === undefined ? alive : alive.slice(0, -1);
  const labels: Record<string, string> = {};
  const ofNamespace: Record<string, string> = { [NAMESPACE_NAME_LABEL]: namespace ?? "other" };
  for (let chosen = values; chosen; chosen = chosen.before) {
    (chosen.key.part === "pod" ? labels : ofNamespace)[chosen.key.name] = chosen.value;
  }
  return {
    matched,
    signature: bitsOf(matched),
    namespace: { name: ofNamespace[NAMESPACE_NAME_LABEL]!, labels: ofNamespace },
    labels,
  };
}

/** The number with exactly these bits set. */
export function bitsOf(indices: readonly number[]): bigint {
  let bits = 0n;
  for (const index of indices) bits |= 1n << BigInt(index);
  return bits;
}
