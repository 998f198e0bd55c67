/** Objects of the API to the IR, through the code that reads files. */
import type { Namespace, Pod, Node as ClusterNode } from "../../ir/inventory.js";
import type { Policy } from "../../ir/policy.js";
import type { NodeBlocks } from "../../parser/kubernetes/object_report.js";
import { parseObjects } from "../../parser/yaml_file.js";
import { SourceFile } from "../../source/source_file.js";
import { closedPolicy } from "./closed_policy.js";
import type { KubeObject } from "../../cluster/resource.js";
import { keyOf } from "../../cluster/resource.js";
import { treeOf } from "./tree.js";

export interface ReadPolicy {
  readonly policy: Policy;
  /** Why it is not what was written: it denies instead. */
  readonly refused?: string;
  /** What is said of it all the same. */
  readonly warnings: readonly string[];
}

/** Undefined: it cannot be read, which the API does not let be; or it has ended. */
export function readPod(object: KubeObject): Pod | undefined {
  return parsed(object).inventory.pods[0];
}

export function readNamespace(object: KubeObject): Namespace | undefined {
  return parsed(object).inventory.namespaces[0];
}

export function readNode(object: KubeObject): ClusterNode | undefined {
  return parsed(object).inventory.nodes[0];
}

/** What cannot be evaluated denies everything to whom it may concern. */
export function readPolicy(object: KubeObject, nodeBlocks: NodeBlocks): ReadPolicy {
  const { policies, diagnostics } = parsed(object, nodeBlocks);
  const of = (severity: string) =>
    diagnostics.filter((each) => each.severity === severity).map(({ message }) => message);
  const [policy] = policies;
  if (policy) return { policy, warnings: of("warning") };
  return {
    policy: closedPolicy(object),
    refused: of("error")[0] ?? "polc cannot read it",
    warnings: [],
  };
}

/** What the parser makes of an object. In logs, the object stands where a file and line would. */
export function parsed(object: KubeObject, nodeBlocks?: NodeBlocks) {
  const file = new SourceFile(`${object.kind} ${keyOf(object)}`, "");
  return parseObjects(file, [treeOf(object)], nodeBlocks);
}
