/** `networking.k8s.io/v1` NetworkPolicy of the IR's. */
import type { Direction, NetworkPolicy, Peer, PortMatch, Rule } from "../../ir/policy.js";
import { labelsAndAnnotations } from "./manifest.js";
import type { Manifest } from "./manifest.js";
import { namespaceSelectorObject, selectorObject } from "./selector.js";

export function networkPolicyManifest(policy: NetworkPolicy): Manifest {
  const { name, namespace, subject, isolates } = policy;
  const of = (direction: Direction) => policy.rules.filter((rule) => rule.direction === direction);
  const written = { ingress: of("ingress"), egress: of("egress") };
  const rules = (direction: Direction, peersField: string) => {
    const found = written[direction];
    return found.length > 0 && { [direction]: found.map((rule) => ruleObject(rule, peersField, namespace)) };
  };
  const object = {
    apiVersion: "networking.k8s.io/v1",
    kind: "NetworkPolicy",
    metadata: { name, namespace, ...labelsAndAnnotations(policy) },
    spec: {
      podSelector: selectorObject(subject.pods),
      policyTypes: [...(isolates.ingress ? ["Ingress"] : []), ...(isolates.egress ? ["Egress"] : [])],
      ...rules("ingress", "from"),
      ...rules("egress", "to"),
    },
  };
  return { policy, object, rules: written };
}

function ruleObject({ peers, ports }: Rule, peersField: string, namespace: string): object {
  return {
    ...(peers && { [peersField]: peers.map((peer) => peerObject(peer, namespace)) }),
    ...(ports && { ports: ports.map(portObject) }),
  };
}

/** A selector that selects everything is omitted beside another one. */
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
