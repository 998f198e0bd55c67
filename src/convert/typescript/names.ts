/** Chooses names as people would: for pods after their labels, for variables after their contents. */
import type { LabelSelector, Requirement } from "../../ir/policy.js";
import * as dsl from "../../dsl/index.js";

/** Labels that say what a pod is, the most telling first. */
const TELLING = [
  "app",
  "app.kubernetes.io/name",
  "k8s-app",
  "name",
  "app.kubernetes.io/component",
  "component",
  "role",
];

const MAX_LENGTH = 40;

/**
 * Names for a selector's pods, best first: after a telling label, after the only known workload that it selects, after the
 * label and one other condition, after all conditions.
 */
export function namesOf(
  { requirements }: LabelSelector,
  workloads: readonly string[] = [],
): readonly string[] {
  const telling = TELLING.flatMap(
    (key) => requirements.find((each) => each.key === key && isOne(each)) ?? [],
  ).slice(0, 1);
  const first = telling.map(words);
  const others = requirements
    .filter((each) => !telling.includes(each))
    .map(words)
    .filter((each) => !first.includes(each));
  const candidates = [
    ...first,
    ...workloads,
    ...(first.length > 0 ? others.map((other) => [...first, other].join("-")) : []),
    [...first, ...others].join("-"),
  ];
  return candidates.map(slug).filter((name) => name !== "");
}

function isOne({ operator, values }: Requirement): boolean {
  return operator === "In" && values.length === 1 && slug(values[0]!) !== "";
}

function words({ key, operator, values }: Requirement): string {
  const name = key.slice(key.indexOf("/") + 1);
  switch (operator) {
    case "In":
      // `true` or `1` says nothing without its key.
      return values.every((value) => /^(?:|true|false|yes|no|\d+)$/i.test(value))
        ? [name, ...values.filter((value) => !/^(?:true|yes)$/i.test(value))].join("-")
        : list(values);
    case "NotIn":
      return `not-${list(values) || name}`;
    case "Exists":
      return name;
    case "DoesNotExist":
      return `no-${name}`;
  }
}

function list(values: readonly string[]): string {
  return values.length > 2 ? `${values[0]!}-or-${values.length - 1}-more` : values.join("-or-");
}

function slug(text: string): string {
  return text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, "-")
    .slice(0, MAX_LENGTH)
    .replace(/^-+|-+$/g, "");
}

/** The first free candidate, or the last one with a number. Reserves it. */
export function take(candidates: readonly string[], taken: Set<string>, separator: string): string {
  const last = candidates.at(-1)!;
  let name = candidates.find((candidate) => !taken.has(candidate));
  for (let number = 2; name === undefined; number++)
    if (!taken.has(`${last}${separator}${number}`)) name = `${last}${separator}${number}`;
  taken.add(name);
  return name;
}

/** What `polc` exports, and words that cannot be variables. */
export const RESERVED: ReadonlySet<string> = new Set([
  ...Object.keys(dsl),
  ..."arguments await break case catch class const continue debugger default delete do else enum eval export".split(
    " ",
  ),
  ..."extends false finally for function if implements import in instanceof interface let new null".split(
    " ",
  ),
  ..."package private protected public return static super switch this throw true try typeof var".split(" "),
  ..."undefined void while with yield NaN Infinity globalThis Object Array Error".split(" "),
]);

/** `kube-system` as `kubeSystem`. */
export function variableName(name: string): string {
  const camel = name.replace(
    /[^A-Za-z0-9]+(.)?/g,
    (_, next: string | undefined) => next?.toUpperCase() ?? "",
  );
  return /^[A-Za-z]/.test(camel) ? camel : `_${camel}`;
}
