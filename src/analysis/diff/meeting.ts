/** Two classes of pods in one cluster: a namespace has its labels once, so not every two pods can both be there. */
import type { PodMatch, Requirement } from "../../ir/policy.js";
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import { podClasses, unmentioned } from "../sets/classes.js";
import type { PodClass } from "../sets/classes.js";
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
  const names = new Set([...namesIn(own), ...namesIn(far)]);
  const { name } = far.pod.namespace;
  if (!names.has(name)) return [own.pod, renamed(far.pod, unmentioned(new Set([...names, name])))];
  const other = unmentioned(names);
  const places = [...names, other];
  const podsOf = (each: ClassOfPods) => places.flatMap((place) => podAt(each, place) ?? []);
  const [ownPlaces, farPlaces] = [podsOf(own), podsOf(far)];
  for (const a of ownPlaces)
    for (const b of farPlaces) if (a.namespace.name !== b.namespace.name) return [a, b];
  const [place] = ownPlaces;
  return place && inOneNamespace(own, far, place.namespace.name);
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

function* namesIn({ terms, within }: ClassOfPods): Generator<string> {
  for (const term of within ? [...terms, within] : terms)
    yield* podConditions(term).get(`namespace ${NAMESPACE_NAME_LABEL}`)?.condition.values ?? [];
}

/** A pod of the class in the namespace of this name. */
function podAt(each: ClassOfPods, namespace: string): PodClass | undefined {
  const { selecting, others } = split(each);
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

function split({ matched, terms, within }: ClassOfPods) {
  const chosen = new Set(matched);
  return {
    selecting: [...terms.filter((_, index) => chosen.has(index)), ...(within ? [within] : [])],
    others: terms.filter((_, index) => !chosen.has(index)),
  };
}

/** What no label key begins with: both pods are looked for as one, whose labels of the second have keys of their own. */
const OF_FAR = "far ";

function inOneNamespace(
  own: ClassOfPods,
  far: ClassOfPods,
  name: string,
): readonly [PodKind, PodKind] | undefined {
  const [a, b] = [split(own), split(far)];
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
