/** Facts that only a running pod has: its location, its controller, and whether it still runs. */
import type { Labels, Pod, Workload } from "../../../ir/inventory.js";
import { readSources, SOURCES_ANNOTATION } from "../../../ir/pod_sources.js";
import { quoted } from "../../quoted.js";
import { entriesOf, get, itemsOf, textOf } from "../../yaml/node.js";
import type { MappingNode, Node } from "../../yaml/node.js";
import type { ObjectReport } from "../object_report.js";

const PREFIX = /^(policy\.)?polc\.dev\//;

/** The annotations that are polc's own; undefined if there are none. What they say wrongly is reported. */
export function polcAnnotations(root: MappingNode, report: ObjectReport): Labels | undefined {
  const annotations: [string, string][] = [];
  for (const { key, value } of entriesOf(get(get(root, "metadata"), "annotations"))) {
    const text = PREFIX.test(key) ? textOf(value) : undefined;
    if (text === undefined) continue;
    annotations.push([key, text]);
    if (key === SOURCES_ANNOTATION) checkSources(text, value, report);
  }
  return annotations.length > 0 ? Object.freeze(Object.fromEntries(annotations)) : undefined;
}

function checkSources(text: string, at: Node, report: ObjectReport): void {
  const path = `metadata.annotations[${SOURCES_ANNOTATION}]`;
  for (const entry of readSources(text).bad)
    report.warning(
      "invalid-cidr",
      at,
      path,
      `${quoted(entry)} is neither an address nor a block, and grants nothing`,
      {
        help: "write addresses such as 10.0.0.1 or blocks such as 10.0.0.0/24, with commas between",
      },
    );
}

/**
 * The workload that controls the pod. A ReplicaSet that a Deployment made is named after it, with the pod's
 * `pod-template-hash` at the end: then it is the Deployment.
 */
export function ownerOf(root: MappingNode): Workload | undefined {
  const metadata = get(root, "metadata");
  const owner = itemsOf(get(metadata, "ownerReferences")).find((reference) =>
    isTrue(get(reference, "controller")),
  );
  const [kind, name] = [textOf(get(owner, "kind")), textOf(get(owner, "name"))];
  if (!kind || !name) return undefined;
  const hash = textOf(get(get(metadata, "labels"), "pod-template-hash"));
  if (kind === "ReplicaSet" && hash && name.length > hash.length + 1 && name.endsWith(`-${hash}`))
    return Object.freeze({ kind: "Deployment", name: name.slice(0, -hash.length - 1) });
  return Object.freeze({ kind, name });
}

/** What its status says about traffic: a pod without conditions, as files have it, is taken for ready. */
export function podConditions(root: MappingNode): Pick<Pod, "notReady" | "terminating"> {
  const conditions = itemsOf(get(get(root, "status"), "conditions"));
  const ready = conditions.find((condition) => textOf(get(condition, "type")) === "Ready");
  return {
    ...(ready && textOf(get(ready, "status")) !== "True" && { notReady: true }),
    ...(get(get(root, "metadata"), "deletionTimestamp") && { terminating: true }),
  };
}

/** Its containers have ended and will not restart. Its status keeps its address, which another pod may have by now. */
export function hasFinished(root: MappingNode): boolean {
  return ["Succeeded", "Failed"].includes(textOf(get(get(root, "status"), "phase")) ?? "");
}

function isTrue(node: Node | undefined): boolean {
  return node?.type === "boolean" && node.value;
}
