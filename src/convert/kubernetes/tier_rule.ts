/** Rules of ClusterNetworkPolicy, and errors for what they cannot express. */
import { blockClasses, prefixesOf } from "../../analysis/sets/intervals.js";
import { formatBlock } from "../../ir/address.js";
import type { BlockMatch, NamedPort, PodMatch, PortRange, Protocol, Rule } from "../../ir/policy.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import { namespaceSelectorObject, selectorObject } from "./selector.js";

/** How many rules, peers, networks and protocols one list may have. */
export const MAX_ENTRIES = 25;

export interface TierRule {
  /** The IR rule that it expresses, or a part of it. */
  readonly source: Rule;
  readonly object: object;
}

export interface TierRules {
  readonly rules: readonly TierRule[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The contents of one rule; `protocols` undefined: all. */
interface Part {
  readonly peers: readonly object[];
  readonly protocols?: readonly object[];
}

const ACTIONS = { allow: "Accept", deny: "Deny", pass: "Pass" } as const;

/** Several rules if lists are too long for one, or if networks and named ports would be in one. */
export function tierRules(rule: Rule): TierRules {
  const diagnostics: Diagnostic[] = [];
  const peersField = rule.direction === "ingress" ? "from" : "to";
  const rules = partsOf(rule, diagnostics)
    .flatMap(inPieces)
    .map(({ peers, protocols }) => ({
      source: rule,
      object: {
        ...(rule.ruleName !== undefined && { name: rule.ruleName }),
        action: ACTIONS[rule.action],
        [peersField]: peers,
        ...(protocols && { protocols }),
      },
    }));
  return { rules, diagnostics };
}

export function podsObject({ namespaces, pods }: PodMatch): object {
  const namespaceSelector = namespaceSelectorObject(namespaces);
  if (pods.requirements.length === 0) return { namespaces: namespaceSelector };
  return { pods: { namespaceSelector, podSelector: selectorObject(pods) } };
}

function partsOf(rule: Rule, diagnostics: Diagnostic[]): readonly Part[] {
  const { pods, networks } = peerObjects(rule, diagnostics);
  if (!rule.ports) return [{ peers: [...pods, ...networks] }];
  const numbered = rule.ports
    .filter((port) => port.kind === "range")
    .map((port) => portObject(port, diagnostics));
  const named = namedPortObjects(rule, diagnostics);
  if (named.length === 0) return [{ peers: [...pods, ...networks], protocols: numbered }];
  return [
    { peers: pods, protocols: [...numbered, ...named] },
    { peers: networks, protocols: numbered },
  ];
}

/** As many as the lists need; none if a list is empty, so that the part matches nothing. */
function inPieces({ peers, protocols }: Part): Part[] {
  const pieces = chunks(peers).map((each): Part => ({ peers: each }));
  if (!protocols) return pieces;
  return pieces.flatMap((piece) => chunks(protocols).map((each) => ({ ...piece, protocols: each })));
}

function chunks<T>(list: readonly T[]): readonly T[][] {
  return Array.from({ length: Math.ceil(list.length / MAX_ENTRIES) }, (_, index) =>
    list.slice(index * MAX_ENTRIES, (index + 1) * MAX_ENTRIES),
  );
}

/** `anywhere` is every pod and every address. Ingress peers are pods only. */
function peerObjects(rule: Rule, diagnostics: Diagnostic[]): { pods: object[]; networks: object[] } {
  const blocks = (rule.peers ?? []).filter((peer) => peer.kind === "block");
  const everywhere = rule.peers === undefined;
  if (rule.direction === "ingress" && (everywhere || blocks.length > 0)) {
    const what = everywhere ? "anywhere" : blocks.map(({ cidr }) => cidr.text).join(", ");
    diagnostics.push({
      rule: "inexpressible-peer",
      severity: "error",
      message: `a ClusterNetworkPolicy cannot match connections from addresses (${what})`,
      span: rule.span,
      help: "use pods as the source; `everyPod` is all of them",
    });
  }
  const cidrs = everywhere ? ["0.0.0.0/0", "::/0"] : blocks.flatMap(cidrsOf);
  const pods = (rule.peers ?? []).filter((peer) => peer.kind === "pods");
  return {
    pods: everywhere ? [{ namespaces: {} }] : pods.map(podsObject),
    networks: chunks([...new Set(cidrs)]).map((networks) => ({ networks })),
  };
}

/** The block itself, or the blocks that its excepts leave. */
function cidrsOf(block: BlockMatch): readonly string[] {
  if (block.except.length === 0) return [block.cidr.text];
  return blockClasses([block])
    .filter(({ matched }) => matched.length > 0)
    .flatMap(({ family, ranges }) => ranges.flatMap((range) => prefixesOf(family, range)))
    .map(formatBlock);
}

function portObject({ protocol, from, to, span }: PortRange, diagnostics: Diagnostic[]): object {
  const start = Math.max(from, 1);
  if (from === 0)
    diagnostics.push({
      rule: "port-zero-lost",
      severity: "warning",
      message: `every ${protocol} port becomes 1 to 65535: a ClusterNetworkPolicy has no port 0`,
      span,
    });
  const destinationPort = start === to ? { number: to } : { range: { start, end: to } };
  return { [protocol.toLowerCase()]: { destinationPort } };
}

const PROTOCOLS: readonly Protocol[] = ["TCP", "UDP", "SCTP"];

/** A name alone stands for the port of that name with any protocol. */
function namedPortObjects(rule: Rule, diagnostics: Diagnostic[]): object[] {
  const named = (rule.ports ?? []).filter((port): port is NamedPort => port.kind === "named");
  const error = (port: NamedPort, message: string, help: string) =>
    diagnostics.push({ rule: "inexpressible-port", severity: "error", message, span: port.span, help });
  const names = new Map(named.map((port) => [port.name, port]));
  for (const [name, port] of names) {
    const missing = PROTOCOLS.filter((protocol) =>
      named.every((each) => each.name !== name || each.protocol !== protocol),
    );
    if (missing.length > 0)
      error(
        port,
        `a ClusterNetworkPolicy matches a named port for every protocol, so "${name}" cannot be ${port.protocol} alone`,
        `write the port's number, or add "${name}" for ${missing.join(" and ")}`,
      );
    else if (rule.peers?.some((peer) => peer.kind === "block"))
      error(port, "a ClusterNetworkPolicy has no named ports for networks", "write the port's number");
  }
  return [...names.keys()].map((destinationNamedPort) => ({ destinationNamedPort }));
}
