/** What the readers of inventory objects share: names, labels and addresses. */
import { formatAddress, parseAddress } from "../../../ir/address.js";
import type { Labels } from "../../../ir/inventory.js";
import { quoted } from "../../quoted.js";
import { get } from "../../yaml/node.js";
import type { MappingNode, Node } from "../../yaml/node.js";
import { spanOf } from "../../yaml/problem.js";
import { generatedName } from "../generated_name.js";
import type { ObjectReport } from "../object_report.js";

export interface Metadata {
  readonly name?: string | null;
  readonly generateName?: string | null;
  readonly namespace?: string | null;
  readonly labels?: Readonly<Record<string, string | null>> | null;
}

export function nameOf(
  root: MappingNode,
  metadata: Metadata | null | undefined,
  report: ObjectReport,
): string | undefined {
  if (report.failed) return undefined;
  if (metadata?.name) return metadata.name;
  if (metadata?.generateName) return generatedName(metadata.generateName, root);
  report.error("missing-name", get(root, "metadata") ?? root, "metadata.name", "the object has no name", {
    help: "add `name:` under `metadata:`",
  });
  return undefined;
}

export function nameSpan(root: MappingNode, report: ObjectReport) {
  const metadata = get(root, "metadata");
  return spanOf(report.file, get(metadata, "name") ?? get(metadata, "generateName") ?? root);
}

/** Spreading also turns the prototype-free map of the parser into a plain object that cannot have been polluted. */
export function textMap(map: Readonly<Record<string, string | null>>): Labels {
  const entries = Object.entries(map).map(([key, value]) => [key, value ?? ""] as const);
  return Object.freeze(Object.fromEntries(entries));
}

export function addIp(ips: string[], node: Node | undefined, path: string, report: ObjectReport): void {
  if (node?.type !== "string" || node.value === "") return;
  const address = parseAddress(node.value);
  if (address) ips.push(formatAddress(address));
  else
    report.error("invalid-ip", node, path, `${quoted(node.value)} is not an IP address`, {
      help: "write an address such as 10.0.0.1 or fd00::1",
    });
}
