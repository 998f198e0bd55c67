import { destinations, namedPortsOf } from "../../src/lint/known/named_ports.js";
import type { Rule } from "../../src/lint/rule.js";

export const namedPortPortability: Rule = {
  name: "named-port-portability",
  meta: {
    summary: "network plugins may resolve a named port to different numbers",
    severity: "warning",
    world: "inventory",
    preset: "strict",
  },
  check({ policies, known }, report) {
    for (const { rule, port } of namedPortsOf(policies)) {
      if (rule.direction === "egress") {
        report({
          span: port.span,
          message: `${port.name} is looked up on the destination pods, which not every network plugin does for egress`,
          help: "write the number",
        });
        continue;
      }
      const numbers = numbersOf(port.name, port.protocol, destinations(rule, known) ?? []);
      if (numbers.length < 2) continue;
      report({
        span: port.span,
        message: `${port.name} is ${numbers.join(" and ")} on different known pods that this rule leads to`,
        help: "write the numbers, or give different ports different names",
      });
    }
  },
};

/** A name stands for the first port of a pod with that name. */
function numbersOf(
  portName: string,
  protocol: string,
  pods: NonNullable<ReturnType<typeof destinations>>,
): readonly number[] {
  const numbers = pods.flatMap(
    ({ ports }) => ports.find((each) => each.name === portName && each.protocol === protocol)?.port ?? [],
  );
  return [...new Set(numbers)].sort((a, b) => a - b);
}
