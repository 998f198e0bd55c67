import { isContradictory, podsIntersect, textOf } from "../../src/analysis/pod_conditions.js";
import type { NetworkPolicy, Policy, Rule as PolicyRule } from "../../src/ir/policy.js";
import { policyName } from "../../src/ir/policy_name.js";
import type { KnownPods } from "../../src/lint/known_pods.js";
import type { Rule } from "../../src/lint/rule.js";

/** Where cluster DNS listens: port 53, and 5353 on the DNS pods of OpenShift, to which its port 53 is translated. */
const DNS_PORTS = [53, 5353];

export const dnsBlocked: Rule = {
  name: "dns-blocked",
  meta: {
    summary: "pods may open connections to other pods, but no policy lets them ask DNS",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
  },
  check({ policies, known, incomplete }, report) {
    if (incomplete) return;
    const dnsRules = byNamespace(policies.flatMap((policy) => policy.rules).filter(allowsDns));
    const seen = new Set<string>();
    for (const policy of policies) {
      if (policy.tier !== "networkpolicy" || isContradictory(policy.subject)) continue;
      const opens = policy.rules.find(opensToPods);
      const id = textOf(policy.subject);
      if (!opens || seen.has(id)) continue;
      seen.add(id);
      const rules = [...(dnsRules.get(policy.namespace) ?? []), ...(dnsRules.get(undefined) ?? [])];
      const without = podsWithoutDns(policy, rules, known);
      if (!without) continue;
      report({
        span: opens.span,
        message: `no policy lets ${without} reach port 53, so names of services cannot be resolved`,
        notes: [{ message: `egress is isolated by ${policyName(policy)}`, span: policy.span }],
        help: "allow egress to the cluster's DNS pods on UDP and TCP port 53",
      });
    }
  },
};

/** Only rules of a policy's namespace, or of namespaces by their labels (undefined), concern its pods. */
function byNamespace(rules: readonly PolicyRule[]): ReadonlyMap<string | undefined, readonly PolicyRule[]> {
  const groups = new Map<string | undefined, PolicyRule[]>();
  for (const rule of rules) {
    const { namespaces } = rule.subject;
    const name = namespaces.kind === "name" ? namespaces.name : undefined;
    const group = groups.get(name);
    if (group) group.push(rule);
    else groups.set(name, [rule]);
  }
  return groups;
}

/** Some pods may be reached by it. A rule of address blocks alone says nothing about the use of names. */
function opensToPods({ direction, peers }: PolicyRule): boolean {
  return direction === "egress" && (peers === undefined || peers.some(({ kind }) => kind === "pods"));
}

/** A named port may be any number, so it may be DNS. */
function allowsDns({ direction, action, ports }: PolicyRule): boolean {
  if (direction !== "egress" || action !== "allow") return false;
  return (
    ports === undefined ||
    ports.some(
      (port) =>
        port.protocol !== "SCTP" &&
        (port.kind === "named" || DNS_PORTS.some((dns) => port.from <= dns && dns <= port.to)),
    )
  );
}

/** The pods of the policy that no rule for DNS selects, in words. Where none are known, those that might be are asked. */
function podsWithoutDns(
  { subject }: NetworkPolicy,
  dnsRules: readonly Policy["rules"][number][],
  known: KnownPods,
): string | undefined {
  const mine = known.selected(subject);
  // Policies do not apply to pods of the host's network.
  const isolated = mine.filter(({ hostNetwork }) => !hostNetwork);
  if (mine.length === 0) {
    const asked = dnsRules.some(
      (rule) => !isContradictory(rule.subject) && podsIntersect(subject, rule.subject),
    );
    return asked ? undefined : "these pods, in any possible cluster,";
  }
  const without = isolated.filter((pod) => !dnsRules.some((rule) => known.selects(rule.subject, pod)));
  if (without.length === 0) return undefined;
  const name = without[0]!.workload?.name ?? without[0]!.name;
  return `${name}${without.length > 1 ? ` and ${without.length - 1} more known pods` : ""}`;
}
