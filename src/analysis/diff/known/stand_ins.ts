/** Which pods that no file describes need not be told of: a workload of their namespace stands for them. */
import type { Inventory, Namespace } from "../../../ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../../ir/inventory.js";
import type { PodMatch, Requirement } from "../../../ir/policy.js";
import { NO_SPAN } from "../../../source/span.js";
import type { Member } from "../../reachability/members.js";
import { selectsPod } from "../../semantics/select.js";
import { podClasses } from "../../sets/classes.js";
import { isContradictory, podConditions, podsIntersect, podsWithin } from "../../sets/pod_conditions.js";
import { saysTheSame } from "../changed_subjects.js";
import { bothSelect } from "../ends/end_set.js";
import type { EndSet } from "../ends/end_set.js";

/** More classes than these are not looked at: then the pods are told of. */
const LIMIT = 1024;

export class StandIns {
  /** Those that files describe, alike on both sides. */
  private readonly namespaces: ReadonlyMap<string, Namespace>;

  constructor(before: Inventory, after: Inventory) {
    const was = new Map(before.namespaces.map((each) => [each.name, each]));
    this.namespaces = new Map(
      after.namespaces
        .filter(
          ({ name, labels, implied }) =>
            !implied && !was.get(name)?.implied && saysTheSame(labels, was.get(name)?.labels),
        )
        .map((each) => [each.name, each]),
    );
  }

  /** Sets that have pods which may exist, and are not all like one of the members that are listed. */
  toTell(sets: readonly EndSet[], terms: readonly PodMatch[], listed: readonly Member[]): readonly EndSet[] {
    return sets.filter((set) => {
      const name = set.pods && nameOf(set.pods);
      if (!set.pods || name === undefined) return true;
      const known = this.namespaces.get(name);
      const asked = [...terms, ...set.except, set.pods];
      const within = known ? bothSelect(set.pods, justLabels(known, asked)) : set.pods;
      if (isContradictory(within) || set.except.some((each) => podsWithin(within, each))) return false;
      const pods = set.pods;
      const near = listed.filter(
        (member) =>
          isSteady(member) &&
          member.at.every(
            ({ pod, namespace }) => namespace.name === name && selectsPod(pods, pod, namespace),
          ),
      );
      return set.addresses !== undefined || !areLike(near, { ...set, pods: within }, terms);
    });
  }
}

/** What changed for it is nothing of its own. */
function isSteady({ at }: Member): boolean {
  const [was, is] = at.map(({ pod }) => pod);
  return !was!.hostNetwork && !is!.hostNetwork && saysTheSame(was!.labels, is!.labels);
}

/** Each of the pods is selected by just the terms that select one of the members. */
function areLike(members: readonly Member[], { pods, except }: EndSet, terms: readonly PodMatch[]): boolean {
  if (members.length === 0) return false;
  const within = pods!;
  const all = [...except, ...terms.filter((each) => !isContradictory(each) && podsIntersect(each, within))];
  const { classes, truncated } = podClasses(all, { within, limit: LIMIT });
  if (truncated) return false;
  const known = new Set(
    members.flatMap(({ at }) => {
      const [first, ...others] = at.map(({ pod, namespace }) =>
        [...all.keys()].filter((index) => selectsPod(all[index]!, pod, namespace)).join(),
      );
      return others.every((each) => each === first) ? [first!] : [];
    }),
  );
  return classes.every(
    ({ matched }) => matched.some((index) => index < except.length) || known.has(matched.join()),
  );
}

/** The one namespace that pods are of. */
function nameOf(pods: PodMatch): string | undefined {
  const name = podConditions(pods).get(`namespace ${NAMESPACE_NAME_LABEL}`)?.condition;
  return name && !name.others && name.values.size === 1 ? [...name.values][0] : undefined;
}

/** The pods of a namespace with such labels, as far as the terms ask. */
function justLabels({ name, labels }: Namespace, terms: readonly PodMatch[]): PodMatch {
  const asked = terms.flatMap((term) =>
    [...podConditions(term).values()].flatMap((key) => (key.part === "namespace" ? [key.name] : [])),
  );
  const requirements = [...new Set([NAMESPACE_NAME_LABEL, ...asked])].sort().map((key): Requirement => {
    const value = key === NAMESPACE_NAME_LABEL ? name : labels[key];
    return value === undefined
      ? { key, operator: "DoesNotExist", values: [], span: NO_SPAN }
      : { key, operator: "In", values: [value], span: NO_SPAN };
  });
  return {
    kind: "pods",
    namespaces: { kind: "selector", selector: { requirements, span: NO_SPAN }, span: NO_SPAN },
    pods: { requirements: [], span: NO_SPAN },
    span: NO_SPAN,
  };
}
