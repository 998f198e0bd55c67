/** What policies and claims can see of pods and namespaces: if two agree in all of it, they have the same verdicts. */
import type { Claim } from "../../ir/claim.js";
import type { Labels, Namespace, Pod } from "../../ir/inventory.js";
import type { LabelSelector, NamespaceMatch, Peer, Policy, PortMatch } from "../../ir/policy.js";

export interface Visible {
  ofNamespace(namespace: Namespace): string;
  ofPod(pod: Pod): string;
}

/** @param allPorts also container ports that no rule asks for by name */
export function visibleTo(policies: readonly Policy[], claims: readonly Claim[], allPorts: boolean): Visible {
  const asked = new Asked();
  for (const policy of policies) asked.policy(policy);
  for (const claim of claims) asked.connections([claim, ...claim.except]);
  const { podKeys, namespaceKeys, portNames } = asked;
  return {
    ofNamespace: ({ labels }) => JSON.stringify(some(labels, namespaceKeys)),
    ofPod: ({ labels, chosen = [], ports, hostNetwork, ips, node, annotations }) =>
      JSON.stringify([
        some(labels, podKeys),
        chosen.filter(({ prefixes }) => Object.keys(prefixes).some((key) => podKeys.has(key))),
        ports.filter(({ name }) => allPorts || (name !== undefined && portNames.has(name))),
        hostNetwork,
        ips,
        node,
        annotations && some(annotations, new Set(Object.keys(annotations))),
      ]),
  };
}

function some(labels: Labels, keys: ReadonlySet<string>): readonly (readonly [string, string])[] {
  return Object.entries(labels)
    .filter(([key]) => keys.has(key))
    .sort(([a], [b]) => (a < b ? -1 : 1));
}

/** The label keys and port names that some term mentions. */
class Asked {
  readonly podKeys = new Set<string>();
  readonly namespaceKeys = new Set<string>();
  readonly portNames = new Set<string>();

  policy(policy: Policy): void {
    if (policy.tier === "networkpolicy") this.peers([policy.subject]);
    for (const { subject, peers, ports } of policy.rules) {
      this.peers([subject, ...(peers ?? [])]);
      this.ports(ports);
    }
  }

  connections(all: readonly Omit<Claim, "kind" | "except" | "sentence" | "span">[]): void {
    for (const { from = [], to = [], ports } of all) {
      this.peers([...from, ...to]);
      this.ports(ports);
    }
  }

  private peers(peers: readonly Peer[]): void {
    for (const peer of peers) {
      if (peer.kind !== "pods") continue;
      addKeys(this.podKeys, peer.pods);
      this.namespaces(peer.namespaces);
    }
  }

  private namespaces(match: NamespaceMatch): void {
    if (match.kind === "selector") addKeys(this.namespaceKeys, match.selector);
  }

  private ports(ports: readonly PortMatch[] = []): void {
    for (const port of ports) if (port.kind === "named") this.portNames.add(port.name);
  }
}

function addKeys(keys: Set<string>, { requirements }: LabelSelector): void {
  for (const { key } of requirements) keys.add(key);
}
