import { policyDestinations, ServiceBackends } from "../../src/lint/known/service_backends.js";
import type { Rule } from "../../src/lint/rule.js";

export const servicePort: Rule = {
  name: "service-port",
  meta: {
    summary: "a rule names the port of a Service, but the Service's pods listen on another port",
    severity: "warning",
    world: "inventory",
    preset: "recommended",
  },
  check({ policies, inventory, known, incomplete }, report) {
    if (incomplete || inventory.services.length === 0) return;
    const backends = new ServiceBackends(inventory.services, known);
    for (const rule of policies.flatMap((policy) => policy.rules)) {
      const matches = rule.ports ? policyDestinations(rule) : [];
      for (const port of rule.ports ?? []) {
        if (port.kind !== "range" || port.from !== port.to || !backends.isOfService(port)) continue;
        const [found, ...others] = matches.map((match) => backends.translated(port, match));
        if (!found || others.includes(undefined)) continue;
        const { service, listening } = found;
        // The author of a rule with both ports knows about both.
        if (rule.ports!.some((each) => each.kind === "named" || holds(each, listening))) continue;
        report({
          span: port.span,
          message:
            `${port.from} is the port of Service ${service.namespace}/${service.name}, whose pods listen on ${listening}: ` +
            "policies see the pod's port",
          notes: [{ message: "the Service", span: service.span }],
          help: `write ${listening}`,
        });
      }
    }
  },
};

function holds({ from, to }: { readonly from: number; readonly to: number }, port: number): boolean {
  return from <= port && port <= to;
}
