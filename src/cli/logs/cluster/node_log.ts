/**
 * The verdicts of one node, as long as they are followed: through every end of its agent's pod and of the connection.
 *
 * 1. A stream that ended is opened again from the time of the last record on; records that were handed on already are not again.
 * 2. What a node cannot deliver is said once, and again when it delivers.
 */
import type { Cluster } from "../../../cluster/client.js";
import { NAMESPACE } from "../../../cluster/policy_bundle.js";
import type { LogLine } from "../../../log/line.js";
import { readLogLine } from "../../../log/line.js";
import type { AgentPod } from "./agent_pods.js";
import { withRole } from "./agent_pods.js";

export interface NodeLogOptions {
  readonly follow: boolean;
  /** Milliseconds before now; undefined: what comes from now on, and without `follow` all. */
  readonly since?: number;
}

export interface NodeLogSink {
  readonly onLine: (line: LogLine, node: string) => void;
  readonly onProblem: (problem: string, help?: string) => void;
}

export class NodeLog {
  /** The time of the newest record, and the records of that time. */
  private last = "";
  private readonly seen = new Set<string>();
  private told: string | undefined;
  /** Something was not delivered. */
  isPartial = false;
  private isOpen = false;
  private readonly begun = Date.now();

  constructor(
    private readonly cluster: Cluster,
    private readonly node: string,
    private readonly options: NodeLogOptions,
    private readonly sink: NodeLogSink,
  ) {}

  /** Opens the stream of this pod, unless one is open. Resolves when it has ended. */
  async read(pod: AgentPod, signal: AbortSignal): Promise<void> {
    if (this.isOpen) return;
    if (pod.away !== undefined) return this.tell(pod.away);
    this.isOpen = true;
    const place = { namespace: NAMESPACE, name: pod.name };
    const failure = await this.cluster.podLog(place, this.query(), (line) => this.take(line), signal);
    this.isOpen = false;
    if (failure) this.tell(failure.error, withRole(failure).help);
  }

  gone(): void {
    this.tell("its agent's pod is gone");
  }

  private query(): Record<string, string | undefined> {
    const { follow, since } = this.options;
    const query = { container: "agent", follow: follow ? "true" : undefined };
    if (this.last !== "") return { ...query, sinceTime: `${this.last.slice(0, 19)}Z` };
    if (since !== undefined) return { ...query, sinceSeconds: String(Math.max(1, Math.ceil(since / 1000))) };
    // One that comes back late has what was missed.
    const elapsed = Math.ceil((Date.now() - this.begun) / 1000);
    return follow ? { ...query, sinceSeconds: String(Math.max(1, elapsed)) } : query;
  }

  private take(text: string): void {
    const line = readLogLine(text);
    if (!line) return;
    if (this.told !== undefined) {
      this.told = undefined;
      this.sink.onProblem(`${this.node}: its verdicts come again`);
    }
    if (line.kind === "record" && !this.isNew(line.record.timestamp, text)) return;
    this.sink.onLine(line, this.node);
  }

  /** Records of a node come in the order of their times, but for what was counted and is reported late. */
  private isNew(timestamp: string, text: string): boolean {
    if (this.seen.has(text)) return false;
    if (timestamp > this.last) this.last = timestamp;
    this.seen.add(text);
    if (this.seen.size > 4096) this.seen.delete(this.seen.values().next().value!);
    return true;
  }

  private tell(problem: string, help?: string): void {
    if (this.told === problem) return;
    this.told = problem;
    this.isPartial = true;
    this.sink.onProblem(`no verdicts from ${this.node}: ${problem}`, help);
  }
}
