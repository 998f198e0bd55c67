/** Two classes of pods in one cluster: a namespace has its labels once, so not every two pods can both be there. */
import type { PodMatch, Requirement } from "../../ir/policy.js";
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import { allows } from "../sets/condition.js";
import { podClasses, unmentioned } from "../sets/classes.js";
import type { PodClass } from "../sets/classes.js";
import { selectsPod } from "../semantics/select.js";
import { isContradictory, podConditions } from "../sets/pod_conditions.js";
import type { PodKind } from "../sides/policy_index.js";
import { bothSelect } from "./ends/end_set.js";

/** The pods within that just these terms select. */
export interface ClassOfPods {
  readonly pod: PodKind;
  readonly matched: readonly number[];
  readonly terms: readonly PodMatch[];
  readonly within: PodMatch | undefined;
}

/** A pod of each that are in one cluster; undefined: there is no such cluster. */
export function meetingPods(own: ClassOfPods, far: ClassOfPods): readonly [PodKind, PodKind] | undefined {
  if (canBoth(own.pod, far.pod)) return [own.pod, far.pod];
  // Both are in one namespace, of which what one of them asks is all that is known.
  if (!asksForLabels(far)) return [own.pod, { ...far.pod, namespace: own.pod.namespace }];
  if (!asksForLabels(own)) return [{ ...own.pod, namespace: far.pod.namespace }, far.pod];
  const together = withLabelsOfBoth(own, far);
  if (together) return together;
  const names = new Set([...namesIn(own), ...namesIn(far)]);
  const { name } = far.pod.namespace;
  if (!names.has(name)) return [own.pod, renamed(far.pod, unmentioned(new Set([...names, name])))];
  const places = [...names, unmentioned(names)];
  const podsOf = (each: ClassOfPods) =>
    (finiteNames(each) ?? places).flatMap((place) => podAt(each, place) ?? []);
  const [ownPlaces, farPlaces] = [podsOf(own), podsOf(far)];
  for (const a of ownPlaces)
    for (const b of farPlaces) if (a.namespace.name !== b.namespace.name) return [a, b];
  const [place] = ownPlaces;
  return place && inOneNamespace(own, far, place.namespace.name);
}

/** The pods as they are, in one namespace that has the labels of one of the two, or of both. */
function withLabelsOfBoth(own: ClassOfPods, far: ClassOfPods): readonly [PodKind, PodKind] | undefined {
  const { name, labels: a } = own.pod.namespace;
  const b = far.pod.namespace.labels;
  for (const labels of [a, b, { ...b, ...a }, { ...a, ...b }]) {
    const namespace = { name, labels };
    const [one, other] = [own, far].map(({ pod }): PodKind => ({ namespace, labels: pod.labels }));
    if (isOfClass(own, one!) && isOfClass(far, other!)) return [one!, other!];
  }
  return undefined;
}

function isOfClass({ terms, matched, within }: ClassOfPods, pod: PodKind): boolean {
  if (within && !selectsPod(within, pod, pod.namespace)) return false;
  const chosen = new Set(matched);
  return near(terms, pod.namespace.name).every(
    (index) => selectsPod(terms[index]!, pod, pod.namespace) === chosen.has(index),
  );
}

const nearby = new WeakMap<readonly PodMatch[], Map<string, readonly number[]>>();

/** The terms that may select pods of a namespace with this name. */
function near(terms: readonly PodMatch[], name: string): readonly number[] {
  let byName = nearby.get(terms);
  if (!byName) nearby.set(terms, (byName = new Map()));
  let found = byName.get(name);
  if (!found) {
    found = [...terms.keys()].filter((index) => {
      const condition = podConditions(terms[index]!).get(NAME)?.condition;
      return !condition || allows(condition, name);
    });
    byName.set(name, found);
  }
  return found;
}

const NAME = `namespace ${NAMESPACE_NAME_LABEL}`;

const asking = new WeakMap<readonly PodMatch[], boolean>();

/** What selects the pods, or not, is not only the name of their namespace. */
function asksForLabels({ terms, within }: ClassOfPods): boolean {
  let asks = asking.get(terms);
  if (asks === undefined) asking.set(terms, (asks = terms.some(asksForLabel)));
  return asks || (within !== undefined && asksForLabel(within));
}

