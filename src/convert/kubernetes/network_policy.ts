/** `networking.k8s.io/v1` NetworkPolicy of the IR's. */
import type { Direction, NetworkPolicy, Peer, PortMatch, Rule } from "../../ir/policy.js";
import { annotations } from "./manifest.js";
import type { Manifest } from "./manifest.js";
import { namespaceSelectorObject, selectorObject } from "./selector.js";

export function networkPolicyManifest(policy: NetworkPolicy): Manifest {
  const { name, namespace, subject, isolates } = policy;
  const rules = (direction: Direction, field: string, peersField: string) => {
    const found = policy.rules.filter((rule) => rule.direction === direction);
    return found.length > 0 && { [field]: found.map((rule) => ruleObject(rule, peersField, namespace)) };
  };
  const object = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace, ...annotations(policy) },
    spec: {
      podSelector: selectorObject(subject.pods),
      policyTypes: [...(isolates.ingress ? ["Ingress"] : []), ...(isolates.egress ? ["Egress"] : [])],
      ...rules("ingress", "ingress", "from"),
      ...rules("egress", "egress", "to"),
    },
  };
  return { policy, object };
}

function ruleObject({ peers, ports }: Rule, peersField: string, namespace: string): object {
  return {
    ...(peers && { [peersField]: peers.map((peer) => peerObject(peer, namespace)) }),
    ...(ports && { ports: ports.map(portObject) }),
  };
}

/** A selector that selects all is left out beside another one. */
function peerObject(peer: Peer, namespace: string): object {
  if (peer.kind === "block")
    return {
      ipBlock: {
        cidr: peer.cidr.text,
        ...(peer.except.length > 0 && { except: peer.except.map(({ text }) => text) }),
      },
    };
  const { namespaces, pods } = peer;
  const podSelector = selectorObject(pods);
  if (namespaces.kind === "name" && namespaces.name === namespace) return { podSelector };
  const namespaceSelector = namespaceSelectorObject(namespaces);
  return pods.requirements.length > 0 ? { namespaceSelector, podSelector } : { namespaceSelector };
}

function portObject(port: PortMatch): object {
  const { protocol } = port;
  if (port.kind === "named") return { protocol, port: port.name };
  if (port.from === 0) return { protocol };
  return { protocol, port: port.from, ...(port.to > port.from && { endPort: port.to }) };
}
