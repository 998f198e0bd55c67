import type { Labels, Namespace } from "../../ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../ir/inventory.js";
import type { PodMatch } from "../../ir/policy.js";
import { casesOf } from "../sets/classes.js";
import { allows } from "../sets/condition.js";
import type { PodConditions } from "../sets/pod_conditions.js";
import { podConditions } from "../sets/pod_conditions.js";

/** A pod with no more labels than it must have: most matches of others do not select it. */
export class PlainestPod {
  /** By the key's text in `PodConditions`. */
  readonly #values = new Map<string, string>();
  #made: { readonly labels: Labels; readonly namespace: Pick<Namespace, "name" | "labels"> } | undefined;

  private constructor(private readonly within: PodConditions) {
    this.#values.set(`namespace ${NAMESPACE_NAME_LABEL}`, "other");
    for (const [id, key] of within) {
      const value = casesOf(key, key.condition.values, undefined).find((each) => allows(key.condition, each));
      if (value !== undefined) this.#values.set(id, value);
    }
  }

  /** One that the match selects, which may not be contradictory. Cached. */
  static of(match: PodMatch): PlainestPod {
    const conditions = podConditions(match);
    let pod = known.get(conditions);
    if (!pod) known.set(conditions, (pod = new PlainestPod(conditions)));
    return pod;
  }

  isSelectedBy(match: PodMatch): boolean {
    for (const [id, { condition }] of podConditions(match))
      if (!allows(condition, this.#values.get(id))) return false;
    return true;
  }

  get labels(): Labels {
    return (this.#made ??= this.#make()).labels;
  }

  get namespace(): Pick<Namespace, "name" | "labels"> {
    return (this.#made ??= this.#make()).namespace;
  }

  #make() {
    const labels: Record<string, string> = {};
    const ofNamespace: Record<string, string> = { [NAMESPACE_NAME_LABEL]: "other" };
    for (const [id, { part, name }] of this.within) {
      const value = this.#values.get(id);
      if (value !== undefined) (part === "pod" ? labels : ofNamespace)[name] = value;
    }
    return { labels, namespace: { name: ofNamespace[NAMESPACE_NAME_LABEL]!, labels: ofNamespace } };
  }
}

const known = new WeakMap<PodConditions, PlainestPod>();
