/** Reads a Node: its addresses, its zone and the blocks of its pods' addresses. */
import { formatBlock, parseBlock } from "../../../ir/address.js";
import type { Node as ClusterNode } from "../../../ir/service.js";
import { quoted } from "../../quoted.js";
import { get, itemsOf, textOf } from "../../yaml/node.js";
import type { MappingNode } from "../../yaml/node.js";
import type { ObjectReport } from "../object_report.js";
import { checkStructure } from "../structure.js";
import { addIp, nameOf, nameSpan } from "./object_parts.js";
import type { Metadata } from "./object_parts.js";

const ZONE = "topology.kubernetes.io/zone";

export function readNode(root: MappingNode, report: ObjectReport): ClusterNode | undefined {
  const { metadata } = checkStructure(root, "node", report) as { metadata?: Metadata | null };
  const name = nameOf(root, metadata, report);
  if (report.failed || name === undefined) return undefined;
  const ips: string[] = [];
  for (const [index, address] of itemsOf(get(get(root, "status"), "addresses")).entries()) {
    const type = get(address, "type");
    if (type?.type !== "string" || !type.value.endsWith("IP")) continue;
    addIp(ips, get(address, "address"), `status.addresses[${index}].address`, report);
  }
  const podCidrs = podCidrsOf(root, report);
  const zone = metadata?.labels?.[ZONE];
  if (report.failed) return undefined;
  return Object.freeze({
    name,
    ips: Object.freeze([...new Set(ips)]),
    ...(zone && { zone }),
    ...(podCidrs.length > 0 && { podCidrs: Object.freeze(podCidrs) }),
    span: nameSpan(root, report),
  });
}

function podCidrsOf(root: MappingNode, report: ObjectReport): readonly string[] {
  const spec = get(root, "spec");
  const nodes = [...itemsOf(get(spec, "podCIDRs")), get(spec, "podCIDR")];
  const blocks = nodes.flatMap((node, index) => {
    const text = textOf(node);
    if (!node || !text) return [];
    const block = parseBlock(text);
    if (block) return [formatBlock(block)];
    const path = index === nodes.length - 1 ? "spec.podCIDR" : `spec.podCIDRs[${index}]`;
    report.error("invalid-cidr", node, path, `${quoted(text)} is not a block of addresses`, {
      help: "write a block such as 10.0.0.0/24 or fd00::/64",
    });
    return [];
  });
  return [...new Set(blocks)];
}
