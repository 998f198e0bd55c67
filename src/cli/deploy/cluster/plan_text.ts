/** A plan, as `polc deploy` prints it. */
import type { Cluster } from "../../../cluster/client.js";
import type { Plan, PlannedObject } from "../../../deploy/plan.js";
import { count, nameList, shortDigest } from "../../../node/describe_plan.js";
import type { Colors } from "../../../source/pretty.js";
import { printable } from "../../../source/printable.js";

const SIGNS: Readonly<Record<PlannedObject["change"], string>> = {
  created: "+",
  changed: "~",
  removed: "-",
  same: " ",
};

export function planText(plan: Plan, cluster: Cluster, colors: Colors): string {
  const { bold, dim } = colors;
  const { target, current, spec, nodes } = plan;
  const now = current
    ? `, now ${shortDigest(current.spec.digest)} as epoch ${current.spec.epoch}`
    : ", nothing is deployed yet";
  return [
    `${bold("Plan")} for cluster ${printable(cluster.context)} ${dim(`(${printable(cluster.server)})`)}`,
    `  bundle  ${shortDigest(target.digest)}  ${printable(target.content)}`,
    `  epoch   ${spec.epoch}${dim(now)}`,
    `  nodes   ${nodesText(plan)}`,
    ...nodes
      .filter(({ isReady }) => !isReady)
      .map(({ name }) => colors.yellow(`  ${printable(name)} is not ready: nobody waits for it`)),
    "",
    bold("Objects"),
    ...plan.objects.flatMap((each) => objectLines(each)),
    "",
    objectCounts(plan.objects),
  ].join("\n");
}

function nodesText({ nodes, canary }: Plan): string {
  if (nodes.length === 0) return "none runs polc agent: nothing will be enforced";
  if (!canary) return String(nodes.length);
  return `${nodes.length}, first ${nameList(canary)}`;
}

function objectLines({ change, kind, name, details }: PlannedObject): readonly string[] {
  return [
    `  ${SIGNS[change]} ${kind} ${printable(name)}`,
    ...details.map((each) => `      ${printable(each)}`),
  ];
}

function objectCounts(objects: readonly PlannedObject[]): string {
  const of = (change: PlannedObject["change"]) => objects.filter((each) => each.change === change).length;
  const parts = (["created", "changed", "removed"] as const)
    .filter((change) => of(change) > 0)
    .map((change) => `${count(of(change), "object")} ${change}`);
  return parts.length > 0 ? parts.join(", ") : "no object changes";
}
