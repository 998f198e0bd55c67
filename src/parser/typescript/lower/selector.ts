import type { Code } from "../../../source/codes.js";
import type { LabelOperator, LabelSelector, NamespaceMatch, Requirement } from "../../../ir/policy.js";
import { namespaceMatch } from "../../kubernetes/label_selector.js";
import { labelValueError, qualifiedNameError } from "../../kubernetes/names.js";
import type { Place } from "./place.js";
import { isNode, isRecord, shown } from "./report.js";
import type { Report } from "./report.js";

const OPERATORS: ReadonlySet<unknown> = new Set<LabelOperator>(["In", "NotIn", "Exists", "DoesNotExist"]);

/** Labels, or `matchLabels` and `matchExpressions`, in the canonical form of the IR. */
export function lowerSelector(value: unknown, place: Place, report: Report): LabelSelector | undefined {
  if (!isRecord(value) || isNode(value, "condition"))
    return report.error("invalid-selector", place.span, `labels must be an object, not ${shown(value)}`);
  const found = isSelectorObject(value)
    ? [
        ...ofLabels(value["matchLabels"] ?? {}, place.property("matchLabels"), report),
        ...ofExpressions(value["matchExpressions"] ?? [], place.property("matchExpressions"), report),
      ]
    : ofLabels(value, place, report);
  if (found.includes(undefined)) return undefined;
  return { requirements: canonical(found as Requirement[]), span: place.span };
}

export function lowerNamespaces(value: unknown, place: Place, report: Report): NamespaceMatch | undefined {
  const selector = lowerSelector(value, place, report);
  return selector && namespaceMatch(selector);
}

/** A label may itself be called `matchLabels`; its value is then no object of labels. */
function isSelectorObject(value: Readonly<Record<string, unknown>>): boolean {
  const { matchLabels, matchExpressions } = value;
  return (isRecord(matchLabels) && !isNode(matchLabels, "condition")) || Array.isArray(matchExpressions);
}

function ofLabels(labels: unknown, place: Place, report: Report): (Requirement | undefined)[] {
  if (!isRecord(labels))
    return [
      report.error("invalid-selector", place.span, `matchLabels must be an object, not ${shown(labels)}`),
    ];
  return Object.entries(labels).map(([key, value]) => {
    const at = place.property(key);
    if (typeof value === "string") return requirement({ key, operator: "In", values: [value] }, at, report);
    if (isNode(value, "condition")) return requirement({ ...value, key }, at, report);
    const help = "write a string, isIn(...), notIn(...), exists or absent";
    return report.error("invalid-selector", at.span, `the label "${key}" is ${shown(value)}`, { help });
  });
}

function ofExpressions(expressions: unknown, place: Place, report: Report): (Requirement | undefined)[] {
  if (!Array.isArray(expressions))
    return [
      report.error(
        "invalid-selector",
        place.span,
        `matchExpressions must be an array, not ${shown(expressions)}`,
      ),
    ];
  return expressions.map((expression, index) =>
    isRecord(expression)
      ? requirement({ values: [], ...expression }, place.item(index), report)
      : report.error(
          "invalid-selector",
          place.item(index).span,
          `an expression must be an object, not ${shown(expression)}`,
        ),
  );
}

function requirement(
  value: Readonly<Record<string, unknown>>,
  place: Place,
  report: Report,
): Requirement | undefined {
  const { key, operator, values } = value;
  const error = (rule: Code, message: string) => report.error(rule, place.span, message);
  if (typeof key !== "string")
    return error("invalid-selector", `a label key must be a string, not ${shown(key)}`);
  const keyError = qualifiedNameError(key);
  if (keyError) return error("invalid-label", `the label key "${key}" ${keyError}`);
  if (!OPERATORS.has(operator))
    return error("unknown-operator", `${shown(operator)} is not one of In, NotIn, Exists and DoesNotExist`);
  if (!isStrings(values)) return error("invalid-selector", "label values must be strings");
  const takesValues = operator === "In" || operator === "NotIn";
  if (takesValues && values.length === 0) return error("missing-values", `${operator} needs values`);
  if (!takesValues && values.length > 0)
    return error("unexpected-values", `${operator as string} takes no values`);
  for (const text of values) {
    const valueError = labelValueError(text);
    if (valueError) return error("invalid-label", `the label value "${text}" ${valueError}`);
  }
  return { key, operator: operator as LabelOperator, values: [...new Set(values)].sort(), span: place.span };
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((text) => typeof text === "string");
}

function canonical(requirements: readonly Requirement[]): Requirement[] {
  const sorted = [...requirements].sort((a, b) => compare(identity(a), identity(b)));
  return sorted.filter(
    (each, index) => index === 0 || identity(each).join("\0") !== identity(sorted[index - 1]!).join("\0"),
  );
}

function identity({ key, operator, values }: Requirement): string[] {
  return [key, operator, ...values];
}

function compare(a: readonly string[], b: readonly string[]): number {
  for (let i = 0; i < Math.min(a.length, b.length); i++) if (a[i] !== b[i]) return a[i]! < b[i]! ? -1 : 1;
  return a.length - b.length;
}
