/** The decisions for ranges of ports between two ends: ports with the same decision are grouped. */
import type { Policy, PortRange } from "../../ir/policy.js";
import { NO_SPAN } from "../../source/span.js";
import { matches } from "../semantics/decide.js";
import type { Flow } from "../semantics/decide.js";
import { portOn } from "../semantics/destination_port.js";
import { explain } from "../semantics/explain.js";
import type { Explanation } from "../semantics/explain.js";
import { portClasses } from "../sets/ports.js";
import { joinedSpans } from "../sets/port_spans.js";
import type { PortSpan } from "../sets/port_spans.js";

export type Ends = Pick<Flow, "from" | "to" | "toItself">;

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
  const ids = new DecisionIds();
  for (const { protocol, from, to } of splitPorts(policies, ends, asked)) {
    const flow = flowOf(ends, protocol, from);
    const explanation = explain(policies, flow);
    const id = ids.of(explanation);
    const group = groups.get(id);
    if (!group) groups.set(id, { ports: [{ protocol, from, to }], flow, explanation });
    else group.ports.push({ protocol, from, to });
  }
  return [...groups.values()].map((group) => ({ ...group, ports: joinedSpans(group.ports) }));
}

export function flowOf({ from, to, toItself }: Ends, protocol: Flow["protocol"], port: number): Flow {
  return { from, to, ...(toItself && { toItself }), protocol, port };
}

function splitPorts(
  policies: readonly Policy[],
  ends: Ends,
  asked: readonly PortSpan[],
): readonly PortSpan[] {
  const anyPort = flowOf(ends, "other", 0);
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

/** Equal for decisions by the same rules and policies of the same tiers, or for the same reason without any. */
export class DecisionIds {
  private readonly known = new Map<object, number>();

  of({ egress, ingress }: Explanation): string {
    const sides = [egress, ingress].map(({ unasked, steps }) => [
      unasked,
      ...steps.map(({ tier, outcome, rules, isolatedBy }) => {
        return [
          tier,
          outcome,
          rules.map(({ rule }) => this.identify(rule)),
          isolatedBy.map((each) => this.identify(each)),
        ];
      }),
    ]);
    return JSON.stringify(sides);
  }

  private identify(object: object): number {
    const id = this.known.get(object) ?? this.known.size;
    this.known.set(object, id);
    return id;
  }
}
