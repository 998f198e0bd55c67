/** The policies of the cluster, and the policy set that serves each namespace. */
import { createHash } from "node:crypto";
import { tierOrder } from "../../../analysis/semantics/decide.js";
import { layoutOf } from "../../../codegen/layout.js";
import type { Layout } from "../../../codegen/layout.js";
import { restName, setOf } from "../../../codegen/policy_set.js";
import type { PolicySet } from "../../../codegen/policy_set.js";
import { localRuleIds } from "../../../codegen/rule_ids.js";
import type { NetworkPolicy, Policy, Rule, TierPolicy } from "../../../ir/policy.js";

/** What names a policy in the cluster. */
export interface PolicyName {
  readonly kind: string;
  readonly namespace?: string;
  readonly name: string;
}

export function nameOf(policy: Policy): PolicyName {
  if (policy.tier === "networkpolicy")
    return { kind: policy.kind, namespace: policy.namespace, name: policy.name };
  return { kind: policy.writtenAs ?? policy.kind, name: policy.name };
}

/** A policy with a number that it has as long as the cluster has a policy of its name. */
export interface Stored<P extends Policy = Policy> {
  readonly number: number;
  readonly policy: P;
}

/** A policy set, and what follows from it. */
export class ServingSet {
  private knownDigest: string | undefined;
  private knownLayout: Layout | undefined;
  readonly ids: ReadonlyMap<Rule, number>;

  constructor(readonly set: PolicySet) {
    this.ids = localRuleIds(set);
  }

  get layout(): Layout {
    return (this.knownLayout ??= layoutOf(this.set));
  }

  get digest(): string {
    return (this.knownDigest ??= setDigest(this.set));
  }
}

/** Equal for sets that are compiled to the same program: what policies are called, and where they are written, is left out. */
export function setDigest({ admin, networkPolicies, baseline }: PolicySet): string {
  const ruleOf = ({ direction, action, subject, peers, ports, logged }: Rule) => [
    ...[direction, action, subject, logged],
    ...[peers ?? null, ports ?? null],
  ];
  const content = [
    ...[admin, baseline].map((tier) => tier.map(({ policy, rules }) => [policy.logged, rules.map(ruleOf)])),
    networkPolicies.map(({ subject, isolates, logged, rules }) => [
      ...[subject, isolates.ingress, isolates.egress, logged],
      rules.map(ruleOf),
    ]),
  ];
  return createHash("sha256").update(JSON.stringify(content, withoutSpans)).digest("hex");
}

/** Of two policies the same, wherever they are written. */
export function sameContent(a: Policy, b: Policy): boolean {
  return a === b || JSON.stringify(a, withoutSpans) === JSON.stringify(b, withoutSpans);
}

function withoutSpans(key: string, value: unknown): unknown {
  return key === "span" || key === "metadata" ? undefined : value;
}

export class PolicyStore {
  private readonly tiers = new Map<string, Stored<TierPolicy>>();
  private readonly byNamespace = new Map<string, Map<string, Stored<NetworkPolicy>>>();
  private readonly numbers = new Map<Policy, number>();
  /** By namespace; undefined: all that have none of their own. */
  private readonly sets = new Map<string | undefined, ServingSet>();
  private next = 1;

  get(name: PolicyName): Stored | undefined {
    return this.placeOf(name)?.get(keyOf(name));
  }

  /** `copy`: counts the policies of one name, where files hold more than one; then all of them are in force. */
  set(policy: Policy, copy = 0): Stored {
    const name = nameOf(policy);
    const key = keyOf(name) + (copy > 0 ? `#${copy}` : "");
    const before = this.placeOf(name)?.get(key);
    if (before) this.numbers.delete(before.policy);
    const stored = { number: before?.number ?? this.next++, policy };
    this.numbers.set(policy, stored.number);
    if (policy.tier !== "networkpolicy") {
      this.tiers.set(key, stored as Stored<TierPolicy>);
      this.sets.clear();
    } else {
      let own = this.byNamespace.get(policy.namespace);
      if (!own) {
        this.byNamespace.set(policy.namespace, (own = new Map()));
        this.sets.delete(undefined);
      }
      own.set(key, stored as Stored<NetworkPolicy>);
      this.sets.delete(policy.namespace);
    }
    return stored;
  }

  remove(name: PolicyName): Stored | undefined {
    const place = this.placeOf(name);
    const stored = place?.get(keyOf(name));
    if (!place || !stored) return undefined;
    place.delete(keyOf(name));
    this.numbers.delete(stored.policy);
    if (name.namespace === undefined) this.sets.clear();
    else this.sets.delete(name.namespace);
    if (name.namespace !== undefined && place.size === 0) {
      this.byNamespace.delete(name.namespace);
      this.sets.delete(undefined);
    }
    return stored;
  }

  numberOf(policy: Policy): number {
    return this.numbers.get(policy)!;
  }

  /** Has the namespace a set of its own? */
  isServedAlone(namespace: string): boolean {
    return this.byNamespace.has(namespace);
  }

  /** The set that serves the pods of a namespace. */
  servingSet(namespace: string): ServingSet {
    const own = this.byNamespace.get(namespace);
    const key = own && namespace;
    let found = this.sets.get(key);
    if (!found) {
      const networkPolicies = own ? [...own.values()].map(({ policy }) => policy) : [];
      networkPolicies.sort((a, b) => (a.name < b.name ? -1 : a.name > b.name ? 1 : 0));
      const serves = own
        ? (other: string) => other === namespace
        : (other: string) => !this.byNamespace.has(other);
      const name = key ?? restName([...this.byNamespace.keys()]);
      found = new ServingSet(setOf(name, key, this.orderedTiers(), networkPolicies, serves));
      this.sets.set(key, found);
    }
    return found;
  }

  private orderedTiers(): readonly TierPolicy[] {
    const tiers = [...this.tiers.values()].map(({ policy }) => policy);
    return [...tierOrder(tiers, "admin"), ...tierOrder(tiers, "baseline")];
  }

  private placeOf({ namespace }: PolicyName): Map<string, Stored> | undefined {
    return namespace === undefined ? this.tiers : this.byNamespace.get(namespace);
  }
}

function keyOf({ kind, namespace, name }: PolicyName): string {
  return `${kind}/${namespace ?? ""}/${name}`;
}
