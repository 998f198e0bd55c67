import type { Protocol } from "../../src/ir/policy.js";
import { isTypeScript } from "../../src/lint/is_typescript.js";
import { destinations, knownPodWords, namedPortsOf } from "../../src/lint/known/named_ports.js";
import type { NamedPortUse } from "../../src/lint/known/named_ports.js";
import type { Rule } from "../../src/lint/rule.js";

export const namedPortProtocol: Rule = {
  name: "named-port-protocol",
  meta: {
    summary: "a rule names a port that the known pods have only for another protocol",
    severity: "warning",
    world: "inventory",
    preset: "recommended",
  },
  check({ policies, inventory, known, incomplete }, report) {
    if (incomplete || inventory.pods.length === 0) return;
    for (const { rule, port } of namedPortsOf(policies)) {
      const pods = ofEveryProtocol({ rule, port }) ? undefined : destinations(rule, known);
      if (!pods) continue;
      const named = pods.filter(({ ports }) => ports.some(({ name }) => name === port.name));
      const protocols = new Set(
        named.flatMap(({ ports }) => ports.flatMap((each) => (each.name === port.name ? each.protocol : []))),
      );
      if (named.length === 0 || protocols.has(port.protocol)) continue;
      const words = [...protocols].sort().join(" and ");
      report({
        span: port.span,
        message: `${port.name} is a port of ${words}, not of ${port.protocol}, on ${knownPodWords(named)} that this rule leads to`,
        help: helpFor(port, [...protocols].sort()[0]!),
      });
    }
  },
};

/** In a tier's YAML, a named port stands for the port of that name with any protocol, and has no protocol field. */
function ofEveryProtocol({ rule, port: { name, protocol, span } }: NamedPortUse): boolean {
  return rule.ports!.some(
    (other) =>
      other.kind === "named" &&
      other.name === name &&
      other.protocol !== protocol &&
      other.span.start === span.start,
  );
}

function helpFor({ name, span }: NamedPortUse["port"], protocol: Protocol): string {
  return isTypeScript(span)
    ? `write ${protocol.toLowerCase()}("${name}")`
    : `write \`protocol: ${protocol}\`; without a protocol a port is TCP`;
}
