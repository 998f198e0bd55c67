import type { Answer } from "../../analysis/question/answers.js";
import type { Explanation, SideExplanation, TierStep } from "../../analysis/semantics/explain.js";
import { policyName } from "../../ir/policy_name.js";
import type { Project } from "../../parser/project.js";
import type { Colors } from "../../source/pretty.js";
import { printable } from "../../source/printable.js";
import type { SourceMap } from "../../source/source_file.js";
import { askedWords } from "./asked.js";
import { failClosedNotes } from "./fail_closed.js";
import { portsText } from "./ports_text.js";
import { endWords, familyWords, leadWords, notesOf, wayNotes } from "./told.js";
import type { Told } from "./told.js";
import { UNASKED } from "./unasked.js";

const TIERS = {
  admin: "admin tier",
  networkpolicy: "NetworkPolicy tier",
  baseline: "baseline tier",
} as const;

/** The answers of one direction. A single port is explained in detail, several get one line each. */
export function toldText(
  told: Told,
  { sources, policies }: Pick<Project, "sources" | "policies">,
  colors: Colors,
): string {
  const leads = [...told.question.leads.map(leadWords), ...told.asked.map(askedWords)].map(printable);
  const blocks = told.answers.map((answer) => {
    const [from, to] = [printable(endWords("from", answer, told)), printable(endWords("to", answer, told))];
    const said = [...failClosedNotes(answer, sources), ...notesOf(answer, told, policies)];
    const notes = said.map((note) => colors.dim(`note: ${printable(note)}`));
    const over = familyWords(answer, told);
    return isOnePort(answer)
      ? explanationText({ from, to, over }, answer.parts[0]!, notes, sources, colors)
      : portsText(`${from} -> ${to}${over}`, answer, notes, sources, colors);
  });
  const way = wayNotes(told).map((note) => colors.dim(`note: ${printable(note)}`));
  return [...(leads.length > 0 ? [leads.join("\n")] : []), ...blocks, ...way].join("\n\n");
}

export function isOnePort({ parts: [part, ...more] }: Answer): boolean {
  const [port, ...others] = part?.ports ?? [];
  return more.length + others.length === 0 && port !== undefined && port.from === port.to;
}

/** The answer for people: the flow, then each side, tier by tier, with the rules and their places. */
function explanationText(
  { from, to, over }: { readonly from: string; readonly to: string; readonly over: string },
  { explanation, flow }: Answer["parts"][number],
  notes: readonly string[],
  sources: SourceMap,
  colors: Colors,
): string {
  const verdict = (text: Explanation["verdict"]) =>
    text === "allow" ? colors.green(text) : colors.red(text);
  const port = flow.protocol === "other" ? "ICMP" : `${flow.port}/${flow.protocol}`;
  const side = (each: SideExplanation, end: string) => [
    "",
    `${colors.bold(`${each.direction} ${each.direction === "egress" ? "from" : "to"} ${end}`)}: ${verdict(each.verdict)}`,
    ...sideLines(each, sources, colors),
  ];
  return [
    `${colors.bold(`${from} -> ${to}`)}  ${port}${over}: ${verdict(explanation.verdict)}`,
    ...side(explanation.egress, from),
    ...side(explanation.ingress, to),
    ...(notes.length > 0 ? ["", ...notes] : []),
  ].join("\n");
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
