import type { Answer } from "../../analysis/question/answers.js";
import type { Lead } from "../../analysis/question/services.js";
import type { Endpoint, Flow } from "../../analysis/semantics/decide.js";
import type { Explanation, SideExplanation } from "../../analysis/semantics/explain.js";
import { knownLabels } from "../../analysis/semantics/pod_variants.js";
import { printableJson } from "../../lint/format/printable_json.js";
import type { Project } from "../../parser/project.js";
import type { SourceMap } from "../../source/source_file.js";
import { policyOf, ruleOf } from "./decision_json.js";
import { isOnePort } from "./text.js";
import { familiesOf, notesOf, wayNotes } from "./told.js";
import type { Told } from "./told.js";

/**
 * Version 1 of the format: fields may be added, but none changes its meaning. `tier` is the one that decided, if any.
 * Several answers (for ports, pods, address families or both directions) are a list; `verdict` is deny if one of them is.
 */
export function toldJson(told: readonly Told[], project: Pick<Project, "sources" | "policies">): string {
  const answers = told.flatMap((each) => each.answers.map((answer) => ({ told: each, answer })));
  const [first, ...more] = answers;
  const services = told.flatMap(({ question }) => question.leads.map(leadOf));
  const asked = told.flatMap((each) => each.asked);
  const through = { ...(services.length > 0 && { services }), ...(asked.length > 0 && { asked }) };
  if (first && more.length === 0 && isOnePort(first.answer)) {
    const [part] = documentsOf(first.told, first.answer, project, (flow) => flow);
    return text({ version: 1, ...part, ...through });
  }
  const documents = answers.flatMap((each) =>
    documentsOf(each.told, each.answer, project, (_, ports) => ({ ports })),
  );
  const denied = answers.some(({ answer }) =>
    answer.parts.some(({ explanation }) => explanation.verdict === "deny"),
  );
  return text({ version: 1, verdict: denied ? "deny" : "allow", ...through, answers: documents });
}

function text(document: object): string {
  return printableJson(JSON.stringify(document, null, 2));
}

function documentsOf(
  told: Told,
  answer: Answer,
  { sources, policies }: Pick<Project, "sources" | "policies">,
  on: (flow: Pick<Flow, "protocol" | "port">, ports: Answer["parts"][number]["ports"]) => object,
): readonly object[] {
  const notes = [...notesOf(answer, told, policies), ...wayNotes(told)];
  const families = familiesOf(answer.cases);
  return answer.parts.map(({ ports, flow, explanation }) => ({
    ...answerDocument(explanation, flow, on({ protocol: flow.protocol, port: flow.port }, ports), sources),
    ...(families.length > 0 && { families }),
    ...alsoAt("from", answer),
    ...alsoAt("to", answer),
    ...(notes.length > 0 && { notes }),
  }));
}

/** The other pods with the same answer. */
function alsoAt(side: "from" | "to", { cases }: Answer): object {
  const names = cases.flatMap(({ stands }) =>
    stands[side].map(({ namespace, name }) => `${namespace}/${name}`),
  );
  const [, ...others] = new Set(names);
  return others.length > 0 ? { [side === "from" ? "alsoFrom" : "alsoTo"]: others } : {};
}

function leadOf({ service, port, target, pods }: Lead): object {
  const { namespace, name } = service;
  return { namespace, name, port: port.port, protocol: port.protocol, targetPort: target, pods };
}

/** One flow, in the form used to show a single connection. */
export function explanationDocument(explanation: Explanation, flow: Flow, sources: SourceMap): object {
  const { protocol, port } = flow;
  return answerDocument(explanation, flow, { protocol, port }, sources);
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
  const { namespace, name, ports, standIns = [], hostNetwork } = end.pod;
  return {
    namespace,
    namespaceLabels: end.namespace.labels,
    ...(name !== "" && { name }),
    labels: knownLabels(end.pod),
    ...(standIns.length > 0 && { unknownLabels: standIns }),
    ...(hostNetwork && { hostNetwork }),
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
