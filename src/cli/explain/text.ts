import type { Endpoint, Flow } from "../../analysis/semantics/decide.js";
import type { Explanation, SideExplanation, TierStep, Unasked } from "../../analysis/semantics/explain.js";
import { withoutAddress, withoutPortNames } from "../../analysis/semantics/unknown_facts.js";
import { policyName } from "../../ir/policy_name.js";
import type { Project } from "../../parser/project.js";
import type { Colors } from "../../source/pretty.js";
import { printable } from "../../source/printable.js";
import type { SourceMap } from "../../source/source_file.js";

const TIERS = {
  admin: "admin tier",
  networkpolicy: "NetworkPolicy tier",
  baseline: "baseline tier",
} as const;

/** Why the tiers were not asked. */
export const UNASKED: Record<Unasked, string> = {
  itself: "the pod itself: no policy applies to what it sends itself",
  "not-a-pod": "not a pod: no policy applies",
  "host-network": "on the host network, so it is its node: no policy applies",
  "own-node": "the pod's own node: its traffic always passes",
};

/** The answer as a person would tell it: the flow, then each side, tier by tier, with the rules and their places. */
export function explanationText(
  explanation: Explanation,
  flow: Flow,
  { sources, policies }: Pick<Project, "sources" | "policies">,
  colors: Colors,
): string {
  const verdict = (text: "allow" | "deny") => (text === "allow" ? colors.green(text) : colors.red(text));
  const port = flow.protocol === "other" ? "ICMP" : `${flow.port}/${flow.protocol}`;
  const [from, to] = [endName(flow.from), endName(flow.to)];
  const side = (each: SideExplanation, end: string) => [
    "",
    `${colors.bold(`${each.direction} ${each.direction === "egress" ? "from" : "to"} ${end}`)}: ${verdict(each.verdict)}`,
    ...sideLines(each, sources, colors),
  ];
  const notes = notesOf(flow, policies, colors);
  return [
    `${colors.bold(`${from} -> ${to}`)}  ${port}: ${verdict(explanation.verdict)}`,
    ...side(explanation.egress, from),
    ...side(explanation.ingress, to),
    ...(notes.length > 0 ? ["", ...notes] : []),
  ].join("\n");
}

/** What is not known of the ends, where some rule asks for it. */
export function notesOf(flow: Flow, policies: Project["policies"], colors: Colors): readonly string[] {
  return [
    ...withoutAddress(flow, policies).map(
      (end) => `note: the address of ${endName(end)} is not known, so no rule for address blocks matches it`,
    ),
    ...withoutPortNames(flow, policies).map(
      (end) => `note: no port names of ${endName(end)} are known, so no rule for a named port matches it`,
    ),
  ].map((note) => colors.dim(note));
}

export function endName(end: Endpoint): string {
  return printable(end.kind === "pod" ? `${end.pod.namespace}/${end.pod.name}` : end.ip);
}

function sideLines({ unasked, steps }: SideExplanation, sources: SourceMap, colors: Colors): string[] {
  if (unasked) return [`  ${UNASKED[unasked]}`];
  const lines = steps.flatMap((step) => stepLines(step, sources, colors));
  return steps.at(-1)?.outcome === "allow" || steps.at(-1)?.outcome === "deny"
    ? lines
    : [...lines, "  no tier decides: allowed by default"];
}

function stepLines(step: TierStep, sources: SourceMap, colors: Colors): string[] {
  const name = TIERS[step.tier];
  const place = (span: { file: string; start: number }) => colors.dim(printable(sources.where(span)));
  const isolating = step.isolatedBy.map(
    (policy) => `    ${printable(policyName(policy))}  ${place(policy.span)}`,
  );
  const rules = step.rules.map(
    ({ policy, rule }) => `    ${printable(policyName(policy))}  ${place(rule.span)}`,
  );
  if (step.outcome === "silent")
    return [`  ${name}: ${step.tier === "networkpolicy" ? "no policy isolates the pod" : "no rule matches"}`];
  if (step.tier !== "networkpolicy") {
    const said = { allow: "allowed by", deny: "denied by", pass: "passed on by" }[step.outcome];
    return [`  ${name}: ${said}`, ...rules];
  }
  return step.outcome === "allow"
    ? [`  ${name}: allowed by`, ...rules]
    : [`  ${name}: no rule allows it, and the pod is isolated by`, ...isolating];
}
