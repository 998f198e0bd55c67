/** The IR in words, for comments, manifests and messages. Label selectors read as kubectl's `-l` does. */
import type {
  LabelSelector,
  NamedPort,
  NamespaceMatch,
  Peer,
  PodMatch,
  PortMatch,
  Requirement,
  Rule,
} from "./policy.js";

/** Such as `allow from app=web in shop on TCP 8080`. */
export function ruleWords(rule: Rule): string {
  const preposition = rule.direction === "ingress" ? "from" : "to";
  const peers = rule.peers === undefined ? "anywhere" : rule.peers.map(peerWords).join(" or ");
  const ports = rule.ports === undefined ? "" : ` on ${rule.ports.map(portWords).join(", ")}`;
  return `${rule.action} ${preposition} ${peers}${ports}`;
}

export function peerWords(peer: Peer): string {
  if (peer.kind === "pods") return podWords(peer);
  const except = peer.except.map(({ text }) => text).join(", ");
  return except === "" ? peer.cidr.text : `${peer.cidr.text} except ${except}`;
}

export function podWords({ pods, namespaces }: PodMatch): string {
  return `${pods.requirements.length === 0 ? "every pod" : selectorWords(pods)} in ${namespaceWords(namespaces)}`;
}

export function portWords(port: PortMatch | Pick<NamedPort, "kind" | "protocol" | "name">): string {
  if (port.kind === "named") return `${port.protocol} port "${port.name}"`;
  if (port.from === 0 && port.to === 65535) return `every ${port.protocol} port`;
  return port.from === port.to ? `${port.protocol} ${port.from}` : `${port.protocol} ${port.from}-${port.to}`;
}

function namespaceWords(match: NamespaceMatch): string {
  if (match.kind === "name") return match.name;
  return match.selector.requirements.length === 0
    ? "every namespace"
    : `namespaces with ${selectorWords(match.selector)}`;
}

function selectorWords(selector: LabelSelector): string {
  return selector.requirements.map(requirementWords).join(",");
}

function requirementWords({ key, operator, values }: Requirement): string {
  switch (operator) {
    case "In":
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in (${values.join(", ")})`;
    case "NotIn":
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin (${values.join(", ")})`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
  }
}
