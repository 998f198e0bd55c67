/**
 * The tier policies of the Network Policy API, checked as its definitions of v0.2.0 (ClusterNetworkPolicy, v1alpha2) and
 * v0.1.7 (AdminNetworkPolicy and BaselineAdminNetworkPolicy, v1alpha1) do, lowered to IR.
 */
import type {
  Action,
  Direction,
  FailClosedRule,
  Peer,
  PodMatch,
  PortMatch,
  Rule,
  TierKind,
  TierPolicy,
  UnknownPeer,
} from "../../../ir/policy.js";
import { AFTER_ALL, LAST_PRIORITY } from "../../../ir/priority.js";
import { quoted } from "../../quoted.js";
import { get, itemsOf, textOf } from "../../yaml/node.js";
import type { MappingNode, Node } from "../../yaml/node.js";
import { spanOf } from "../../yaml/problem.js";
import { keptMetadata } from "../kept_metadata.js";
import { isLogged } from "../logging_annotation.js";
import { checkLength, requiredField } from "../object_fields.js";
import type { ObjectReport } from "../object_report.js";
import { readMetadata } from "../object_meta.js";
import { checkStructure } from "../structure.js";
import type { SchemaName } from "../structure.js";
import { isUnknown, readPeers, readSubject } from "./tier_peer.js";
import type { TierVersion } from "./tier_peer.js";
import { readAdminPorts, readProtocols } from "./tier_port.js";
import type { ReadPorts } from "./tier_port.js";

interface TierApi {
  readonly version: TierVersion;
  readonly schema: SchemaName;
  readonly actions: Readonly<Record<string, Action>>;
  readonly portsField: "protocols" | "ports";
  readonly readPorts: ReadPorts;
  /** How many entries a list of rules, peers or ports may have. */
  readonly maxEntries: number;
}

const V1ALPHA1 = {
  version: "v1alpha1",
  portsField: "ports",
  readPorts: readAdminPorts,
  maxEntries: 100,
} as const;

const APIS: Readonly<Record<TierKind, TierApi>> = {
  ClusterNetworkPolicy: {
    version: "v1alpha2",
    schema: "clusterNetworkPolicy",
    actions: { Accept: "allow", Deny: "deny", Pass: "pass" },
    portsField: "protocols",
    readPorts: readProtocols,
    maxEntries: 25,
  },
  AdminNetworkPolicy: {
    ...V1ALPHA1,
    schema: "adminNetworkPolicy",
    actions: { Allow: "allow", Deny: "deny", Pass: "pass" },
  },
  BaselineAdminNetworkPolicy: {
    ...V1ALPHA1,
    schema: "baselineAdminNetworkPolicy",
    actions: { Allow: "allow", Deny: "deny" },
  },
};

const TIERS = {
  Admin: { kind: "AdminTier", tier: "admin" },
  Baseline: { kind: "BaselineTier", tier: "baseline" },
} as const;

/** The policy, or undefined if an error was reported. */
export function readTierPolicy(
  root: MappingNode,
  kind: TierKind,
  report: ObjectReport,
): TierPolicy | undefined {
  const api = APIS[kind];
  report.isCustom = true;
  checkStructure(root, api.schema, report);
  const name = readMetadata(root, report);
  const spec = requiredField(root, "spec", "", report);
  if (!spec) return undefined;
  const tier = readTier(kind, spec, report);
  const priority = kind === "BaselineAdminNetworkPolicy" ? AFTER_ALL : readPriority(spec, report);
  if (kind === "BaselineAdminNetworkPolicy" && name && name.name !== "default")
    report.error(
      "invalid-name",
      name.at,
      "metadata.name",
      "a cluster has only one, and its name is default",
      {
        help: "write `name: default`, or make it a ClusterNetworkPolicy",
      },
    );
  const subjectNode = requiredField(spec, "subject", "spec", report);
  const subject = subjectNode && readSubject(subjectNode, "spec.subject", api.version, report);
  const written = (["ingress", "egress"] as const).flatMap((direction) =>
    readRules(spec, direction, subject, api, report),
  );
  if (report.failed || !name || !tier || priority === undefined) return undefined;
  return Object.freeze({
    ...TIERS[tier],
    writtenAs: kind,
    name: name.name,
    priority,
    ...rulesOf(written),
    logged: isLogged(root),
    ...keptMetadata(root),
    span: spanOf(report.file, name.at),
  });
}

function readTier(kind: TierKind, spec: Node, report: ObjectReport): keyof typeof TIERS | undefined {
  if (kind !== "ClusterNetworkPolicy") return kind === "AdminNetworkPolicy" ? "Admin" : "Baseline";
  const node = requiredField(spec, "tier", "spec", report);
  const text = textOf(node);
  if (text === undefined || text === "Admin" || text === "Baseline") return text;
  report.error("unknown-tier", node!, "spec.tier", `${quoted(text)} is not a tier`, {
    help: "write Admin or Baseline",
  });
  return undefined;
}

function readPriority(spec: Node, report: ObjectReport): number | undefined {
  const node = requiredField(spec, "priority", "spec", report);
  if (node?.type !== "integer") return undefined;
  if (node.value >= 0 && node.value <= LAST_PRIORITY) return node.value;
  report.error("invalid-priority", node, "spec.priority", `${node.value} is not between 0 and 1000`, {
    help: "write a priority between 0 and 1000; the lower one is evaluated first",
  });
  return undefined;
}

