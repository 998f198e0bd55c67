/** What the policies say about ranges of ports between two ends: the ports that get the same decision together. */
import type { Policy, PortRange } from "../../ir/policy.js";
import { NO_SPAN } from "../../source/span.js";
import { matches } from "./decide.js";
import type { Flow } from "./decide.js";
import { explain } from "./explain.js";
import type { Explanation } from "./explain.js";
import { joinedSpans } from "../sets/port_spans.js";
import type { PortSpan } from "../sets/port_spans.js";
import { portClasses } from "../sets/ports.js";
import { portOn } from "./destination_port.js";
import type { Ends } from "./resolve_flow.js";

export interface PortsExplanation {
  /** By protocol, ascending, neither overlapping nor adjacent. */
  readonly ports: readonly PortSpan[];
  /** On one of the ports. */
  readonly flow: Flow;
  /** The same for all of the ports. */
  readonly explanation: Explanation;
}

/** Exact: the ports are split by every rule that might match these ends. In the order of their first port. */
export function explainPorts(
  policies: readonly Policy[],
  ends: Ends,
  asked: readonly PortSpan[],
): readonly PortsExplanation[] {
  const groups = new Map<string, { ports: PortSpan[]; flow: Flow; explanation: Explanation }>();
  const identify = identities();
  for (const { protocol, from, to } of splitPorts(policies, ends, asked)) {
    const flow = { ...ends, protocol, port: from };
    const explanation = explain(policies, flow);
    const id = decisionId(explanation, identify);
    const group = groups.get(id);
    if (!group) groups.set(id, { ports: [{ protocol, from, to }], flow, explanation });
    else group.ports.push({ protocol, from, to });
  }
  return [...groups.values()].map((group) => ({ ...group, ports: joinedSpans(group.ports) }));
}

function splitPorts(
  policies: readonly Policy[],
  ends: Ends,
  asked: readonly PortSpan[],
): readonly PortSpan[] {
  const anyPort: Flow = { ...ends, protocol: "other", port: 0 };
  const ofRules = policies
    .flatMap(({ rules }) => rules)
    .flatMap(({ ports = [], ...rule }) => (ports.length > 0 && matches(rule, anyPort) ? ports : []))
    .flatMap((port) => portOn(port, ends.to) ?? []);
  const ofQuestion = asked.flatMap(({ protocol, from, to }): PortRange[] =>
    protocol === "other" ? [] : [{ kind: "range", protocol, from, to, span: NO_SPAN }],
  );
  return portClasses([...ofRules, ...ofQuestion]).filter((each) =>
    asked.some(({ protocol, from, to }) => each.protocol === protocol && from <= each.from && each.to <= to),
  );
}

/** Equal for decisions by the same rules and policies of the same tiers. */
function decisionId({ egress, ingress }: Explanation, identify: (object: object) => number): string {
  const sides = [egress, ingress].map(({ steps }) =>
    steps.map(({ tier, outcome, rules, isolatedBy }) => {
      return [tier, outcome, rules.map(({ rule }) => identify(rule)), isolatedBy.map(identify)];
    }),
  );
  return JSON.stringify(sides);
}

function identities(): (object: object) => number {
  const known = new Map<object, number>();
  return (object) => {
    const id = known.get(object) ?? known.size;
    known.set(object, id);
    return id;
  };
}
