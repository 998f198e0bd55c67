import type { DecidingRule, Endpoint, Flow } from "../analysis/decide.js";
import type { Explanation, SideExplanation } from "../analysis/explain.js";
import type { Policy } from "../ir/policy.js";
import { printableJson } from "../lint/format/printable_json.js";
import type { Project } from "../parser/project.js";
import type { SourceMap } from "../source/source_file.js";

/** Version 1 of the format; fields may be added, none changes its meaning. `tier` is the one that decided, if any. */
export function explanationJson(
  explanation: Explanation,
  flow: Flow,
  { sources }: Pick<Project, "sources">,
): string {
  const document = { version: 1, ...explanationDocument(explanation, flow, sources) };
  return printableJson(JSON.stringify(document, null, 2));
}

export function explanationDocument(
  { verdict, egress, ingress }: Explanation,
  flow: Flow,
  sources: SourceMap,
): object {
  return {
    verdict,
    from: endOf(flow.from),
    to: endOf(flow.to),
    protocol: flow.protocol,
    port: flow.port,
    egress: sideOf(egress, sources),
    ingress: sideOf(ingress, sources),
  };
}

function endOf(end: Endpoint): object {
  if (end.kind === "address") return { ip: end.ip, ...(end.ownNode && { ownNode: true }) };
  const { namespace, name, labels, ports } = end.pod;
  return {
    namespace,
    namespaceLabels: end.namespace.labels,
    ...(name !== "" && { name }),
    labels,
    ports: ports.map((port) => ({
      ...(port.name && { name: port.name }),
      port: port.port,
      protocol: port.protocol,
    })),
    ...(end.ip !== undefined && { ip: end.ip }),
  };
}

function sideOf({ verdict, unasked, steps }: SideExplanation, sources: SourceMap): object {
  const last = steps.at(-1);
  const decided = last && (last.outcome === "allow" || last.outcome === "deny") ? last : undefined;
  return {
    verdict,
    ...(decided && { tier: decided.tier }),
    ...(unasked && { unasked }),
    rules: (decided?.rules ?? []).map((each) => ruleOf(each, sources)),
    isolatedBy: (decided?.isolatedBy ?? []).map((policy) => policyOf(policy, sources)),
    steps: steps.map(({ tier, outcome, rules, isolatedBy }) => ({
      tier,
      outcome,
      rules: rules.map((each) => ruleOf(each, sources)),
      isolatedBy: isolatedBy.map((policy) => policyOf(policy, sources)),
    })),
  };
}

function policyOf(policy: Policy, sources: SourceMap): object {
  return {
    kind: policy.kind,
    ...(policy.kind === "NetworkPolicy" && { namespace: policy.namespace }),
    name: policy.name,
    source: sources.where(policy.span),
  };
}

function ruleOf({ policy, rule }: DecidingRule, sources: SourceMap): object {
  return { policy: policyOf(policy, sources), action: rule.action, source: sources.where(rule.span) };
}
