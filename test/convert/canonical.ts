/** Random policies of test/analysis/policies.ts in the form that every parser gives them. */
import { blockOf } from "../../src/ir/address.js";
import type {
  BlockMatch,
  LabelSelector,
  NamespaceMatch,
  Peer,
  PodMatch,
  Policy,
  PortMatch,
  Requirement,
  Rule,
} from "../../src/ir/policy.js";
import { namespaceMatch } from "../../src/parser/kubernetes/label_selector.js";

export function canonical(policy: Policy): Policy {
  const rules = policy.rules.map(ruleOf);
  return policy.kind === "NetworkPolicy"
    ? { ...policy, subject: podsOf(policy.subject), rules }
    : { ...policy, rules };
}

function ruleOf(rule: Rule): Rule {
  return {
    ...rule,
    subject: podsOf(rule.subject),
    ...(rule.peers && { peers: rule.peers.map(peerOf) }),
    ...(rule.ports && { ports: rule.ports.map(portOf) }),
  };
}

function peerOf(peer: Peer): Peer {
  return peer.kind === "pods" ? podsOf(peer) : blockMatchOf(peer);
}

function podsOf(match: PodMatch): PodMatch {
  return { ...match, namespaces: namespacesOf(match.namespaces), pods: selectorOf(match.pods) };
}

function namespacesOf(match: NamespaceMatch): NamespaceMatch {
  return match.kind === "name" ? match : namespaceMatch(selectorOf(match.selector));
}

function selectorOf(selector: LabelSelector): LabelSelector {
  const text = ({ key, operator, values }: Requirement) => [key, operator, ...values].join(" ");
  const byText = new Map(selector.requirements.map((each) => [text(each), each]));
  const sorted = [...byText].sort(([a], [b]) => (a < b ? -1 : 1));
  return { ...selector, requirements: sorted.map(([, each]) => each) };
}

/** An except lies inside its block, and is smaller. */
function blockMatchOf(block: BlockMatch): BlockMatch {
  const outer = blockOf(block.cidr.text);
  const except = block.except.filter(({ text }) => {
    const inner = blockOf(text);
    return inner.prefix > outer.prefix && outer.first <= inner.first && inner.last <= outer.last;
  });
  return { ...block, except: except.sort((a, b) => (a.text < b.text ? -1 : 1)) };
}

/** A port is a number from 1; only "every port" begins at 0. */
function portOf(port: PortMatch): PortMatch {
  if (port.kind === "named" || port.from > 0 || port.to === 65535) return port;
  return { ...port, from: 1, to: Math.max(1, port.to) };
}
