/** Namespaces that got other labels, of which every pod may be meant by other rules: the policies, told by their names. */
import type { Inventory, Namespace } from "../../../ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../../ir/inventory.js";
import type { Peer, PodMatch, Policy, Rule } from "../../../ir/policy.js";
import { NO_SPAN } from "../../../source/span.js";
import type { KnownCluster } from "../../reachability/members.js";
import { isContradictory } from "../../sets/pod_conditions.js";
import { selects } from "../../semantics/select.js";
import { bothSelect } from "../ends/end_set.js";

/**
 * Policies that say of each side what they say, of namespaces whose labels changed by name: so what the labels made
 * different is a difference of the policies.
 */
export function byName(before: KnownCluster, after: KnownCluster): readonly [KnownCluster, KnownCluster] {
  const changed = relabelled(before.inventory, after.inventory);
  if (changed.length === 0) return [before, after];
  const of = ({ policies, inventory }: KnownCluster): KnownCluster => {
    const namespaces = inventory.namespaces.filter(({ name }) => changed.includes(name));
    return { policies: policies.map((policy) => named(policy, namespaces)), inventory };
  };
  return [of(before), of(after)];
}

function relabelled(before: Inventory, after: Inventory): readonly string[] {
  const described = ({ namespaces }: Inventory) => namespaces.filter(({ implied }) => !implied);
  const was = new Map(described(before).map(({ name, labels }) => [name, labels]));
  return described(after).flatMap(({ name, labels }) => {
    const old = was.get(name);
    if (!old) return [];
    const keys = [...Object.keys(old), ...Object.keys(labels)];
    return keys.some((key) => old[key] !== labels[key]) ? [name] : [];
  });
}

function named(policy: Policy, namespaces: readonly Namespace[]): Policy {
  if (policy.tier === "networkpolicy")
    return { ...policy, rules: policy.rules.map((rule) => withPeers(rule, namespaces)) };
  const rules = policy.rules.flatMap((rule) =>
    matchesByName(rule.subject, namespaces).map((subject) => withPeers({ ...rule, subject }, namespaces)),
  );
  return { ...policy, rules };
}

function withPeers(rule: Rule, namespaces: readonly Namespace[]): Rule {
  const { peers } = rule;
  if (!peers) return rule;
  const told = peers.flatMap((peer): readonly Peer[] =>
    peer.kind === "pods" ? matchesByName(peer, namespaces) : [peer],
  );
  return { ...rule, peers: told };
}

/** The same pods, of these namespaces by name. */
function matchesByName(match: PodMatch, namespaces: readonly Namespace[]): readonly PodMatch[] {
  if (match.namespaces.kind === "name" || isContradictory(match)) return [match];
  const { selector } = match.namespaces;
  if (selector.requirements.every(({ key }) => key === NAMESPACE_NAME_LABEL)) return [match];
  const others: PodMatch = {
    ...match,
    pods: { requirements: [], span: NO_SPAN },
    namespaces: {
      kind: "selector",
      selector: {
        requirements: [
          {
            key: NAMESPACE_NAME_LABEL,
            operator: "NotIn",
            values: namespaces.map(({ name }) => name).sort(),
            span: NO_SPAN,
          },
        ],
        span: NO_SPAN,
      },
      span: NO_SPAN,
    },
  };
  const selected = namespaces.filter(({ name, labels }) =>
    selects(selector, { ...labels, [NAMESPACE_NAME_LABEL]: name }),
  );
  return [
    bothSelect(match, others),
    ...selected.map(({ name }): PodMatch => {
      return { ...match, namespaces: { kind: "name", name, span: match.namespaces.span } };
    }),
  ];
}
