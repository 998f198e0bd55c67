/** Subjects and peers of tier policies. */
import type { LabelSelector, Peer, PodMatch } from "../../../ir/policy.js";
import { quoted } from "../../quoted.js";
import { get, itemsOf, textOf } from "../../yaml/node.js";
import type { Node } from "../../yaml/node.js";
import { spanOf } from "../../yaml/problem.js";
import { readNetwork } from "../policies/ip_block.js";
import { namespaceMatch, readSelector } from "../label_selector.js";
import { checkLength, oneField, requiredField } from "../object_fields.js";
import type { ObjectReport } from "../object_report.js";

const POD_FIELDS = ["namespaces", "pods"] as const;
const PEER_FIELDS = [...POD_FIELDS, "nodes", "networks", "domainNames"] as const;

/** A list of networks has at most this many entries, in every version. */
const MAX_NETWORKS = 25;

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

/**
 * What one entry of `from` or `to` means; empty if it has an error, which was reported. Nodes and domain names are
 * none of the IR's peers. A rule without them would match less than is written, which no answer can be built on, so
 * their policy is left out.
 */
export function readPeers(
  node: Node,
  path: string,
  version: TierVersion,
  report: ObjectReport,
): readonly Peer[] {
  const field = oneField(node, PEER_FIELDS, "peer", path, report);
  if (!field) return [];
  const value = get(node, field)!;
  switch (field) {
    case "namespaces":
    case "pods":
      return [readPods(node, field, path, version, report)];
    case "networks":
      return readNetworks(value, `${path}.networks`, report);
    default:
      if (!report.readable(node)) return [];
      report.error("unsupported-peer", value, `${path}.${field}`, "this kind of peer cannot be compiled", {
        help: "name the addresses in `networks`; with this peer the whole policy is left out",
      });
      return [];
  }
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

function readNetworks(list: Node, path: string, report: ObjectReport): Peer[] {
  checkLength(list, path, 1, MAX_NETWORKS, report);
  const seen = new Set<string | undefined>();
  return itemsOf(list).flatMap((item, index) => {
    const text = textOf(item);
    if (seen.has(text))
      report.error("duplicate-entry", item, `${path}[${index}]`, `${quoted(text ?? "")} is listed twice`, {
        help: "remove one of the two",
      });
    seen.add(text);
    return readNetwork(item, `${path}[${index}]`, report) ?? [];
  });
}
