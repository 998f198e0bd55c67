import type { Endpoint, Flow } from "../../analysis/semantics/decide.js";
import type { Explanation, SideExplanation } from "../../analysis/semantics/explain.js";
import type { PortsExplanation } from "../../analysis/semantics/explain_ports.js";
import { printableJson } from "../../lint/format/printable_json.js";
import type { Project } from "../../parser/project.js";
import type { SourceMap } from "../../source/source_file.js";
import { policyOf, ruleOf } from "./decision_json.js";

/** Version 1 of the format; fields may be added, none changes its meaning. `tier` is the one that decided, if any. */
export function explanationJson(
  explanation: Explanation,
  flow: Flow,
  { sources }: Pick<Project, "sources">,
): string {
  const document = { version: 1, ...explanationDocument(explanation, flow, sources) };
  return printableJson(JSON.stringify(document, null, 2));
}

export function explanationDocument(explanation: Explanation, flow: Flow, sources: SourceMap): object {
  const { protocol, port } = flow;
  return answerDocument(explanation, flow, { protocol, port }, sources);
}

/** Several answers, of one direction or of both. `verdict` is deny if one of them is. */
export function answersJson(
  answers: readonly PortsExplanation[],
  { sources }: Pick<Project, "sources">,
): string {
  const denied = answers.some(({ explanation }) => explanation.verdict === "deny");
  const document = {
    version: 1,
    verdict: denied ? "deny" : "allow",
    answers: answers.map(({ ports, flow, explanation }) =>
      answerDocument(explanation, flow, { ports }, sources),
    ),
  };
  return printableJson(JSON.stringify(document, null, 2));
}

function answerDocument(
  { verdict, egress, ingress }: Explanation,
  { from, to }: Flow,
  on: object,
  sources: SourceMap,
): object {
  return {
    verdict,
    from: endOf(from),
    to: endOf(to),
    ...on,
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

function sideOf({ verdict, unasked, steps, failClosed }: SideExplanation, sources: SourceMap): object {
  const last = steps.at(-1);
  const decided = last && (last.outcome === "allow" || last.outcome === "deny") ? last : undefined;
  return {
    verdict,
    ...(decided && { tier: decided.tier }),
    ...(unasked && { unasked }),
    rules: (decided?.rules ?? []).map((each) => ruleOf(each, sources)),
    isolatedBy: (decided?.isolatedBy ?? []).map((policy) => policyOf(policy, sources)),
    steps: steps.map(({ tier, outcome, rules, isolatedBy, candidates }) => ({
      tier,
      outcome,
      rules: rules.map((each) => ruleOf(each, sources)),
      isolatedBy: isolatedBy.map((policy) => policyOf(policy, sources)),
      candidates: candidates.map((each) => ({ ...ruleOf(each, sources), differs: each.differs })),
    })),
    ...(failClosed.length > 0 && {
      failClosed: failClosed.map(({ policy, rule }) => ({
        policy: policyOf(policy, sources),
        action: rule.action,
        unknown: rule.unknown.map(({ kind }) => kind),
        treatedAs: rule.action === "allow" ? "no-match" : "deny-all",
        source: sources.where(rule.span),
      })),
    }),
  };
}
