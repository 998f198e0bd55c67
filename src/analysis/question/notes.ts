/** Notes on what is unknown or surprising about the ends of a flow, if some rule depends on it. */
import type { Peer, PodMatch, Policy, Rule } from "../../ir/policy.js";
import { matches, matchesPeer, matchesPort, podAt } from "../semantics/decide.js";
import type { Endpoint, Flow, PodEnd } from "../semantics/decide.js";
import { selects, selectsNamespace } from "../semantics/select.js";
import { asksForMore, mayBeSelected, unknownNamespacesNote } from "../semantics/unknown_namespaces.js";

/** A sentence each. */
export function notesOn(flow: Flow, policies: readonly Policy[]): readonly string[] {
  if (flow.toItself) return [];
  return [
    ...onHostNetwork(flow).map(
      (end) =>
        `${end} is on the host network: rules see its node's address, pod selectors do not match it, and pods on its node always reach it`,
    ),
    ...unknownAddresses(flow, policies).map(
      (end) => `the address of ${end} is unknown, so no address block matches it`,
    ),
    ...unknownPorts(flow, policies).map(
      (end) => `no port names of ${end} are known, so no rule for a named port matches it`,
    ),
    ...unknownNamespacesNote(unknownNamespaces(flow, policies)),
  ];
}

export function nameOfEnd(end: Endpoint): string {
  return end.kind === "pod" ? `${end.pod.namespace}/${end.pod.name}` : end.ip;
}

/** Those that the policies of the other end do not see as pods. */
function onHostNetwork({ from, to }: Flow): readonly string[] {
  return [
    { end: from, other: to },
    { end: to, other: from },
  ].flatMap(({ end, other }) =>
    end.kind === "pod" && !podAt(end) && !end.ownNode && podAt(other) ? [nameOfEnd(end)] : [],
  );
}

function unknownAddresses({ from, to }: Flow, policies: readonly Policy[]): readonly string[] {
  const asked = policies.some(({ rules }) =>
    rules.some(({ peers }) => peers?.some(({ kind }) => kind === "block")),
  );
  if (!asked) return [];
  return [from, to].filter((end) => end.kind === "pod" && end.ip === undefined).map(nameOfEnd);
}

/** The destination, if it names no ports and a rule for these ends asks for a name. */
function unknownPorts(flow: Flow, policies: readonly Policy[]): readonly string[] {
  const to = podAt(flow.to);
  if (!to || to.pod.ports.some(({ name }) => name !== undefined)) return [];
  const asked = policies.some(({ rules }) =>
    rules.some(
      ({ ports = [], ...rule }) => ports.some(({ kind }) => kind === "named") && matches(rule, flow),
    ),
  );
  return asked ? [nameOfEnd(to)] : [];
}

function unknownNamespaces(flow: Flow, policies: readonly Policy[]): readonly string[] {
  const rules = policies.flatMap((policy) => policy.rules).filter((rule) => mayMatch(rule, flow));
  const names = [flow.from, flow.to].flatMap((end) => {
    const pod = podAt(end);
    const isAsked =
      pod?.namespace.implied &&
      rules.some((rule) => termsOn(rule, end, flow).some((term) => asksMore(term, pod)));
    return isAsked ? [pod.namespace.name] : [];
  });
  return [...new Set(names)];
}

/** A rule may match where labels of namespaces are not known. */
function mayMatch(rule: Rule, flow: Flow): boolean {
  const { subject, peers, ports } = rule;
  const [own, other] = rule.direction === "egress" ? [flow.from, flow.to] : [flow.to, flow.from];
  return (
    maySelect(subject, own) &&
    (!peers ||
      peers.some((peer) => (peer.kind === "pods" ? maySelect(peer, other) : matchesPeer(peer, other)))) &&
    (!ports || ports.some((port) => matchesPort(port, flow)))
  );
}

function maySelect({ namespaces, pods }: PodMatch, end: Endpoint): boolean {
  const seen = podAt(end);
  if (!seen || !selects(pods, seen.pod.labels)) return false;
  const { namespace } = seen;
  return namespace.implied ? mayBeSelected(namespaces, namespace) : selectsNamespace(namespaces, namespace);
}

/** What the rule asks of this end of the flow. */
function termsOn({ direction, subject, peers = [] }: Rule, end: Endpoint, flow: Flow): readonly Peer[] {
  return (direction === "egress") === (end === flow.from) ? [subject] : peers;
}

function asksMore(term: Peer, end: PodEnd): boolean {
  return term.kind === "pods" && maySelect(term, end) && asksForMore(term.namespaces, end.namespace);
}
