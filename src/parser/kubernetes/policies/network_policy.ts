/** `networking.k8s.io/v1` NetworkPolicy: checked as kube-apiserver 1.36 does, lowered to IR. */
import { namespaced } from "../../../ir/namespaced.js";
import type {
  Direction,
  LabelSelector,
  NamespaceMatch,
  NetworkPolicy,
  Peer,
  PodMatch,
  PortMatch,
  Rule,
} from "../../../ir/policy.js";
import { get, itemsOf } from "../../yaml/node.js";
import type { MappingNode, Node, Range } from "../../yaml/node.js";
import { spanOf } from "../../yaml/problem.js";
import { readIpBlock, warnNonCanonical } from "./ip_block.js";
import { namespaceMatch, readSelector } from "../label_selector.js";
import { keptMetadata } from "../kept_metadata.js";
import { isLogged } from "../logging_annotation.js";
import type { ObjectReport } from "../object_report.js";
import { readMetadata } from "../object_meta.js";
import type { ObjectName } from "../object_meta.js";
import { readPolicyTypes } from "./policy_types.js";
import { readPort } from "./policy_port.js";
import { checkStructure } from "../structure.js";

/** The policy, or undefined if an error that does not compile was reported. */
export function readNetworkPolicy(root: MappingNode, report: ObjectReport): NetworkPolicy | undefined {
  checkStructure(root, "networkPolicy", report);
  const name = readMetadata(root, report);
  const spec = get(root, "spec");
  const at = name?.at ?? root;
  const isolates = readPolicyTypes(spec, report);
  const subject: PodMatch = Object.freeze({
    kind: "pods",
    namespaces: ownNamespace(name, at, report),
    pods: readSelector(get(spec, "podSelector"), at, "spec.podSelector", report),
    span: spanOf(report.file, get(spec, "podSelector") ?? at),
  });
  const ingress = readRules(spec, "ingress", subject, report);
  const egress = readRules(spec, "egress", subject, report);
  if (report.errors === 0) warn(spec, report);
  if (report.failed || !name) return undefined;
  return Object.freeze({
    kind: "NetworkPolicy",
    tier: "networkpolicy",
    name: name.name,
    namespace: name.namespace,
    ...(name.namespaceUnwritten && { namespaceUnwritten: true }),
    subject,
    isolates,
    rules: Object.freeze([...(isolates.ingress ? ingress : []), ...(isolates.egress ? egress : [])]),
    logged: isLogged(root),
    ...keptMetadata(root),
    span: spanOf(report.file, name.at),
  });
}

function ownNamespace(name: ObjectName | undefined, at: Range, report: ObjectReport): PodMatch["namespaces"] {
  const { namespace, namespaceUnwritten } = name ?? namespaced(undefined);
  return Object.freeze({
    kind: "name",
    name: namespace,
    ...(namespaceUnwritten && { namespaceUnwritten }),
    span: spanOf(report.file, at),
  });
}

function readRules(
  spec: Node | undefined,
  direction: Direction,
  subject: PodMatch,
  report: ObjectReport,
): Rule[] {
  const [peersField, path] = direction === "ingress" ? ["from", "spec.ingress"] : ["to", "spec.egress"];
  return itemsOf(get(spec, direction)).map((node, index) => {
    const rule = `${path}[${index}]`;
    const ports: PortMatch[] = [];
    for (const [i, port] of itemsOf(get(node, "ports")).entries()) {
      const read = readPort(port, `${rule}.ports[${i}]`, report);
      if (read) ports.push(read);
    }
    const peers: Peer[] = [];
    for (const [i, peer] of itemsOf(get(node, peersField)).entries()) {
      const read = readPeer(peer, `${rule}.${peersField}[${i}]`, subject, report);
      if (read) peers.push(read);
    }
    return Object.freeze({
      direction,
      action: "allow",
      subject,
      ...(peers.length > 0 && { peers: Object.freeze(peers) }),
      ...(ports.length > 0 && { ports: Object.freeze(ports) }),
      logged: false,
      span: spanOf(report.file, node),
    });
  });
}

/** Bundles distinguish a selector for `default` from a policy's own namespace, which may be any if it is unwritten. */
function otherNamespaces(selector: LabelSelector, { namespaces: own }: PodMatch): NamespaceMatch {
  const match = namespaceMatch(selector);
  const isOwn = match.kind === "name" && own.kind === "name" && match.name === own.name;
  return isOwn && own.name === "default"
    ? Object.freeze({ kind: "selector", selector, span: selector.span })
    : match;
}

function readPeer(node: Node, path: string, subject: PodMatch, report: ObjectReport): Peer | undefined {
  const pods = get(node, "podSelector");
  const namespaces = get(node, "namespaceSelector");
  const block = get(node, "ipBlock");
  const podSelector = pods && readSelector(pods, pods, `${path}.podSelector`, report);
  const namespaceSelector =
    namespaces && readSelector(namespaces, namespaces, `${path}.namespaceSelector`, report);
  const ipBlock = block && readIpBlock(block, node, `${path}.ipBlock`, report);
  const span = spanOf(report.file, node);
  if (!report.readable(node)) return undefined;
  if (block && (pods || namespaces)) {
    report.error("mixed-peer", node, path, "ipBlock cannot be combined with another selector", {
      help: "make it a separate peer: start it with `- `",
    });
    return undefined;
  }
  if (block) return ipBlock;
  if (!pods && !namespaces) {
    report.error("empty-peer", node, path, "a peer needs podSelector, namespaceSelector or ipBlock", {
      help: "write `podSelector: {}` for every pod of this namespace, or remove the list for every peer",
    });
    return undefined;
  }
  return Object.freeze({
    kind: "pods",
    namespaces: namespaceSelector
      ? otherNamespaces(namespaceSelector, subject)
      : Object.freeze({ ...subject.namespaces, span }),
    pods: podSelector ?? Object.freeze({ requirements: Object.freeze([]), span }),
    span,
  });
}

/** Accepted, although the API server would write it differently. */
function warn(spec: Node | undefined, report: ObjectReport): void {
  for (const [direction, peersField] of [
    ["ingress", "from"],
    ["egress", "to"],
  ] as const) {
    const rules = get(spec, direction);
    for (const [i, rule] of itemsOf(rules).entries())
      for (const [j, peer] of itemsOf(get(rule, peersField)).entries()) {
        const block = get(peer, "ipBlock");
        if (!block) continue;
        const path = `spec.${direction}[${i}].${peersField}[${j}].ipBlock`;
        warnNonCanonical(get(block, "cidr")!, `${path}.cidr`, report);
        for (const [k, except] of itemsOf(get(block, "except")).entries())
          warnNonCanonical(except, `${path}.except[${k}]`, report);
      }
  }
}
