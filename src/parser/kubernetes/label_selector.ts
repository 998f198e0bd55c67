/** `metav1.LabelSelector`: checked as the API server does, lowered to its canonical form. */
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import type { LabelOperator, LabelSelector, NamespaceMatch, Requirement } from "../../ir/policy.js";
import { quoted } from "../quoted.js";
import { entriesOf, get, itemsOf, textOf } from "../yaml/node.js";
import type { Node, Range } from "../yaml/node.js";
import { spanOf } from "../yaml/problem.js";
import { labelValueError, qualifiedNameError } from "./names.js";
import { checkLabels, LABEL_KEY, LABEL_VALUE } from "./object_meta.js";
import { requiredField } from "./object_fields.js";
import type { ObjectReport } from "./object_report.js";

/** @param at what to point at when the selector is absent, which selects everything */
export function readSelector(
  node: Node | undefined,
  at: Range,
  path: string,
  report: ObjectReport,
): LabelSelector {
  const requirements: Requirement[] = [];
  const labels = get(node, "matchLabels");
  checkLabels(labels, `${path}.matchLabels`, report, "selectorError");
  for (const { key, keyRange, value } of entriesOf(labels)) {
    const span = spanOf(report.file, { start: keyRange.start, end: Math.max(keyRange.end, value.end) });
    requirements.push(requirement(key, "In", [textOf(value) ?? ""], span));
  }
  for (const [index, item] of itemsOf(get(node, "matchExpressions")).entries()) {
    const read = readRequirement(item, `${path}.matchExpressions[${index}]`, report);
    if (read) requirements.push(read);
  }
  return Object.freeze({ requirements: canonical(requirements), span: spanOf(report.file, node ?? at) });
}

/** A selector that can only mean one namespace is that namespace, since the API server sets its name label. */
export function namespaceMatch(selector: LabelSelector): NamespaceMatch {
  const [only, ...others] = selector.requirements;
  const { span } = selector;
  if (
    only?.key === NAMESPACE_NAME_LABEL &&
    only.operator === "In" &&
    only.values.length === 1 &&
    others.length === 0
  )
    return Object.freeze({ kind: "name", name: only.values[0]!, span });
  return Object.freeze({ kind: "selector", selector, span });
}

/** What the definition of a custom resource requires of its selectors. */
export function checkStoredSelector(selector: Node, path: string, report: ObjectReport): void {
  for (const [index, item] of itemsOf(get(selector, "matchExpressions")).entries())
    checkStored(item, `${path}.matchExpressions[${index}]`, report);
}

/** False if something is missing, after reporting it. */
function checkStored(requirement: Node, path: string, report: ObjectReport): boolean {
  const { errors } = report;
  requiredField(requirement, "key", path, report);
  requiredField(requirement, "operator", path, report);
  for (const [index, value] of itemsOf(get(requirement, "values")).entries())
    if (value.type === "null")
      report.error("wrong-type", value, `${path}.values[${index}]`, "must be text, not empty", {
        help: "write a value, or remove it",
      });
  return report.errors === errors;
}

function readRequirement(node: Node, path: string, report: ObjectReport): Requirement | undefined {
  if (!report.readable(node)) return undefined;
  if (report.isCustom && !checkStored(node, path, report)) return undefined;
  const operator = textOf(get(node, "operator")) ?? "";
  const values = itemsOf(get(node, "values"));
  checkOperator(node, operator, values, path, report);
  const keyNode = get(node, "key");
  const key = textOf(keyNode) ?? "";
  const keyError = qualifiedNameError(key);
  if (keyError)
    report.selectorError(
      "invalid-label",
      keyNode ?? node,
      `${path}.key`,
      `${quoted(key)} ${keyError}`,
      LABEL_KEY,
    );
  for (const [index, value] of values.entries()) {
    const text = textOf(value) ?? "";
    const error = labelValueError(text);
    if (error)
      report.selectorError(
        "invalid-label",
        value,
        `${path}.values[${index}]`,
        `${quoted(text)} ${error}`,
        LABEL_VALUE,
      );
  }
  return requirement(
    key,
    operator as LabelOperator,
    values.map((value) => textOf(value) ?? ""),
    spanOf(report.file, node),
  );
}

function checkOperator(
  node: Node,
  operator: string,
  values: readonly Node[],
  path: string,
  report: ObjectReport,
): void {
  const at = get(node, "values") ?? node;
  switch (operator) {
    case "In":
    case "NotIn":
      if (values.length === 0)
        report.selectorError("missing-values", at, `${path}.values`, `${operator} needs values`, {
          help: "list the values, or use Exists or DoesNotExist",
        });
      return;
    case "Exists":
    case "DoesNotExist":
      if (values.length > 0)
        report.selectorError("unexpected-values", at, `${path}.values`, `${operator} takes no values`, {
          help: "remove the values, or use In or NotIn",
        });
      return;
    default:
      report.selectorError(
        "unknown-operator",
        get(node, "operator") ?? node,
        `${path}.operator`,
        operator === "" ? "the operator is missing" : `${quoted(operator)} is not an operator`,
        { help: "write In, NotIn, Exists or DoesNotExist" },
      );
  }
}

function requirement(
  key: string,
  operator: LabelOperator,
  values: string[],
  span: Requirement["span"],
): Requirement {
  const sorted = values.length > 1 ? [...new Set(values)].sort() : values;
  return Object.freeze({ key, operator, values: Object.freeze(sorted), span });
}

function canonical(requirements: Requirement[]): readonly Requirement[] {
  if (requirements.length > 1) {
    requirements.sort(compare);
    requirements = requirements.filter(
      (item, index) => index === 0 || compare(requirements[index - 1]!, item) !== 0,
    );
  }
  return Object.freeze(requirements);
}

/** By key, operator, then values. Sorting is stable, so the first of two equal ones stays. */
function compare(a: Requirement, b: Requirement): number {
  return compareText(a.key, b.key) || compareText(a.operator, b.operator) || compareLists(a.values, b.values);
}

function compareLists(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < a.length && i < b.length; i++) {
    const order = compareText(a[i]!, b[i]!);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
