/**
 * Verdicts by policy, out of the records of the log: the kernel counts them all, but not by policy.
 *
 * The number of series has a bound. Policies beyond it are counted together, as `other`.
 */
import type { LogRecord } from "../../log/record.js";

/** Some 200 bytes of metrics each. */
const MOST_SERIES = 1000;

export interface VerdictLabels {
  readonly [label: string]: string;
  readonly kind: string;
  /** Empty: of a tier's policy, which has none. */
  readonly namespace: string;
  readonly policy: string;
  readonly direction: string;
  readonly verdict: string;
}

export interface VerdictCount {
  readonly labels: VerdictLabels;
  value: number;
}

export class VerdictCounts {
  private readonly counts = new Map<string, VerdictCount>();
  private readonly others = new Map<string, VerdictCount>();

  constructor(private readonly most = MOST_SERIES) {}

  /** A denial by isolation counts for every policy that isolates the pod. */
  add({ connection, disposition: verdict, policies = [], count }: LogRecord): void {
    const direction = connection?.direction;
    if (direction === undefined) return;
    for (const { kind, namespace = "", name: policy } of policies)
      this.count({ kind, namespace, policy, direction, verdict }, count);
  }

  get values(): readonly VerdictCount[] {
    return [...this.counts.values(), ...this.others.values()];
  }

  private count(labels: VerdictLabels, count: number): void {
    const key = Object.values(labels).join("\n");
    const known = this.counts.get(key);
    if (known) known.value += count;
    else if (this.counts.size < this.most) this.counts.set(key, { labels, value: count });
    else this.countOther(labels, count);
  }

  private countOther({ direction, verdict }: VerdictLabels, count: number): void {
    const labels = { kind: "other", namespace: "other", policy: "other", direction, verdict };
    const key = `${direction}\n${verdict}`;
    const known = this.others.get(key);
    if (known) known.value += count;
    else this.others.set(key, { labels, value: count });
  }
}
