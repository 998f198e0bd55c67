import { Node, constant } from "./node.js";

/** A condition on one label, for use as a label's value. */
export class Condition extends Node<"condition"> {}

/** A label's value, or a condition on it. */
export type LabelValue = string | Condition;

/** Labels that must all match. An empty object selects everything. */
export type Labels = Readonly<Record<string, LabelValue>>;

export interface LabelExpression {
  readonly key: string;
  readonly operator: "In" | "NotIn" | "Exists" | "DoesNotExist";
  /** At least one for In and NotIn; none for Exists and DoesNotExist. */
  readonly values?: readonly string[];
}

/** A selector in the form of the Kubernetes API, for several conditions on one label. */
export interface SelectorObject {
  readonly matchLabels?: Readonly<Record<string, string>>;
  readonly matchExpressions?: readonly LabelExpression[];
}

export type Selector = Labels | SelectorObject;

/** The label is present and has one of these values. */
export function isIn(first: string, ...more: readonly string[]): Condition {
  return new Condition("condition", { operator: "In", values: [first, ...more] });
}

/** The label is absent, or has none of these values. */
export function notIn(first: string, ...more: readonly string[]): Condition {
  return new Condition("condition", { operator: "NotIn", values: [first, ...more] });
}

/** The label is present, with any value. */
export const exists = constant(new Condition("condition", { operator: "Exists", values: [] }));

/** The label is absent. */
export const absent = constant(new Condition("condition", { operator: "DoesNotExist", values: [] }));
