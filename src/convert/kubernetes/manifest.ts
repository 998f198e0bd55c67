import type { Direction, Policy, Rule } from "../../ir/policy.js";
import { LOGGING_ANNOTATION } from "../../parser/kubernetes/logging_annotation.js";

/** A Kubernetes object, and what it was made of. */
export interface Manifest {
  readonly policy: Policy;
  readonly object: object;
  /** The rule that each item of the lists of rules comes from. */
  readonly rules: { readonly [direction in Direction]: readonly Rule[] };
}

/** `metadata` besides the name. */
export function labelsAndAnnotations({ logged, metadata }: Pick<Policy, "logged" | "metadata">): object {
  const annotations = { ...metadata?.annotations, ...(logged && { [LOGGING_ANNOTATION]: "true" }) };
  return {
    ...(metadata?.labels && { labels: metadata.labels }),
    ...(Object.keys(annotations).length > 0 && { annotations }),
  };
}
