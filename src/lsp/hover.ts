import type { Policy, Rule, TierPolicy } from "../ir/policy.js";
import { policyName } from "../ir/policy_name.js";
import { LAST_PRIORITY } from "../ir/priority.js";
import { podWords, ruleWords } from "../ir/words.js";
import type { KnownPods } from "../lint/known/known_pods.js";
import { printable } from "../source/printable.js";
import type { Span } from "../source/span.js";

export interface Hovered {
  readonly span: Span;
  /** Markdown. */
  readonly text: string;
}

/** What the rules at an offset match. A TypeScript sentence makes one rule in each direction. */
export function hoverAt(
  policies: readonly Policy[],
  known: KnownPods,
  file: string,
  offset: number,
): Hovered | undefined {
  const holds = ({ span }: { readonly span: Span }) =>
    span.file === file && span.start <= offset && offset <= span.end;
  const rules = policies.flatMap((policy) =>
    policy.rules.filter(holds).map((rule) => ({ policy, rule, span: rule.span })),
  );
  if (rules.length > 0)
    return { span: rules[0]!.span, text: rules.map((each) => ruleText(each, known)).join("\n\n---\n\n") };
  const policy = policies.find(
    (each) => holds(each) || (each.tier === "networkpolicy" && holds(each.subject)),
  );
  if (!policy) return undefined;
  return {
    span: holds(policy) || policy.tier !== "networkpolicy" ? policy.span : policy.subject.span,
    text: policyText(policy, known),
  };
}

function ruleText(
  { policy, rule }: { readonly policy: Policy; readonly rule: Rule },
  known: KnownPods,
): string {
  const peers = rule.peers?.flatMap((peer) => (peer.kind === "pods" ? known.selected(peer) : [])) ?? [];
  return [
    `**${rule.direction}** of ${code(podWords(rule.subject))}`,
    code(ruleWords(rule)),
    `${code(policyName(policy))}`,
    knownText("subject", known.selected(rule.subject)),
    ...(rule.peers?.some(({ kind }) => kind === "pods") ? [knownText("peer", peers)] : []),
  ].join("  \n");
}

function policyText(policy: Policy, known: KnownPods): string {
  if (policy.tier !== "networkpolicy")
    return `${code(policyName(policy))}  \n${policy.rules.length} rules, ${priorityText(policy)}`;
  const { isolates, subject } = policy;
  const directions = [isolates.ingress && "ingress", isolates.egress && "egress"].filter(Boolean);
  return [
    code(policyName(policy)),
    `isolates ${code(podWords(subject))} for ${directions.join(" and ")}`,
    knownText("subject", known.selected(subject)),
  ].join("  \n");
}

function priorityText({ priority }: TierPolicy): string {
  return priority > LAST_PRIORITY ? "after all priorities" : `priority ${priority}`;
}

function knownText(
  role: string,
  pods: readonly { readonly namespace: string; readonly name: string }[],
): string {
  if (pods.length === 0) return `no known pod matches its ${role}`;
  const names = [...new Set(pods.map(({ namespace, name }) => `${namespace}/${name}`))];
  const more = names.length > 5 ? ` and ${names.length - 5} more` : "";
  return `known ${role}s: ${names.slice(0, 5).map(code).join(", ")}${more}`;
}

/** Text of a policy file as a Markdown code span, which the text cannot end. */
function code(text: string): string {
  return `\`${printable(text).replaceAll("`", "'")}\``;
}