function asksForLabel(term: PodMatch): boolean {
  return [...podConditions(term)].some(([id, { part }]) => part === "namespace" && id !== NAME);
}

/** The few names that the namespace can have by the terms which select the pods; undefined: any. */
function finiteNames(each: ClassOfPods): readonly string[] | undefined {
  const conditions = selectingTerms(each).flatMap((term) => podConditions(term).get(NAME)?.condition ?? []);
  const finite = conditions.find(({ others }) => !others);
  return (
    finite && [...finite.values].filter((name) => conditions.every((condition) => allows(condition, name)))
  );
}

function canBoth(a: PodKind, b: PodKind): boolean {
  if (a.namespace.name !== b.namespace.name) return true;
  const [one, other] = [a.namespace.labels, b.namespace.labels];
  const keys = new Set([...Object.keys(one), ...Object.keys(other)]);
  return [...keys].every((key) => one[key] === other[key]);
}

function renamed({ namespace, labels }: PodKind, name: string): PodKind {
  return { namespace: { name, labels: { ...namespace.labels, [NAMESPACE_NAME_LABEL]: name } }, labels };
}

const mentioned = new WeakMap<readonly PodMatch[], ReadonlySet<string>>();

function namesIn({ terms, within }: ClassOfPods): readonly string[] {
  let names = mentioned.get(terms);
  if (!names) mentioned.set(terms, (names = new Set(terms.flatMap(namesOf))));
  return within ? [...names, ...namesOf(within)] : [...names];
}

function namesOf(term: PodMatch): readonly string[] {
  return [...(podConditions(term).get(NAME)?.condition.values ?? [])];
}

/** A pod of the class in the namespace of this name. */
function podAt(each: ClassOfPods, namespace: string): PodClass | undefined {
  const { selecting, others } = split(each, namespace);
  return anyPod(selecting, others, namespace);
}

function anyPod(
  selecting: readonly PodMatch[],
  others: readonly PodMatch[],
  namespace: string,
): PodClass | undefined {
  const within = selecting.reduce((all: PodMatch | undefined, each) => bothSelect(all, each), undefined);
  if (within && isContradictory(within)) return undefined;
  const { classes } = podClasses(others, { namespace, ...(within && { within }) });
  return classes.find(({ matched }) => matched.length === 0);
}

/** The terms that select the class, and the others that may select pods of the namespace. */
function split(each: ClassOfPods, namespace: string) {
  const { matched, terms } = each;
  const chosen = new Set(matched);
  const others = near(terms, namespace).filter((index) => !chosen.has(index));
  return { selecting: selectingTerms(each), others: others.map((index) => terms[index]!) };
}

function selectingTerms({ matched, terms, within }: ClassOfPods): readonly PodMatch[] {
  return [...matched.map((index) => terms[index]!), ...(within ? [within] : [])];
}

/** What no label key begins with: both pods are looked for as one, whose labels of the second have keys of their own. */
const OF_FAR = "far ";

function inOneNamespace(
  own: ClassOfPods,
  far: ClassOfPods,
  name: string,
): readonly [PodKind, PodKind] | undefined {
  const [a, b] = [split(own, name), split(far, name)];
  const pair = anyPod(
    [...a.selecting, ...b.selecting.map(asFar)],
    [...a.others, ...b.others.map(asFar)],
    name,
  );
  if (!pair) return undefined;
  const { namespace, labels } = pair;
  const entries = Object.entries(labels);
  const ofFar = entries.filter(([key]) => key.startsWith(OF_FAR));
  return [
    { namespace, labels: Object.fromEntries(entries.filter(([key]) => !key.startsWith(OF_FAR))) },
    { namespace, labels: Object.fromEntries(ofFar.map(([key, value]) => [key.slice(OF_FAR.length), value])) },
  ];
}

function asFar(match: PodMatch): PodMatch {
  const requirements = match.pods.requirements.map((each): Requirement => {
    return { ...each, key: `${OF_FAR}${each.key}` };
  });
  return { ...match, pods: { ...match.pods, requirements } };
}