/** A rule in the API's terms, whose peers may be of kinds that polc does not support. */
type WrittenRule = Omit<Rule, "peers"> & { readonly peers: readonly (Peer | UnknownPeer)[] };

function rulesOf(written: readonly WrittenRule[]): Pick<TierPolicy, "rules" | "failClosed"> {
  const failClosed = written.flatMap(({ peers, direction, action, subject, span }): FailClosedRule[] => {
    const unknown = peers.filter(isUnknown);
    if (unknown.length === 0) return [];
    return [Object.freeze({ direction, action, subject, unknown: Object.freeze(unknown), span })];
  });
  return {
    rules: Object.freeze(written.flatMap(lowered)),
    ...(failClosed.length > 0 && { failClosed: Object.freeze(failClosed) }),
  };
}

/** See `FailClosedRule`: nothing that such a rule says of peers and ports limits a deny of all. */
function lowered({ peers, ...rule }: WrittenRule): readonly Rule[] {
  const known = peers.filter((peer): peer is Peer => !isUnknown(peer));
  if (known.length === peers.length) return [Object.freeze({ ...rule, peers: Object.freeze(known) })];
  if (rule.action === "allow") return [];
  const { ports: _, ...limitless } = rule;
  return [Object.freeze({ ...limitless, action: "deny" })];
}

/** Reads each rule even if the policy has errors, so that all are reported. `subject` is undefined if it has one. */
function readRules(
  spec: Node,
  direction: Direction,
  subject: PodMatch | undefined,
  api: TierApi,
  report: ObjectReport,
): WrittenRule[] {
  const rules = get(spec, direction);
  const path = `spec.${direction}`;
  if (rules) checkLength(rules, path, 0, api.maxEntries, report);
  return itemsOf(rules).flatMap((node, index) => {
    const rule = readRule(node, `${path}[${index}]`, direction, api, report);
    return subject && rule ? [{ ...rule, direction, subject }] : [];
  });
}

function readRule(
  node: Node,
  path: string,
  direction: Direction,
  api: TierApi,
  report: ObjectReport,
): Omit<WrittenRule, "direction" | "subject"> | undefined {
  const name = textOf(get(node, "name")) ?? "";
  if ([...name].length > 100)
    report.error("invalid-name", get(node, "name")!, `${path}.name`, "longer than 100 characters", {
      help: "shorten it",
    });
  const action = readAction(node, path, api, report);
  const peersField = direction === "ingress" ? "from" : "to";
  const peersNode = requiredField(node, peersField, path, report);
  const portsNode = get(node, api.portsField);
  if (peersNode) checkLength(peersNode, `${path}.${peersField}`, 1, api.maxEntries, report);
  if (portsNode) checkLength(portsNode, `${path}.${api.portsField}`, 1, api.maxEntries, report);
  const peers = itemsOf(peersNode).flatMap((peer, i) => {
    const at = `${path}.${peersField}[${i}]`;
    const read = readPeers(peer, at, direction, api.version, report);
    const unknown = report.readable(peer) ? read.find(isUnknown) : undefined;
    if (action && unknown) warnUnknown(unknown, peer, at, action, report);
    return read;
  });
  const ports = itemsOf(portsNode).flatMap((port, i) =>
    api.readPorts(port, `${path}.${api.portsField}[${i}]`, report),
  );
  checkNamedPorts(peers, ports, path, report);
  if (!action || peers.length === 0) return undefined;
  return {
    action,
    peers,
    ...(ports.length > 0 && { ports: Object.freeze(ports) }),
    logged: false,
    ...(name && { ruleName: name }),
    span: spanOf(report.file, node),
  };
}

function warnUnknown(
  { kind }: UnknownPeer,
  node: Node,
  path: string,
  action: Action,
  report: ObjectReport,
): void {
  const says = action === "allow" ? "the rule matches nothing" : "the rule denies every peer on every port";
  report.warning(
    "unknown-peer",
    get(node, kind)!,
    `${path}.${kind}`,
    `polc does not support this kind of peer, so ${says}`,
    { help: "list the addresses in `networks`; as the API requires, rules with unknown peers fail closed" },
  );
}

function readAction(node: Node, path: string, api: TierApi, report: ObjectReport): Action | undefined {
  const actionNode = requiredField(node, "action", path, report);
  const text = textOf(actionNode);
  if (text === undefined) return undefined;
  if (Object.hasOwn(api.actions, text)) return api.actions[text];
  const [allow = "", ...others] = Object.keys(api.actions);
  report.error("unknown-action", actionNode!, `${path}.action`, `${quoted(text)} is not an action here`, {
    help: /^(?:accept|allow)$/i.test(text) ? `write ${allow}` : `write ${[allow, ...others].join(" or ")}`,
  });
  return undefined;
}

/** Ports are named by containers: addresses, nodes and domains have no port names. */
function checkNamedPorts(
  peers: readonly (Peer | UnknownPeer)[],
  ports: readonly PortMatch[],
  path: string,
  report: ObjectReport,
): void {
  const named = ports.find((port) => port.kind === "named");
  const peer = peers.find(({ kind }) => kind !== "pods");
  if (!named || !peer) return;
  const what = peer.kind === "block" ? "networks" : peer.kind;
  report.error("named-port-of-network", named.span, path, `${what} have no named ports`, {
    help: `write the port's number, or move the ${what} to a separate rule`,
    notes: [{ message: peer.kind === "block" ? "the network" : `the ${what}`, span: peer.span }],
  });
}
