/** A `PodMatch` as one condition a label key, and how two of them relate in every possible cluster. */
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import type { LabelSelector, PodMatch, Requirement } from "../../ir/policy.js";
import type { Condition } from "./condition.js";
import { conditionOf, disjoint, implies, isEmpty } from "./condition.js";

/** A label key: of the namespace, or of the pod itself. */
export interface LabelKey {
  readonly part: "namespace" | "pod";
  readonly name: string;
}

/** A key and its condition, by a text that is one for each key. */
export type PodConditions = ReadonlyMap<string, LabelKey & { readonly condition: Condition }>;

interface Known {
  readonly text: string;
  readonly conditions: PodConditions;
  readonly isContradictory: boolean;
}

const known = new WeakMap<PodMatch, Known>();
const byText = new Map<string, Known>();

/** Cached for each match: analysis asks for the same ones over and over. Equal matches have the very same one. */
function knownOf(match: PodMatch): Known {
  let found = known.get(match);
  if (!found) {
    const text = compose(match);
    found = byText.get(text);
    if (!found) {
      const conditions = compute(match);
      const isContradictory = [...conditions.values()].some(({ condition }) => isEmpty(condition));
      byText.set(text, (found = { text, conditions, isContradictory }));
    }
    known.set(match, found);
  }
  return found;
}

export function podConditions(match: PodMatch): PodConditions {
  return knownOf(match).conditions;
}

/** Equal for equal matches, spans aside. */
export function textOf(match: PodMatch): string {
  return knownOf(match).text;
}

/** Each part with its length before it, so that no part can pass for others. */
function compose({ namespaces, pods }: PodMatch): string {
  if (namespaces.kind === "name") return `name ${sized(namespaces.name)}${selectorText(pods)}`;
  return `selector ${selectorText(namespaces.selector)}${selectorText(pods)}`;
}

function selectorText({ requirements }: LabelSelector): string {
  let text = `${requirements.length} `;
  for (const { key, operator, values } of requirements) {
    text += `${sized(key)}${operator} ${values.length} `;
    for (const value of values) text += sized(value);
  }
  return text;
}

function sized(part: string): string {
  return `${part.length} ${part}`;
}

export function isNameKey({ part, name }: LabelKey): boolean {
  return part === "namespace" && name === NAMESPACE_NAME_LABEL;
}

/** No pod of any cluster is selected. */
export function isContradictory(match: PodMatch): boolean {
  return knownOf(match).isContradictory;
}

/** Some pod of some cluster could be selected by both. Neither may be contradictory. */
export function podsIntersect(a: PodMatch, b: PodMatch): boolean {
  return conditionsIntersect(podConditions(a), podConditions(b));
}

/** The same of the conditions of two matches. */
export function conditionsIntersect(own: PodConditions, others: PodConditions): boolean {
  if (own === others) return true;
  for (const [id, { condition }] of own) {
    const other = others.get(id);
    if (other && disjoint(condition, other.condition)) return false;
  }
  return true;
}

/** Every pod of every cluster that `a` selects, `b` selects. `a` may not be contradictory. */
export function podsWithin(a: PodMatch, b: PodMatch): boolean {
  return conditionsWithin(podConditions(a), podConditions(b));
}

/** The same of the conditions of two matches. */
export function conditionsWithin(own: PodConditions, others: PodConditions): boolean {
  if (own === others) return true;
  for (const [id, { condition }] of others) {
    const mine = own.get(id);
    // A namespace always has a name, but nothing else is implied by a key that `a` does not mention.
    if (!mine) return false;
    if (!implies(mine.condition, condition)) return false;
  }
  return true;
}

function compute({ namespaces, pods }: PodMatch): PodConditions {
  const found = new Map<string, LabelKey & { condition: Condition }>();
  const add = (part: LabelKey["part"], name: string, condition: Condition) => {
    found.set(`${part} ${name}`, { part, name, condition });
  };
  if (namespaces.kind === "name") {
    add("namespace", NAMESPACE_NAME_LABEL, {
      values: new Set([namespaces.name]),
      others: false,
      absent: false,
    });
  } else {
    for (const [name, requirements] of byKey(namespaces.selector.requirements)) {
      const condition = conditionOf(requirements);
      add("namespace", name, name === NAMESPACE_NAME_LABEL ? ofNames(condition) : condition);
    }
  }
  for (const [name, requirements] of byKey(pods.requirements)) add("pod", name, conditionOf(requirements));
  return found;
}

function byKey(requirements: readonly Requirement[]): Map<string, Requirement[]> {
  const groups = new Map<string, Requirement[]>();
  for (const requirement of requirements) {
    const group = groups.get(requirement.key);
    if (group) group.push(requirement);
    else groups.set(requirement.key, [requirement]);
  }
  return groups;
}

/** The label that holds a namespace's name is never absent, and holds only what can be such a name. */
function ofNames(condition: Condition): Condition {
  return { ...condition, absent: false, values: new Set([...condition.values].filter(isNamespaceName)) };
}

function isNamespaceName(text: string): boolean {
  return text.length <= 63 && /^[a-z0-9]([-a-z0-9]*[a-z0-9])?$/.test(text);
}
