/** Selectors that match no pod, although all pods they choose from are known. */
import { isContradictory } from "../../analysis/sets/pod_conditions.js";
import { isSetLater } from "../../analysis/semantics/selection.js";
import type { Pod } from "../../ir/inventory.js";
import type { LabelSelector, PodMatch, Policy } from "../../ir/policy.js";
import type { KnownPods } from "./known_pods.js";
import type { Finding } from "../rule.js";

/** The finding for such a selector; undefined if it selects a pod, or may. `role` is "the subject" or "the peer". */
export function danglingFinding(known: KnownPods, match: PodMatch, role: string): Finding | undefined {
  // A selector that only excludes labels names nothing that could be misspelt.
  const names = match.pods.requirements.some(({ operator }) => operator === "In" || operator === "Exists");
  if (!names || isContradictory(match)) return undefined;
  if (known.selectedAmongKnown(match)?.length !== 0) return undefined;
  const among = known.amongKnown(match) ?? [];
  if (!among.some((pod) => hasKeys(pod, match.pods))) return undefined;
  return {
    span: match.pods.span,
    message: `${role} selects none of the ${countOf(among)} in ${namespacesOf(among)}`,
    help: "check the labels for a typo, or lint the files that describe its pods too",
  };
}

/**
 * Something else, such as an operator or a chart, creates pods with other label keys; and whoever runs another job
 * creates its pods.
 */
function hasKeys({ labels, workload }: Pod, { requirements }: LabelSelector): boolean {
  const isWritten = (key: string) => Object.hasOwn(labels, key) && !(workload && isSetLater(key));
  return requirements.every(
    ({ key, operator }) => operator === "DoesNotExist" || operator === "NotIn" || isWritten(key),
  );
}

export function subjectsOf(policy: Policy): readonly PodMatch[] {
  return policy.tier === "networkpolicy" ? [policy.subject] : policy.rules.map(({ subject }) => subject);
}

function countOf(pods: readonly Pod[]): string {
  return pods.length === 1 ? "1 known pod" : `${pods.length} known pods`;
}

function namespacesOf(pods: readonly Pod[]): string {
  const names = [...new Set(pods.map(({ namespace }) => namespace))];
  return `namespace${names.length === 1 ? "" : "s"} ${names.join(", ")}`;
}
