/** What the manifest says of policies, rules and sets. */
import type { Layout } from "../codegen/layout.js";
import { layoutOf } from "../codegen/layout.js";
import { policiesOf, policySets, rulesOf } from "../codegen/policy_set.js";
import type { PolicySet } from "../codegen/policy_set.js";
import { ruleIds } from "../codegen/rule_ids.js";
import { isLogged } from "../codegen/specialised.js";
import { ruleWords } from "../ir/words.js";
import type { Policy, Rule } from "../ir/policy.js";
import type { SourceMap } from "../source/source_file.js";
import { NO_SPAN } from "../source/span.js";
import type { ManifestPolicy, ManifestRule, SetLayout } from "./manifest.js";

type Where = Pick<SourceMap, "where">;

export function describePolicy(policy: Policy, sources: Where): ManifestPolicy {
  return {
    kind: policy.kind,
    name: policy.name,
    ...(policy.tier === "networkpolicy" && { namespace: policy.namespace }),
    tier: policy.tier,
    source: sources.where(policy.span),
    logged: policy.logged,
  };
}

export function describeRules(policies: readonly Policy[], sources: Where): ManifestRule[] {
  const rules: ManifestRule[] = [];
  for (const [index, policy] of policies.entries()) {
    const count = { ingress: 0, egress: 0 };
    for (const rule of policy.rules)
      rules.push({
        id: rules.length + 1,
        policy: index,
        direction: rule.direction,
        action: rule.action,
        name: `${rule.direction}[${count[rule.direction]++}]`,
        text: ruleWords(rule) + (isLogged(policy, rule) ? ", logged" : ""),
        source: sources.where(rule.span),
      });
  }
  return rules;
}

/** The numbers that policies and rules have in the manifest. */
export interface Numbering {
  readonly policies: ReadonlyMap<Policy, number>;
  readonly rules: ReadonlyMap<Rule, number>;
}

export function numberingOf(policies: readonly Policy[]): Numbering {
  return {
    policies: new Map(policies.map((policy, index) => [policy, index])),
    rules: ruleIds(policies),
  };
}

export function describeSet(numbering: Numbering, set: PolicySet, layout: Layout): SetLayout {
  const indices = policiesOf(set).map((policy) => numbering.policies.get(policy)!);
  return {
    name: set.name,
    ...(set.namespace !== undefined && { namespace: set.namespace }),
    policies: indices.sort((a, b) => a - b),
    rules: rulesOf(set).map((rule) => numbering.rules.get(rule)!),
    subjects: layout.subjects.map(withoutSpans),
    terms: layout.terms.map(withoutSpans),
    namedPorts: layout.namedPorts,
    subjectWords: layout.subjectWords,
    termWords: layout.termWords,
    namedSlots: layout.namedSlots,
  };
}

export function describeSets(policies: readonly Policy[]): SetLayout[] {
  const numbering = numberingOf(policies);
  return policySets(policies).map((set) => describeSet(numbering, set, layoutOf(set)));
}

function withoutSpans<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => withoutSpans(item as unknown)) as T;
  if (typeof value !== "object" || value === null) return value;
  const copy: Record<string, unknown> = {};
  for (const [key, inner] of Object.entries(value))
    copy[key] = key === "span" ? NO_SPAN : withoutSpans(inner as unknown);
  return copy as T;
}
