import { destinations, knownPodWords, namedPortsOf } from "../../src/lint/known/named_ports.js";
import type { Rule } from "../../src/lint/rule.js";

/** Ports of containers that Istio, Linkerd and Dapr inject into pods, which no manifest shows. */
const INJECTED = /^(http-envoy-prom$|linkerd-|dapr-)/;

export const unknownNamedPort: Rule = {
  name: "unknown-named-port",
  meta: {
    summary: "a rule names a port that none of the known pods it leads to has",
    severity: "warning",
    world: "inventory",
    preset: "recommended",
  },
  check({ policies, inventory, known, incomplete }, report) {
    if (incomplete || inventory.pods.length === 0) return;
    for (const { rule, port } of namedPortsOf(policies)) {
      if (INJECTED.test(port.name)) continue;
      const pods = destinations(rule, known);
      if (!pods || pods.length === 0) continue;
      if (pods.some(({ ports }) => ports.some(({ name }) => name === port.name))) continue;
      const names = [...new Set(pods.flatMap(({ ports }) => ports.flatMap(({ name }) => name ?? [])))].sort();
      report({
        span: port.span,
        message: `no port of ${knownPodWords(pods)} that this rule leads to is named ${port.name}`,
        help:
          names.length > 0
            ? `their ports are named ${names.slice(0, 5).join(", ")}${names.length > 5 ? " and more" : ""}`
            : "their ports have no names: write the number, or name the container's port",
      });
    }
  },
};
