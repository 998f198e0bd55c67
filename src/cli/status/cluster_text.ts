/** How polc is in a cluster, for people: what is deployed, a line for each node, then what is wrong. */
import type { ClusterStatus, NodeRow } from "../../deploy/cluster_status.js";
import { count, shortDigest } from "../../node/describe_plan.js";
import type { Colors } from "../../source/pretty.js";
import { printable } from "../../source/printable.js";

const HEAD = ["NODE", "AGENT", "STATE", "EPOCH", "TIER", "PODS", "DENIED", "LOST"];

export function clusterText(context: string, status: ClusterStatus, colors: Colors): string {
  const { bold, green, red } = colors;
  const { problems, rows } = status;
  const health = problems.length === 0 ? green("healthy") : red(count(problems.length, "problem"));
  return [
    `${bold(printable(context))}  ${health}`,
    ...bundleLines(status),
    ...(rows.length > 0 ? ["", ...table([HEAD, ...rows.map(cells)])] : []),
    ...(problems.length > 0 ? [""] : []),
    ...problems.map((problem) => `  ${red("problem")} ${printable(problem)}`),
  ].join("\n");
}

function bundleLines({ bundle, rows }: ClusterStatus): string[] {
  const live = rows.filter(({ agent }) => agent?.isLive).length;
  const policies = live > 0 ? [`  policies    of the API, live on ${count(live, "node")}`] : [];
  if (!bundle) return policies;
  const { metadata, spec } = bundle;
  const enforced = rows.filter(
    ({ status }) => status?.state === "enforcing" && status.digest === spec.digest,
  ).length;
  const by = (spec.signatures ?? []).map(({ keyId }) => keyId);
  return [
    `  bundle      ${printable(metadata.name)} ${shortDigest(spec.digest)}${by.length > 0 ? `, signed by ${printable(by.join(", "))}` : ""}`,
    `  epoch       ${spec.epoch}`,
    `  enforced by ${enforced} of ${count(rows.length, "node")}`,
    ...policies,
  ];
}

function cells({ node, agent, status }: NodeRow): string[] {
  const { state, epoch, tier, pods, podsMissing = 0, denies, losses } = status ?? {};
  const covered = pods === undefined ? "-" : podsMissing > 0 ? `${pods}/${pods + podsMissing}` : String(pods);
  return [
    node.name,
    !agent ? "none" : agent.waiting !== undefined ? agent.waiting : agent.isReady ? "ready" : "not ready",
    agent?.isLive ? "live" : (state ?? "-"),
    ...[epoch, tier].map((value) => String(value ?? "-")),
    covered,
    ...[denies, losses].map((value) => String(value ?? "-")),
  ].map(printable);
}

function table(rows: readonly (readonly string[])[]): string[] {
  const widths = rows[0]!.map((_, column) => Math.max(...rows.map((row) => row[column]!.length)));
  return rows.map((row) =>
    `  ${row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ")}`.trimEnd(),
  );
}
