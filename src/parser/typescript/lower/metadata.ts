import type { PolicyMetadata } from "../../../ir/policy.js";
import { LOGGING_ANNOTATION } from "../../kubernetes/logging_annotation.js";
import { labelValueError, qualifiedNameError } from "../../kubernetes/names.js";
import type { Place, Untrusted } from "./place.js";
import { isRecord, shown } from "./report.js";
import type { Report } from "./report.js";
import { isPresent } from "./sentence.js";

/** `labels` and `annotations` of a document, checked as the API server does. */
export function lowerMetadata(
  options: Untrusted,
  optionsAt: Place,
  report: Report,
): { readonly metadata?: PolicyMetadata } {
  const labels = lowerMap("labels", options, optionsAt, report);
  const annotations = lowerMap("annotations", options, optionsAt, report);
  if (!labels && !annotations) return {};
  return { metadata: { ...(labels && { labels }), ...(annotations && { annotations }) } };
}

function lowerMap(
  option: "labels" | "annotations",
  options: Untrusted,
  optionsAt: Place,
  report: Report,
): Readonly<Record<string, string>> | undefined {
  const value = options[option];
  if (!isPresent(value)) return undefined;
  const place = optionsAt.property(option);
  if (!isRecord(value))
    return report.error("invalid-value", place.span, `${option} must be an object, not ${shown(value)}`);
  const [rule, what] =
    option === "labels"
      ? (["invalid-label", "label"] as const)
      : (["invalid-annotation", "annotation"] as const);
  for (const [key, text] of Object.entries(value)) {
    const { span } = place.property(key);
    const error = qualifiedNameError(option === "labels" ? key : key.toLowerCase());
    if (error) report.error(rule, span, `the ${what} ${shown(key)} ${error}`);
    if (typeof text !== "string") {
      report.error(rule, span, `the ${what} ${shown(key)} is ${shown(text)}, not a string`);
      continue;
    }
    const valueError = option === "labels" ? labelValueError(text) : undefined;
    if (valueError) report.error(rule, span, `the value ${shown(text)} ${valueError}`);
    if (key === LOGGING_ANNOTATION)
      report.error(rule, span, `${key} must be set with an option`, {
        help: "write `logged: true` instead of the annotation",
      });
  }
  return Object.keys(value).length > 0 ? (value as Record<string, string>) : undefined;
}
