/** A policy set, asked about one pod at a time: only the policies that can concern it are looked at. */
import type { Labels, Namespace } from "../../ir/inventory.js";
import type { Direction, NetworkPolicy, PodMatch, Policy, Rule } from "../../ir/policy.js";
import { tierOrder } from "../semantics/decide.js";
import type { Flow } from "../semantics/decide.js";
import { isContradictory, podsIntersect } from "../sets/pod_conditions.js";
import { selectsPod } from "../semantics/select.js";
import { contentOf, distinct } from "./content.js";

export interface PodKind {
  readonly namespace: Pick<Namespace, "name" | "labels">;
  readonly labels: Labels;
}

/** All that a policy set says about one subject in one direction, in order of evaluation. */
export interface SideRules {
  readonly admin: readonly Rule[];
  /** The NetworkPolicies that isolate the subject; `allows` are their rules. */
  readonly isolatedBy: readonly NetworkPolicy[];
  readonly allows: readonly Rule[];
  readonly baseline: readonly Rule[];
}

export interface Sides {
  readonly before: PolicyIndex;
  readonly after: PolicyIndex;
}

export class PolicyIndex {
  private readonly tiers: readonly Policy[];
  private readonly rules: Readonly<
    Record<"admin" | "baseline", Readonly<Record<Direction, readonly Rule[]>>>
  >;
  private readonly byNamespace = new Map<string, NetworkPolicy[]>();
  private readonly numbers = new Map<Rule | NetworkPolicy, number>();
  private readonly subjectsWithin = new Map<string, readonly PodMatch[]>();

  constructor(policies: readonly Policy[]) {
    const ofTier = (tier: "admin" | "baseline") => {
      const rules = tierOrder(policies, tier).flatMap((policy) => policy.rules);
      return {
        ingress: rules.filter(({ direction }) => direction === "ingress"),
        egress: rules.filter(({ direction }) => direction === "egress"),
      };
    };
    this.rules = { admin: ofTier("admin"), baseline: ofTier("baseline") };
    this.tiers = policies.filter(({ tier }) => tier !== "networkpolicy");
    for (const policy of policies) {
      if (policy.tier !== "networkpolicy") continue;
      const list = this.byNamespace.get(policy.namespace);
      if (list) list.push(policy);
      else this.byNamespace.set(policy.namespace, [policy]);
    }
  }

  /** `decide` says of this flow with these policies what it says with all. */
  concerning({ from, to }: Flow): readonly Policy[] {
    const namespaces = new Set(
      [from, to].map((end) => (end.kind === "pod" ? end.namespace.name : undefined)),
    );
    return [...this.tiers, ...[...namespaces].flatMap((name) => this.networkPolicies(name))];
  }

  side(direction: Direction, pod: PodKind): SideRules {
    const selecting = (rules: readonly Rule[]) =>
      rules.filter((rule) => selectsPod(rule.subject, pod, pod.namespace));
    const isolating = this.networkPolicies(pod.namespace.name).filter(
      ({ isolates, subject }) => isolates[direction] && selectsPod(subject, pod, pod.namespace),
    );
    return {
      admin: selecting(this.rules.admin[direction]),
      isolatedBy: isolating,
      allows: isolating.flatMap(({ rules }) => rules.filter((rule) => rule.direction === direction)),
      baseline: selecting(this.rules.baseline[direction]),
    };
  }

  /** Equal for equal sides of this index. */
  keyOf({ admin, isolatedBy, baseline }: SideRules): string {
    return [admin, isolatedBy, baseline]
      .map((parts) => parts.map((part) => this.numberOf(part)).join())
      .join(";");
  }

  private numberOf(part: Rule | NetworkPolicy): number {
    let number = this.numbers.get(part);
    if (number === undefined) this.numbers.set(part, (number = this.numbers.size));
    return number;
  }

  /** Every subject of this direction that may select a pod which `within` selects, each once. Cached. */
  subjects(direction: Direction, within: PodMatch): readonly PodMatch[] {
    const key = `${direction} ${contentOf(within)}`;
    let found = this.subjectsWithin.get(key);
    if (!found) {
      const own = this.isolating(direction, within).map(({ subject }) => subject);
      const inTiers = this.tierRules(direction, within).map(({ subject }) => subject);
      this.subjectsWithin.set(key, (found = distinct([...own, ...inTiers])));
    }
    return found;
  }

  /** Every rule of this direction whose subject may be a pod that `within` selects. */
  rulesOn(direction: Direction, within: PodMatch): readonly Rule[] {
    const own = this.isolating(direction, within).flatMap(({ rules }) =>
      rules.filter((rule) => rule.direction === direction),
    );
    return [...own, ...this.tierRules(direction, within)];
  }

  private isolating(direction: Direction, within: PodMatch): readonly NetworkPolicy[] {
    const { namespaces } = within;
    const candidates =
      namespaces.kind === "name"
        ? this.networkPolicies(namespaces.name)
        : [...this.byNamespace.values()].flat();
    return candidates.filter(({ isolates, subject }) => isolates[direction] && meet(subject, within));
  }

  private tierRules(direction: Direction, within: PodMatch): readonly Rule[] {
    return [...this.rules.admin[direction], ...this.rules.baseline[direction]].filter(({ subject }) =>
      meet(subject, within),
    );
  }

  private networkPolicies(namespace: string | undefined): readonly NetworkPolicy[] {
    return (namespace !== undefined && this.byNamespace.get(namespace)) || [];
  }
}

function meet(subject: PodMatch, within: PodMatch): boolean {
  return !isContradictory(subject) && podsIntersect(subject, within);
}
