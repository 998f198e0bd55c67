/** The pods that a workload's template may stand for, as far as selectors can distinguish their labels. */
import { LABELS } from "../../ir/controller_labels.js";
import type { ChosenValue, Labels, Pod } from "../../ir/inventory.js";
import type { Peer, Policy } from "../../ir/policy.js";
import { choiceOf, labelsOfChoice } from "./selection.js";

export interface PodVariant extends Pod {
  /** Labels whose value stands for all values that no term mentions. */
  readonly standIns?: readonly string[];
}

/** The values that terms mention, by label: only these matter among a controller's choices. */
export type AskedLabels = ReadonlyMap<string, ReadonlySet<string>>;

export const NOTHING_ASKED: AskedLabels = new Map();

export function askedLabels(terms: Iterable<Peer>): AskedLabels {
  const asked = new Map<string, Set<string>>();
  for (const term of terms) {
    if (term.kind === "block") continue;
    for (const { key, values } of term.pods.requirements) {
      const known = asked.get(key) ?? new Set();
      for (const value of values) known.add(value);
      asked.set(key, known);
    }
  }
  return asked;
}

/** Every match that policies have. */
export function termsOf(policies: readonly Policy[]): readonly Peer[] {
  return policies.flatMap((policy) => [
    ...(policy.tier === "networkpolicy" ? [policy.subject] : []),
    ...policy.rules.flatMap(({ subject, peers = [] }) => [subject, ...peers]),
  ]);
}

/**
 * The pod with each of its controller's choices that the mentioned labels distinguish. If there are several, the one with
 * no mentioned choice comes first. A pod with known labels has one variant.
 */
export function podVariants(pod: PodVariant, asked: AskedLabels): readonly PodVariant[] {
  let variants: readonly PodVariant[] = [pod];
  for (const chosen of pod.chosen ?? []) {
    const choices = choicesOf(chosen, asked);
    variants = variants.flatMap((variant) => choices.map((choice) => withChoice(variant, chosen, choice)));
  }
  return variants;
}

interface Choice {
  readonly text: string;
  /** It stands for others too. */
  readonly standsIn: boolean;
}

/** A pod with its own name, as in a StatefulSet, is named by it. */
function withChoice(pod: PodVariant, chosen: ChosenValue, { text, standsIn }: Choice): PodVariant {
  const labels = labelsOfChoice(chosen, text);
  const name = standsIn ? undefined : labels[LABELS.podName];
  const standIns = standsIn ? [...(pod.standIns ?? []), ...Object.keys(labels)] : pod.standIns;
  return {
    ...pod,
    ...(name !== undefined && { name }),
    labels: { ...pod.labels, ...labels },
    ...(standIns && { standIns }),
  };
}

function choicesOf(chosen: ChosenValue, asked: AskedLabels): readonly Choice[] {
  const values = Object.keys(chosen.prefixes).flatMap((key) =>
    [...(asked.get(key) ?? [])].map((value) => choiceOf(chosen, key, value)),
  );
  const wanted = new Set(values.filter((choice) => choice !== undefined));
  const other = otherChoice(chosen, wanted);
  return [...(other ? [other] : []), ...[...wanted].map((text) => ({ text, standsIn: false }))];
}

/** A choice that no term mentions; undefined if all are mentioned. */
function otherChoice({ numbers }: ChosenValue, wanted: ReadonlySet<string>): Choice | undefined {
  if (!numbers) {
    let text = "unknown";
    for (let i = 2; wanted.has(text); i++) text = `unknown${i}`;
    return { text, standsIn: true };
  }
  const { first, last = Infinity } = numbers;
  const others = last - first + 1 - wanted.size;
  for (let number = first; number <= last; number++)
    if (!wanted.has(String(number))) return { text: String(number), standsIn: others > 1 };
  return undefined;
}

/** The labels that are known. */
export function knownLabels({ labels, standIns }: Pick<PodVariant, "labels" | "standIns">): Labels {
  return standIns
    ? Object.fromEntries(Object.entries(labels).filter(([key]) => !standIns.includes(key)))
    : labels;
}

/** Both are the very same pod, and not two of one template. */
export function isSamePod(a: Pod, b: Pod): boolean {
  return (
    a.namespace === b.namespace &&
    a.name === b.name &&
    (a.workload ?? a.owner)?.kind === (b.workload ?? b.owner)?.kind &&
    isOnePod(a) &&
    isOnePod(b)
  );
}

/** Does it stand for a single pod, because it runs or has its own name? */
export function isOnePod({ workload, name, labels }: Pod): boolean {
  return workload === undefined || labels[LABELS.podName] === name;
}
