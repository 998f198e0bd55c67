import { posix } from "node:path";
import { isContradictory, podConditions, textOf } from "../../analysis/sets/pod_conditions.js";
import { impliedNamespace, selectsPod } from "../../analysis/semantics/select.js";
import type { Inventory, Namespace, Pod } from "../../ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import { namespaced, writtenNamespace } from "../../ir/namespaced.js";
import type { Namespaced } from "../../ir/namespaced.js";
import type { PodMatch } from "../../ir/policy.js";
import { isUnwritten, namespaceScope } from "../scopes/namespace_scope.js";
import { PodsByLabel } from "./pods_by_label.js";
import { selectionOf } from "./selection.js";
import type { Selection } from "../../analysis/semantics/selection.js";

/** The inventory's pods by namespace, to tell what selectors match where all pods are known. */
export class KnownPods {
  /** undefined: pods without a written namespace. */
  private readonly byNamespace = new Map<string | undefined, PodsByLabel>();
  private readonly namespaces: ReadonlyMap<string, Namespace>;
  /** Without namespaces whose only label is the name: no object describes them, or something else labels them. */
  private readonly labelled: ReadonlyMap<string, Namespace>;
  /** Namespaces of which all pods are known. */
  private readonly described: ReadonlySet<string>;
  /** null: the match may also select unknown pods. */
  private readonly selectedByText = new Map<string, readonly Pod[] | null>();
  /** Finished pods. More like them may follow, such as those of the next run of a job. */
  private readonly ended: readonly Pod[];

  /** @param others objects that create unknown pods in their namespaces */
  constructor(inventory: Inventory, others: readonly Namespaced[] = []) {
    this.namespaces = new Map(inventory.namespaces.map((namespace) => [namespace.name, namespace]));
    this.labelled = new Map([...this.namespaces].filter(([, { labels }]) => Object.keys(labels).length > 1));
    const undescribed = new Set(others.map(writtenNamespace));
    const isDescribed = (pod: Pod) => {
      const namespace = writtenNamespace(pod);
      return namespace === undefined
        ? undescribed.size === 0
        : !undescribed.has(namespace) && !undescribed.has(undefined);
    };
    this.described = new Set(inventory.pods.filter(isDescribed).map(namespaceScope));
    this.ended = inventory.ended ?? [];
    for (const pod of inventory.pods) {
      const namespace = writtenNamespace(pod);
      const pods = this.byNamespace.get(namespace) ?? new PodsByLabel();
      if (pods.add(pod) === 1) this.byNamespace.set(namespace, pods);
    }
  }

  /**
   * The pods that the match's labels choose from: those of the namespaces it names. Undefined if not all of them are known,
   * because the match selects namespaces by other labels, or one without known pods, which other files then describe (as
   * for kube-system). Undefined for a contradictory match too.
   */
  amongKnown(match: PodMatch): readonly Pod[] | undefined {
    const names = isContradictory(match) ? undefined : namesOf(match);
    if (!names) return undefined;
    const { span } = match;
    const scopeOf = (name: string | undefined) => namespaceScope({ ...namespaced(name), span });
    if (!names.every((name) => this.described.has(scopeOf(name)))) return undefined;
    const groups = names.map((each) => this.byNamespace.get(each)!.pods);
    return groups.length === 1 ? groups[0] : groups.flat();
  }

  /**
   * The pods of `amongKnown` that the match selects; also undefined if that is unknown for some pod. Cached, because equal
   * matches are looked up again and again.
   */
  selectedAmongKnown(match: PodMatch): readonly Pod[] | undefined {
    const id = idOf(match);
    let pods = this.selectedByText.get(id);
    if (pods === undefined) this.selectedByText.set(id, (pods = this.selectAmongKnown(match) ?? null));
    return pods ?? undefined;
  }

  private selectAmongKnown(match: PodMatch): readonly Pod[] | undefined {
    if (!this.amongKnown(match)) return undefined;
    if (this.ended.some((pod) => this.selection(match, pod) !== "no")) return undefined;
    const fitting = this.fitting(match).map((pod) => ({ pod, selection: this.selection(match, pod) }));
    if (fitting.some(({ selection }) => selection === "unknown")) return undefined;
    return fitting.filter(({ selection }) => selection === "yes").map(({ pod }) => pod);
  }

  /** The known pods that the match certainly selects, even if it may select unknown ones. */
  surelySelected(match: PodMatch): readonly Pod[] {
    return this.fitting(match).filter((pod) => this.selection(match, pod) === "yes");
  }

  /** A superset of the pods that the match may select. */
  private fitting(match: PodMatch): readonly Pod[] {
    const names = namesOf(match);
    const all = !names || names.includes(undefined);
    const groups = all
      ? [...this.byNamespace.values()]
      : [...names, undefined].map((name) => this.byNamespace.get(name));
    return groups.flatMap((group) => group?.candidates(match.pods) ?? []);
  }

  selection(match: PodMatch, pod: Pod): Selection {
    return selectionOf(match, pod, this.labelled.get(pod.namespace));
  }

  /** All known pods that the match selects, even if it may select unknown ones. */
  selected(match: PodMatch): readonly Pod[] {
    const { namespaces, pods } = match;
    const groups =
      namespaces.kind === "name"
        ? [namespaces.name, undefined].map((name) => this.byNamespace.get(name))
        : [...this.byNamespace.values()];
    return groups.flatMap((group) => group?.candidates(pods).filter((pod) => this.selects(match, pod)) ?? []);
  }

  selects(match: PodMatch, pod: Pod): boolean {
    return selectsPod(match, pod, this.namespaceOf(pod));
  }

  namespaceOf(pod: Pod): Pick<Namespace, "name" | "labels"> {
    return this.namespaces.get(pod.namespace) ?? impliedNamespace(pod.namespace);
  }
}

/**
 * The names of the namespaces that the match selects, with undefined for one that is not written. No list if it may
 * select others, as a match by labels does.
 */
export function namesOf(match: PodMatch): readonly (string | undefined)[] | undefined {
  if (isUnwritten(match.namespaces)) return [undefined];
  const name = podConditions(match).get(`namespace ${NAMESPACE_NAME_LABEL}`)?.condition;
  if (!name || name.others) return undefined;
  return [...name.values];
}

/** Equal for matches that mean the same pods. A match without a namespace differs from folder to folder. */
function idOf(match: PodMatch): string {
  return isUnwritten(match.namespaces) ? `${textOf(match)} ${posix.dirname(match.span.file)}` : textOf(match);
}
