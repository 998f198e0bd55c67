/** The proof that a converted policy set means the same as the original. */
import { contentOf } from "../analysis/sides/content.js";
import { meansTheSame } from "../analysis/diff/semantic_diff.js";
import { policyName } from "../ir/policy_name.js";
import type { NetworkPolicy, Policy, PortMatch, Rule } from "../ir/policy.js";

/**
 * Is every flow in every cluster decided the same way, and does every NetworkPolicy keep its name, isolated pods and
 * logging?
 */
export function sameMeaning(before: readonly Policy[], after: readonly Policy[]): boolean {
  const [names, others] = [identities(before), identities(after)];
  return (
    names.size === others.size &&
    [...names].every((name) => others.has(name)) &&
    meansTheSame(before.map(inAtoms), after.map(inAtoms))
  );
}

function identities(policies: readonly Policy[]): ReadonlySet<string> {
  return new Set(
    policies
      .filter((policy): policy is NetworkPolicy => policy.kind === "NetworkPolicy")
      .map((policy) =>
        JSON.stringify([policyName(policy), contentOf(policy.subject), policy.isolates, policy.logged]),
      ),
  );
}

/**
 * A NetworkPolicy with one rule per peer and port, sorted. Its rules are additive, so this changes nothing, and equal
 * policies compare equal. In tiers, only port 0 is normalised, which no API can express.
 */
function inAtoms(policy: Policy): Policy {
  if (policy.kind !== "NetworkPolicy") return { ...policy, rules: policy.rules.map(withoutPortZero) };
  const atoms = policy.rules.flatMap((rule) =>
    (rule.peers ?? [undefined]).flatMap((peer) =>
      (rule.ports ?? [undefined]).map((port): Rule => {
        const { peers: _, ports: __, ...rest } = rule;
        return { ...rest, ...(peer && { peers: [peer] }), ...(port && { ports: [port] }) };
      }),
    ),
  );
  const byText = new Map(atoms.map((rule) => [contentOf(rule), rule]));
  const rules = [...byText].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0)).map(([, rule]) => rule);
  return { ...policy, rules };
}

function withoutPortZero(rule: Rule): Rule {
  if (!rule.ports) return rule;
  return { ...rule, ports: rule.ports.map((port) => (isAll(port) ? { ...port, from: 1 } : port)) };
}

function isAll(port: PortMatch): port is Extract<PortMatch, { kind: "range" }> {
  return port.kind === "range" && port.from === 0;
}
