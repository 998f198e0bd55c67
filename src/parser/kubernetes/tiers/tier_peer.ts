/** Subjects and peers of tier policies. */
import type { Direction, LabelSelector, Peer, PodMatch, UnknownPeer } from "../../../ir/policy.js";
import { quoted } from "../../quoted.js";
import { get, itemsOf, textOf } from "../../yaml/node.js";
import type { Node } from "../../yaml/node.js";
import { spanOf } from "../../yaml/problem.js";
import { readNetwork } from "../policies/ip_block.js";
import { checkStoredSelector, namespaceMatch, readSelector } from "../label_selector.js";
import { checkLength, oneField, requiredField } from "../object_fields.js";
import type { NodeBlocks, ObjectReport } from "../object_report.js";

const POD_FIELDS = ["namespaces", "pods"] as const;

type PeerField = (typeof POD_FIELDS)[number] | "networks" | UnknownPeer["kind"];

/** The fields of a peer. Exactly one is set. */
const PEER_FIELDS: Readonly<Record<Direction, readonly PeerField[]>> = {
  ingress: POD_FIELDS,
  egress: [...POD_FIELDS, "nodes", "networks", "domainNames"],
};

/** A list of networks or domain names has at most this many entries, in every version. */
const MAX_ENTRIES = 25;
const MAX_NETWORK_LENGTH = 43;

/** As the API's definition has it, with its slip: `A-z` holds `[`, `\\`, `]`, `^`, `_` and the back quote too. */
const DOMAIN_NAME =
  /^(?:\*\.)?(?:[a-zA-z0-9](?:[-a-zA-Z0-9_]*[a-zA-Z0-9])?\.)+[a-zA-z0-9](?:[-a-zA-Z0-9_]*[a-zA-Z0-9])?\.?$/;

export type TierVersion = "v1alpha1" | "v1alpha2";

export function readSubject(
  node: Node,
  path: string,
  version: TierVersion,
  report: ObjectReport,
): PodMatch | undefined {
  const field = oneField(node, POD_FIELDS, "subject", path, report);
  return field && readPods(node, field, path, version, report);
}

/** The meaning of one entry of `from` or `to`; empty, after reporting it, if it has an error. */
export function readPeers(
  node: Node,
  path: string,
  direction: Direction,
  version: TierVersion,
  report: ObjectReport,
): readonly (Peer | UnknownPeer)[] {
  const field = oneField(node, PEER_FIELDS[direction], "peer", path, report);
  if (!field) return [];
  const value = get(node, field)!;
  switch (field) {
    case "namespaces":
    case "pods":
      return [readPods(node, field, path, version, report)];
    case "networks":
      return readNetworks(value, `${path}.networks`, report);
    case "nodes":
      if (report.nodeBlocks) return readNodes(node, value, `${path}.nodes`, report.nodeBlocks, report);
      checkStoredSelector(value, `${path}.nodes`, report);
      break;
    case "domainNames":
      checkDomainNames(value, `${path}.domainNames`, report);
      break;
  }
  return [Object.freeze({ kind: field, span: spanOf(report.file, node) })];
}

/** One that `readPeers` returned for nodes or domain names. */
export function isUnknown(peer: Peer | UnknownPeer): peer is UnknownPeer {
  return peer.kind === "nodes" || peer.kind === "domainNames";
}

function readPods(
  node: Node,
  field: (typeof POD_FIELDS)[number],
  path: string,
  version: TierVersion,
  report: ObjectReport,
): PodMatch {
  const value = get(node, field)!;
  const at = `${path}.${field}`;
  const span = spanOf(report.file, node);
  if (field === "namespaces") {
    const pods: LabelSelector = Object.freeze({ requirements: Object.freeze([]), span });
    const namespaces = namespaceMatch(readSelector(value, value, at, report));
    return Object.freeze({ kind: "pods", namespaces, pods, span });
  }
  const required = version === "v1alpha1" ? ["namespaceSelector", "podSelector"] : ["podSelector"];
  for (const selector of required)
    requiredField(value, selector, at, report, `add \`${selector}: {}\` to select all`);
  const selector = (name: string) => readSelector(get(value, name), value, `${at}.${name}`, report);
  return Object.freeze({
    kind: "pods",
    namespaces: namespaceMatch(selector("namespaceSelector")),
    pods: selector("podSelector"),
    span,
  });
}

/** Nodes are their addresses. */
function readNodes(node: Node, value: Node, path: string, blocks: NodeBlocks, report: ObjectReport): Peer[] {
  const span = spanOf(report.file, node);
  const selector = readSelector(value, value, path, report);
  if (report.failed) return [];
  return blocks(selector).map((text) =>
    Object.freeze({
      kind: "block",
      cidr: Object.freeze({ text, span }),
      except: Object.freeze([]),
      span,
    }),
  );
}

function readNetworks(list: Node, path: string, report: ObjectReport): Peer[] {
  return textSet(list, path, report).flatMap(({ item, at, text }) => {
    if (text.length > MAX_NETWORK_LENGTH) {
      report.error("invalid-cidr", item, at, `longer than ${MAX_NETWORK_LENGTH} characters`, {
        help: "write the block in its canonical form",
      });
      return [];
    }
    return readNetwork(item, at, report) ?? [];
  });
}

function checkDomainNames(list: Node, path: string, report: ObjectReport): void {
  for (const { item, at, text } of textSet(list, path, report))
    if (!DOMAIN_NAME.test(text))
      report.error("invalid-domain-name", item, at, `${quoted(text)} is not a domain name`, {
        help: "write a name such as `example.com` or `*.example.com`",
      });
}

/** The entries of a list of texts, each once. */
function textSet(
  list: Node,
  path: string,
  report: ObjectReport,
): readonly { readonly item: Node; readonly at: string; readonly text: string }[] {
  checkLength(list, path, 1, MAX_ENTRIES, report);
  const seen = new Set<string>();
  return itemsOf(list).map((item, index) => {
    const text = textOf(item) ?? "";
    const at = `${path}[${index}]`;
    if (seen.has(text))
      report.error("duplicate-entry", item, at, `${quoted(text)} is listed twice`, {
        help: "remove one of the two",
      });
    seen.add(text);
    return { item, at, text };
  });
}
