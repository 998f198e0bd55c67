/** What the node benchmark writes, a row a measurement. */
import { table } from "../table.js";
import { NODE_SIZE } from "./cluster.js";

export type Case = "first_apply" | "policy_changed" | "pod_here" | "pod_elsewhere" | "specialised";

export interface NodeRow {
  /** `before`: the build that `--before` names. */
  readonly subject: "polc" | "before";
  readonly case: Case;
  readonly pods: number;
  readonly subjects: number;
  readonly cluster_pods: number;
  readonly policies: number;
  readonly median_ms: number;
  readonly p99_ms: number;
  readonly runs: number;
}

export function nodeRow(subject: NodeRow["subject"], of: Case, ms: readonly number[]): NodeRow {
  const { local, subjects, pods, policies } = NODE_SIZE;
  return {
    ...{ subject, case: of, pods: local, subjects, cluster_pods: pods, policies },
    ...{ median_ms: percentile(ms, 0.5), p99_ms: percentile(ms, 0.99), runs: ms.length },
  };
}

/** In microsecond steps. */
export function percentile(ms: readonly number[], part: number): number {
  const sorted = [...ms].sort((a, b) => a - b);
  const value = sorted[Math.min(sorted.length - 1, Math.floor(part * sorted.length))]!;
  return Math.round(1000 * value) / 1000;
}

export function nodeTable(rows: readonly NodeRow[]): string {
  return table(
    ["build", "case", "median ms", "p99 ms", "runs"],
    rows.map(({ subject, case: of, median_ms, p99_ms, runs }) => [subject, of, median_ms, p99_ms, runs]),
  );
}
