/** Policies as manifests that any network plugin understands. */
import { dump } from "js-yaml";
import { tierOrder } from "../../analysis/semantics/decide.js";
import type { Direction, Policy, Rule } from "../../ir/policy.js";
import { policyName } from "../../ir/policy_name.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { printable } from "../../source/printable.js";
import type { Span } from "../../source/span.js";
import type { SourceMap } from "../../source/source_file.js";
import { KeptComments } from "../comments/kept_comments.js";
import { failClosedRules } from "../fail_closed.js";
import type { Converted, Layout, OutputFile } from "../output_file.js";
import { clusterPolicyManifests } from "./cluster_policy.js";
import type { Manifest } from "./manifest.js";
import { networkPolicyManifest } from "./network_policy.js";

/** Tiers first, then namespaces by name, each with its policies in source order. */
export function toManifests(policies: readonly Policy[], sources: SourceMap, layout: Layout): Converted {
  const tiers = (["admin", "baseline"] as const).flatMap((tier) => tierOrder(policies, tier));
  const { manifests, diagnostics } = clusterPolicyManifests(tiers);
  const byNamespace = new Map<string, Manifest[]>();
  for (const policy of policies) {
    if (policy.kind !== "NetworkPolicy") continue;
    const list = byNamespace.get(policy.namespace) ?? [];
    byNamespace.set(policy.namespace, list);
    list.push(networkPolicyManifest(policy));
  }
  const namespaces = [...byNamespace].sort(([a], [b]) => (a < b ? -1 : 1));
  const comments = new KeptComments(sources, policies);
  const text = (list: readonly Manifest[]) => manifestsText(list, sources, comments);
  const all = [...manifests, ...namespaces.flatMap(([, list]) => list)];
  const files: OutputFile[] =
    layout === "one"
      ? [{ path: "policies.yaml", text: text(all) }]
      : [
          // No namespace has a name with a dot.
          ...(manifests.length > 0 ? [{ path: "cluster.tiers.yaml", text: text(manifests) }] : []),
          ...namespaces.map(([name, list]) => ({ path: `${name}.yaml`, text: text(list) })),
        ];
  const lost = policies.flatMap((policy) => [...lostLogging(policy), ...lostNames(policy)]);
  return { files, diagnostics: [...diagnostics, ...failClosedRules(policies), ...lost, ...comments.lost()] };
}

function manifestsText(manifests: readonly Manifest[], sources: SourceMap, comments: KeptComments): string {
  return manifests
    .map(({ policy, object, rules }) => {
      const text = dump(object, { lineWidth: -1, noRefs: true, quoteStyle: "double" });
      const commented = withRuleComments(text, rules, comments);
      const above = [`From ${printable(sources.where(policy.span))}`, ...comments.ofPolicy(policy)];
      return above.map((line) => `# ${line}\n`).join("") + commented;
    })
    .join("---\n");
}

/** Puts each rule's comments above its item. Only items begin with a hyphen at this depth. */
function withRuleComments(text: string, rules: Manifest["rules"], comments: KeptComments): string {
  let section: Direction | undefined;
  let index = 0;
  const lines = text.split("\n").flatMap((line) => {
    const [, key] = /^ {2}(\w+):/.exec(line) ?? [];
    if (key !== undefined) [section, index] = [key === "ingress" || key === "egress" ? key : undefined, 0];
    if (!section || !/^ {4}- /.test(line)) return [line];
    const rule = rules[section][index++];
    return [...(rule ? comments.ofRule(rule.span) : []).map((each) => `    # ${each}`), line];
  });
  return lines.join("\n");
}

/** Kubernetes logs policies, not single rules. */
function lostLogging(policy: Policy): Diagnostic[] {
  if (policy.logged) return [];
  return placesOf(policy, (rule) => rule.logged).map((span) => ({
    rule: "rule-logging-lost",
    severity: "warning",
    message: `${policyName(policy)}: the converted rule no longer logs its connections`,
    span,
    help: "Kubernetes logs whole policies: write `logged: true` on the policy",
  }));
}

/** Only rules of tiers have names. */
function lostNames(policy: Policy): Diagnostic[] {
  if (policy.tier !== "networkpolicy") return [];
  return placesOf(policy, (rule) => rule.ruleName !== undefined).map((span) => ({
    rule: "rule-name-lost",
    severity: "warning",
    message: `${policyName(policy)}: the rule loses its name: NetworkPolicy rules have none`,
    span,
    help: "write the name as a comment above the sentence",
  }));
}

/** A sentence is one rule at each of its ends. */
function placesOf({ rules }: Policy, which: (rule: Rule) => boolean): readonly Span[] {
  const spans = rules.filter(which).map(({ span }) => [`${span.file}:${span.start}`, span] as const);
  return [...new Map(spans).values()];
}
