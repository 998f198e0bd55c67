/** Facts that only a running pod has: its location, its controller, and whether it still runs. */
import type { Labels, Workload } from "../../../ir/inventory.js";
import { entriesOf, get, itemsOf, textOf } from "../../yaml/node.js";
import type { MappingNode, Node } from "../../yaml/node.js";

const PREFIX = "polc.dev/";

/** The annotations that are polc's own; undefined if there are none. */
export function polcAnnotations(root: MappingNode): Labels | undefined {
  const annotations = entriesOf(get(get(root, "metadata"), "annotations"))
    .map(({ key, value }) => [key, textOf(value)] as const)
    .filter(
      (entry): entry is readonly [string, string] => entry[0].startsWith(PREFIX) && entry[1] !== undefined,
    );
  return annotations.length > 0 ? Object.freeze(Object.fromEntries(annotations)) : undefined;
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

/** Its containers have ended and will not restart. Its status keeps its address, which another pod may have by now. */
export function hasFinished(root: MappingNode): boolean {
  return ["Succeeded", "Failed"].includes(textOf(get(get(root, "status"), "phase")) ?? "");
}

function isTrue(node: Node | undefined): boolean {
  return node?.type === "boolean" && node.value;
}
