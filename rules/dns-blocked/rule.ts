import { isContradictory, podsIntersect, textOf } from "../../src/analysis/sets/pod_conditions.js";
import { writtenNamespace } from "../../src/ir/namespaced.js";
import type { NetworkPolicy, PodMatch, Rule as PolicyRule } from "../../src/ir/policy.js";
import { policyName } from "../../src/ir/policy_name.js";
import type { KnownPods } from "../../src/lint/known/known_pods.js";
import { anywhere, namespaceScope } from "../../src/lint/scopes/namespace_scope.js";
import type { Rule } from "../../src/lint/rule.js";

/** The ports of cluster DNS: 53, and 5353 on OpenShift's DNS pods, to which port 53 is translated. */
const DNS_PORTS = [53, 5353];

/** The usual port of API servers. */
const API_SERVER = 6443;

/** Values of labels that the cluster's DNS pods have. */
const DNS_SERVERS: ReadonlySet<string> = new Set(["coredns", "kube-dns", "node-local-dns", "rke2-coredns"]);

export const dnsBlocked: Rule = {
  name: "dns-blocked",
  meta: {
    summary: "pods may connect to other pods, but no policy lets them query DNS",
    severity: "warning",
    world: "every-cluster",
    preset: "recommended",
  },
  check({ policies, known, incomplete, isShared }, report) {
    if (incomplete) return;
    const asking = byNamespace(policies.flatMap((policy) => policy.rules).filter(allowsDns));
    const seen = new Set<string>();
    for (const policy of policies) {
      if (policy.tier !== "networkpolicy" || isContradictory(policy.subject)) continue;
      if (isDnsServer(policy.subject) || isShared(policy)) continue;
      const opens = policy.rules.find(opensToPods);
      const id = textOf(policy.subject);
      if (!opens || seen.has(id)) continue;
      seen.add(id);
      const without = podsWithoutDns(policy, asking(writtenNamespace(policy)), known);
      if (!without) continue;
      report({
        span: opens.span,
        message: `no policy lets ${without} reach port 53, so they cannot resolve names`,
        notes: [{ message: `egress is isolated by ${policyName(policy)}`, span: policy.span }],
        help: "allow egress to the cluster's DNS pods on UDP and TCP port 53",
      });
    }
  },
};

/** The subjects that may select pods of a namespace: those in it, and those that select namespaces by labels or not at all. */
function byNamespace(rules: readonly PolicyRule[]): (namespace: string | undefined) => readonly PodMatch[] {
  const groups = new Map<string | undefined, PodMatch[]>();
  const seen = new Set<string>();
  const all: PodMatch[] = [];
  for (const rule of rules) {
    const subject = anywhere(rule.subject);
    if (isContradictory(subject) || seen.has(textOf(subject))) continue;
    seen.add(textOf(subject));
    all.push(subject);
    const name = subject.namespaces.kind === "name" ? subject.namespaces.name : undefined;
    const group = groups.get(name);
    if (group) group.push(subject);
    else groups.set(name, [subject]);
  }
  return (namespace) =>
    namespace === undefined ? all : [...(groups.get(namespace) ?? []), ...(groups.get(undefined) ?? [])];
}

/**
 * Does the rule let pods be reached, probably by name? Address blocks do not need names, and every pod is given the
 * address of the API server.
 */
function opensToPods({ direction, peers, ports }: PolicyRule): boolean {
  if (direction !== "egress") return false;
  if (peers) return peers.some((peer) => peer.kind === "pods" && !isContradictory(peer));
  return !ports?.some((port) => port.kind === "range" && port.from <= API_SERVER && API_SERVER <= port.to);
}

/** Does the match select the cluster's DNS pods, which query no other pod? */
function isDnsServer({ pods }: PodMatch): boolean {
  return pods.requirements.some(
    ({ operator, values }) => operator === "In" && values.every((value) => DNS_SERVERS.has(value)),
  );
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

/** The policy's pods without a rule for DNS, in words. If no pods are known, possible ones are checked. */
function podsWithoutDns(
  policy: NetworkPolicy,
  asking: readonly PodMatch[],
  known: KnownPods,
): string | undefined {
  const mine = known.surelySelected(policy.subject);
  // Policies do not apply to pods on the host network.
  const isolated = mine.filter(({ hostNetwork }) => !hostNetwork);
  if (mine.length > 0 && isolated.length === 0) return undefined;
  const ofNamespace = isolated.filter((pod) => namespaceScope(pod) === namespaceScope(policy));
  if (ofNamespace.length === 0) {
    const subject = anywhere(policy.subject);
    return asking.some((each) => podsIntersect(subject, each))
      ? undefined
      : "these pods, in any possible cluster,";
  }
  const without = ofNamespace.filter((pod) => !asking.some((each) => known.selection(each, pod) !== "no"));
  if (without.length === 0) return undefined;
  const name = without[0]!.workload?.name ?? without[0]!.name;
  return `${name}${without.length > 1 ? ` and ${without.length - 1} more known pods` : ""}`;
}
