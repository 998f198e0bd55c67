/** Where two policy sets can differ at all: the subjects of what only one of them says. */
import { KEYS_OF_WRITING } from "../../ir/namespaced.js";
import type { Direction, NetworkPolicy, PodMatch, Policy } from "../../ir/policy.js";
import { isContradictory } from "../sets/pod_conditions.js";
import { contentOf, distinct } from "../sides/content.js";

/** The policies of each side without an equal one on the other, spans and logging aside. */
export interface ChangedPolicies {
  readonly before: readonly Policy[];
  readonly after: readonly Policy[];
}

const known = new WeakMap<readonly Policy[], WeakMap<readonly Policy[], ChangedPolicies>>();

/** Cached: several comparisons ask of the same sets. */
export function changedPolicies(before: readonly Policy[], after: readonly Policy[]): ChangedPolicies {
  let found = known.get(before);
  if (!found) known.set(before, (found = new WeakMap()));
  let changed = found.get(after);
  if (!changed) found.set(after, (changed = compare(before, after)));
  return changed;
}

function compare(before: readonly Policy[], after: readonly Policy[]): ChangedPolicies {
  const unmatched = new Map<string, Policy[]>();
  for (const policy of after) {
    const key = identityOf(policy);
    const list = unmatched.get(key);
    if (list) list.push(policy);
    else unmatched.set(key, [policy]);
  }
  const gone = before.filter((policy) => {
    const list = unmatched.get(identityOf(policy));
    const index = list?.findIndex((other) => saysTheSame(policy, other)) ?? -1;
    if (index >= 0) list!.splice(index, 1);
    return index < 0;
  });
  return { before: gone, after: [...unmatched.values()].flat() };
}

function identityOf(policy: Policy): string {
  return policy.kind === "NetworkPolicy"
    ? `${policy.namespace}/${policy.name}`
    : `${policy.kind} ${policy.name}`;
}

const SILENT: ReadonlySet<string> = new Set([...KEYS_OF_WRITING, "logged"]);

/** Equal values, where they are written and logging aside. */
export function saysTheSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  if (Array.isArray(a))
    return Array.isArray(b) && a.length === b.length && a.every((item, i) => saysTheSame(item, b[i]));
  return (
    saysAllOf(a as Data, b as Data) && Object.keys(b).every((key) => SILENT.has(key) || Object.hasOwn(a, key))
  );
}

type Data = Readonly<Record<string, unknown>>;

function saysAllOf(a: Data, b: Data): boolean {
  for (const key of Object.keys(a))
    if (!SILENT.has(key) && !(Object.hasOwn(b, key) && saysTheSame(a[key], b[key]))) return false;
  return true;
}

/**
 * Subjects such that a pod which none of them selects is spoken of alike by both sides in this direction. What a
 * NetworkPolicy is called, and how the rules of the pods are spread over several, makes no difference; the order of
 * tier policies does, so all rules of a changed one count.
 */
export function changedSubjects(changed: ChangedPolicies, direction: Direction): readonly PodMatch[] {
  const [before, after] = [said(changed.before, direction), said(changed.after, direction)];
  const only = (own: ReadonlyMap<string, PodMatch>, other: ReadonlyMap<string, PodMatch>) =>
    [...own].filter(([text]) => !other.has(text)).map(([, subject]) => subject);
  const inTiers = [...changed.before, ...changed.after].flatMap((policy) =>
    policy.tier === "networkpolicy"
      ? []
      : policy.rules.filter((rule) => rule.direction === direction).map((rule) => rule.subject),
  );
  const subjects = [...only(before, after), ...only(after, before), ...inTiers];
  return distinct(subjects).filter((subject) => !isContradictory(subject));
}

/** What the NetworkPolicies say, by text: that pods are isolated, and each rule. */
function said(policies: readonly Policy[], direction: Direction): ReadonlyMap<string, PodMatch> {
  const isolating = policies.filter(
    (policy): policy is NetworkPolicy => policy.tier === "networkpolicy" && policy.isolates[direction],
  );
  return new Map(
    isolating.flatMap(({ subject, rules }) => {
      const text = contentOf(subject);
      const own = rules.filter((rule) => rule.direction === direction);
      return [text, ...own.map((rule) => `${text} ${contentOf(rule)}`)].map(
        (each) => [each, subject] as const,
      );
    }),
  );
}
