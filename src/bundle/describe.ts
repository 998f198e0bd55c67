/** What the manifest says of policies, rules and sets. */
import type { Layout } from "../codegen/layout.js";
import { layoutOf } from "../codegen/layout.js";
import { policiesOf, policySets } from "../codegen/policy_set.js";
import type { PolicySet } from "../codegen/policy_set.js";
import { isLogged } from "../codegen/specialised.js";
import { ruleWords } from "../ir/words.js";
import type { Policy } from "../ir/policy.js";
import type { SourceMap } from "../source/source_file.js";
import { NO_SPAN } from "../source/span.js";
import type { ManifestPolicy, ManifestRule, ManifestSet } from "./manifest.js";

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

/** The part of a set's entry that follows from its policies alone. */
export type SetLayout = Pick<
  ManifestSet,
  | "name"
  | "namespace"
  | "policies"
  | "subjects"
  | "terms"
  | "namedPorts"
  | "subjectWords"
  | "termWords"
  | "namedSlots"
>;

export function describeSet(policies: readonly Policy[], set: PolicySet, layout: Layout): SetLayout {
  const members = new Set(policiesOf(set));
  return {
    name: set.name,
    ...(set.namespace !== undefined && { namespace: set.namespace }),
    policies: [...policies.keys()].filter((index) => members.has(policies[index]!)),
    subjects: layout.subjects.map(withoutSpans),
    terms: layout.terms.map(withoutSpans),
    namedPorts: layout.namedPorts,
    subjectWords: layout.subjectWords,
    termWords: layout.termWords,
    namedSlots: layout.namedSlots,
  };
}

export function describeSets(policies: readonly Policy[]): SetLayout[] {
  return policySets(policies).map((set) => describeSet(policies, set, layoutOf(set)));
}

function withoutSpans<T>(value: T): T {
  return JSON.parse(JSON.stringify(value, (key, inner: unknown) => (key === "span" ? NO_SPAN : inner))) as T;
}
