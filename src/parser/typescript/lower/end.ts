import type { Peer, PodMatch } from "../../../ir/policy.js";
import { dnsLabelError } from "../../kubernetes/names.js";
import { internetAt, lowerBlock } from "./block.js";
import type { Place, Untrusted } from "./place.js";
import { isNode, isRecord, shown } from "./report.js";
import type { Report } from "./report.js";
import { lowerNamespaces, lowerSelector } from "./selector.js";

/** One end of a sentence. `peers` undefined: every address. */
export interface End {
  readonly peers?: readonly Peer[];
}

export function lowerEnd(value: unknown, place: Place, report: Report): End | undefined {
  if (isNode(value, "anywhere")) return {};
  if (!Array.isArray(value)) return lowerUnion([value], () => place, report);
  if (value.length === 0) {
    const help = "list at least one member, or write `anywhere`";
    return report.error("empty-end", place.span, "an empty array matches nothing", { help });
  }
  return lowerUnion(value, (index) => place.item(index), report);
}

function lowerUnion(
  members: readonly unknown[],
  at: (index: number) => Place,
  report: Report,
): End | undefined {
  const lowered = members.map((member, index) => lowerMember(member, at(index), report));
  return lowered.includes(undefined) ? undefined : { peers: (lowered as Peer[][]).flat() };
}

function lowerMember(node: unknown, place: Place, report: Report): Peer[] | undefined {
  const listed = (peer: Peer | undefined) => peer && [peer];
  if (isNode(node, "pods")) return listed(lowerPods(node, place, report));
  if (isNode(node, "cidr")) return listed(lowerBlock(node, place, report));
  if (isNode(node, "internet")) return internetAt(place);
  const help = "write pods, namespaces, cidr(...), internet or everyPod, or `anywhere` on its own";
  return report.error("invalid-end", place.span, `${shown(node)} is not an end of a connection`, { help });
}

export function lowerPods(node: Untrusted, place: Place, report: Report): PodMatch | undefined {
  const pods = lowerSelector(node["labels"], labelsPlace(node, place, report), report);
  const namespaces = isRecord(node["namespaces"])
    ? lowerNamespaces(node["namespaces"], report.sites.argument(node, "namespaces", 0) ?? place, report)
    : namespaceByName(node["namespace"], place, report);
  return pods && namespaces && { kind: "pods", namespaces, pods, span: place.span };
}

function namespaceByName(name: unknown, { span }: Place, report: Report) {
  const error = typeof name === "string" ? dnsLabelError(name) : "is not a string";
  if (error) return report.error("invalid-name", span, `the namespace ${shown(name)} ${error}`);
  return { kind: "name" as const, name: name as string, span };
}

/** Where the labels of pods are written: in `cluster(...)`, in `pods(...)`, or nowhere (`everyPod`). */
function labelsPlace(node: Untrusted, place: Place, report: Report): Place {
  const { sites } = report;
  const { namespace, workload } = node;
  if (typeof namespace === "string" && typeof workload === "string")
    return sites.argument(node, undefined, 0)?.property(namespace).property(workload) ?? place;
  return sites.argument(node, "pods", 0) ?? sites.argument(node, undefined, 0) ?? place;
}
