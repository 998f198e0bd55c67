import type { SideExplanation } from "../../analysis/semantics/explain.js";
import type { PortSpan } from "../../analysis/sets/port_spans.js";
import type { Answer } from "../../analysis/question/answers.js";
import { policyName } from "../../ir/policy_name.js";
import type { Colors } from "../../source/pretty.js";
import { printable } from "../../source/printable.js";
import type { SourceMap } from "../../source/source_file.js";
import type { Span } from "../../source/span.js";
import { UNASKED } from "./unasked.js";

/** One line for the ports with the same decision, and one for each side. */
export function portsText(
  heading: string,
  { parts }: Answer,
  notes: readonly string[],
  sources: SourceMap,
  colors: Colors,
): string {
  const place = (span: Span) => colors.dim(printable(sources.where(span)));
  const blocks = parts.map(({ ports, explanation: { verdict, egress, ingress } }) => {
    const paint = verdict === "allow" ? colors.green : colors.red;
    return [
      `${paint(verdict.padEnd(5))}  ${ports.map(portName).join(", ")}`,
      `  egress   ${reason(egress, place)}`,
      `  ingress  ${reason(ingress, place)}`,
    ].join("\n");
  });
  return [colors.bold(heading), ...blocks, ...notes].join("\n");
}
function portName({ protocol, from, to }: PortSpan): string {
  if (protocol === "other") return "ICMP";
  return from === to ? `${from}/${protocol}` : `${from}-${to}/${protocol}`;
}

/** The tiers that matched, on one line. */
function reason({ unasked, steps }: SideExplanation, place: (span: Span) => string): string {
  if (unasked) return UNASKED[unasked];
  const said = steps
    .filter(({ outcome }) => outcome !== "silent")
    .map(({ outcome, rules, isolatedBy }) => {
      const by =
        rules.length > 0
          ? rules.map(({ policy, rule }) => ({ policy, span: rule.span }))
          : isolatedBy.map((policy) => ({ policy, span: policy.span }));
      const names = by.map(({ policy, span }) => `${printable(policyName(policy))}  ${place(span)}`);
      if (rules.length === 0) return `no rule allows it, and the pod is isolated by ${names.join(", ")}`;
      return `${{ allow: "allowed", deny: "denied", pass: "passed on" }[outcome as "allow"]} by ${names.join(", ")}`;
    });
  const last = steps.at(-1)?.outcome;
  if (last !== "allow" && last !== "deny") said.push("allowed by default");
  return said.join("; ");
}
