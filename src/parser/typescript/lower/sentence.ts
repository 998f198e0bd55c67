import type { Action, Direction, PortMatch } from "../../../ir/policy.js";
import type { Span } from "../../../source/span.js";
import { lowerEnd } from "./end.js";
import type { End } from "./end.js";
import type { Place, Untrusted } from "./place.js";
import { isNode, isRecord, shown } from "./report.js";
import type { Report } from "./report.js";
import { lowerPorts } from "./ports.js";

/** `allow(from).to(to).on(ports)`, with its ends and ports in the IR's terms. */
export interface Sentence {
  readonly node: Untrusted;
  readonly action: Action;
  readonly from: End;
  readonly to: End;
  readonly ports?: readonly PortMatch[];
  /** Rules of this direction only. */
  readonly only?: Direction;
  readonly logged: boolean;
  readonly name?: string;
  readonly span: Span;
}

const ACTIONS: ReadonlySet<unknown> = new Set<Action>(["allow", "deny", "pass"]);

/** Those of `rules` that can be lowered; the others are reported. */
export function lowerSentences(rules: unknown, place: Place, report: Report, allowed = ACTIONS): Sentence[] {
  if (!Array.isArray(rules)) {
    report.error("invalid-rule", place.span, `rules must be an array, not ${shown(rules)}`);
    return [];
  }
  return rules.flatMap((rule, index) => lowerSentence(rule, place.item(index), report, allowed) ?? []);
}

function lowerSentence(
  node: unknown,
  place: Place,
  report: Report,
  allowed: ReadonlySet<unknown>,
): Sentence | undefined {
  if (isNode(node, "opening")) {
    const { span } = report.sites.of(node, place);
    return report.error("invalid-rule", span, "the sentence has no `.to`", report.callNotes(node));
  }
  if (!isNode(node, "sentence") || !ACTIONS.has(node["action"]))
    return report.error("invalid-rule", place.span, `${shown(node)} is not a rule`, {
      help: "write allow(...).to(...)",
    });
  const at = report.sites.of(node, place);
  const action = node["action"] as Action;
  if (!allowed.has(action)) {
    const help = "use it in adminTier or baselineTier";
    return report.error("invalid-rule", at.span, `${action} exists only in tiers`, {
      help,
      ...report.callNotes(node),
    });
  }
  const from = lowerEnd(node["from"], openingPlace(node, report) ?? at, report);
  const to = lowerEnd(node["to"], report.sites.argument(node, "to", 0) ?? at, report);
  const portAt = (index: number) => report.sites.argument(node, "on", index);
  const spoken = isPresent(node["ports"]);
  const ports = spoken ? lowerPorts(node["ports"], portAt, at, report) : [];
  const name = lowerName(node, at, report);
  if (!from || !to || !ports) return undefined;
  const only = node["only"] === "ingress" || node["only"] === "egress" ? node["only"] : undefined;
  return {
    node,
    action,
    from,
    to,
    ...(spoken && { ports }),
    ...(only && { only }),
    logged: node["logged"] === true,
    ...(name !== undefined && { name }),
    span: at.span,
  };
}

/** As long as the API takes; the empty name is none. */
const LONGEST_NAME = 100;

function lowerName(node: Untrusted, at: Place, report: Report): string | undefined {
  const { name } = node;
  if (!isPresent(name) || name === "") return undefined;
  if (typeof name === "string" && [...name].length <= LONGEST_NAME) return name;
  const { span } = report.sites.argument(node, "named", 0) ?? at;
  const what = typeof name === "string" ? "is longer than 100 characters" : "is not a string";
  return report.error("invalid-name", span, `the name ${shown(name)} ${what}`);
}

/** `allow(x)` is in the sentence's own chain, or in one of its own (`const open = allow(x)`). */
function openingPlace(node: Untrusted, report: Report): Place | undefined {
  const opening = node["opening"];
  const apart = isRecord(opening) ? report.sites.argument(opening, undefined, 0) : undefined;
  return apart ?? report.sites.argumentBefore(node, "to");
}

export function isPresent(value: unknown): boolean {
  return value !== undefined && value !== null;
}
