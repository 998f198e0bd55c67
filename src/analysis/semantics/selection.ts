/** Labels that pods may have although no manifest shows them, and what selectors then select. */
import { CONTROLLER_LABELS } from "../../ir/controller_labels.js";
import type { ChosenValue, Labels, Pod } from "../../ir/inventory.js";
import type { LabelSelector, Requirement } from "../../ir/policy.js";
import { meets } from "./select.js";

export type Selection = "yes" | "no" | "unknown";

/** Labels that the API server gives to pods as it places them. */
const OF_PLACE: ReadonlySet<string> = new Set([
  "topology.kubernetes.io/region",
  "topology.kubernetes.io/zone",
]);

/** Labels that Istio and Linkerd add to pods. */
const OF_MESHES = /(?:^|\.)(?:istio|linkerd)\.io\//;

/** Labels that pods may have although no manifest shows them. */
export function isSetLater(key: string): boolean {
  return CONTROLLER_LABELS.has(key) || isGained(key);
}

function isGained(key: string): boolean {
  return OF_PLACE.has(key) || OF_MESHES.test(key);
}

/** A pod with an address is running, so its manifest shows all of its labels. */
function mayGain({ ips }: Pick<Pod, "ips">, key: string): boolean {
  return ips.length === 0 && isGained(key);
}

/** Labels that the controller chooses, or that may be added to the pod, are unknown. */
export function selectionByLabels({ requirements }: LabelSelector, pod: Pod): Selection {
  let selection: Selection = "yes";
  for (const each of requirements) {
    const ofKey = requirementOn(pod, each);
    if (ofKey === "no") return "no";
    if (ofKey === "unknown") selection = "unknown";
  }
  return selection;
}

function requirementOn(pod: Pod, requirement: Requirement): Selection {
  const { key, operator, values } = requirement;
  const chosen = pod.chosen?.find(({ prefixes }) => Object.hasOwn(prefixes, key));
  if (chosen)
    return operator === "In" && !values.some((value) => mayBe(chosen, key, value)) ? "no" : "unknown";
  if (!Object.hasOwn(pod.labels, key) && mayGain(pod, key)) return "unknown";
  return meets(pod.labels, requirement) ? "yes" : "no";
}

function mayBe(chosen: ChosenValue, key: string, value: string): boolean {
  return choiceOf(chosen, key, value) !== undefined;
}

/** What the controller chose if a label has this value; undefined: it never has. */
export function choiceOf({ prefixes, numbers }: ChosenValue, key: string, value: string): string | undefined {
  const prefix = prefixes[key]!;
  const choice = value.slice(prefix.length);
  if (!value.startsWith(prefix) || choice === "") return undefined;
  if (!numbers) return choice;
  const { first, last = Number.MAX_SAFE_INTEGER } = numbers;
  return /^(0|[1-9][0-9]*)$/.test(choice) && first <= Number(choice) && Number(choice) <= last
    ? choice
    : undefined;
}

/** The labels that go with what the controller chose. */
export function labelsOfChoice({ prefixes }: ChosenValue, choice: string): Labels {
  return Object.fromEntries(Object.entries(prefixes).map(([key, prefix]) => [key, prefix + choice]));
}
