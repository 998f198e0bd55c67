/** The verdicts of all nodes of a cluster, in the order of their times: read from the logs of the agents' pods. */
import type { Cluster } from "../../../cluster/client.js";
import type { Lost } from "../../../log/event.js";
import type { LogRecord } from "../../../log/record.js";
import { TimeOrder } from "../../../log/time_order.js";
import type { Failure } from "../../../node/failure.js";
import { isFailure } from "../../../node/failure.js";
import type { AgentPod } from "./agent_pods.js";
import { agentPods } from "./agent_pods.js";
import type { NodeLogOptions } from "./node_log.js";
import { NodeLog } from "./node_log.js";

/** Nodes and agents come and go. */
const LOOK_MS = 2000;
const TICK_MS = 100;

export interface ClusterLogOptions extends NodeLogOptions {
  /** Only these; undefined: all. */
  readonly nodes?: readonly string[];
}

export interface ClusterLogSink {
  /** False: no more are wanted. */
  readonly onRecord: (record: LogRecord) => boolean;
  readonly onLost: (lost: Lost, node: string) => void;
  readonly onProblem: (problem: string, help?: string) => void;
}

export interface ClusterLogEnd {
  /** Some node did not deliver everything, and it was said. */
  readonly isPartial: boolean;
}

/** Resolves when it was stopped, when no more records are wanted, or, if it does not follow, when all have been read. */
export async function followCluster(
  cluster: Cluster,
  options: ClusterLogOptions,
  sink: ClusterLogSink,
  stop: AbortController,
): Promise<ClusterLogEnd | Failure> {
  const first = await agentPods(cluster);
  if (isFailure(first)) return first;
  const wrong = unknown(first, options.nodes);
  if (wrong) return wrong;
  return new ClusterLog(cluster, options, sink, stop).run(first);
}

function unknown(pods: readonly AgentPod[], nodes: readonly string[] | undefined): Failure | undefined {
  const known = pods.map(({ node }) => node);
  if (known.length === 0)
    return { error: "no node of the cluster runs polc agent", help: "install it: docs/deploy.md" };
  const wrong = nodes?.find((node) => !known.includes(node));
  if (wrong === undefined) return undefined;
  return {
    error: `no agent runs on a node ${JSON.stringify(wrong)}`,
    help: `agents run on ${known.join(", ")}`,
  };
}

class ClusterLog {
  private readonly logs = new Map<string, NodeLog>();
  private readonly reading = new Set<Promise<void>>();
  private readonly order = new TimeOrder<LogRecord>((record) => this.hand(record));
  private isWanted = true;

  constructor(
    private readonly cluster: Cluster,
    private readonly options: ClusterLogOptions,
    private readonly sink: ClusterLogSink,
    private readonly stop: AbortController,
  ) {}

  async run(first: readonly AgentPod[]): Promise<ClusterLogEnd> {
    this.look(first);
    if (this.options.follow) await this.follow();
    else await Promise.all(this.reading);
    this.order.flush();
    return { isPartial: [...this.logs.values()].some(({ isPartial }) => isPartial) };
  }

  private async follow(): Promise<void> {
    const { signal } = this.stop;
    const tick = setInterval(() => this.order.tick(), TICK_MS);
    const look = setInterval(() => void this.lookAgain(), LOOK_MS);
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener("abort", () => resolve(), { once: true });
    });
    clearInterval(tick);
    clearInterval(look);
    await Promise.all(this.reading);
  }

  private async lookAgain(): Promise<void> {
    const pods = await agentPods(this.cluster);
    // The API server is away: streams that are open may go on, and it is asked again.
    if (isFailure(pods) || this.stop.signal.aborted) return;
    this.look(pods);
    const there = new Set(pods.map(({ node }) => node));
    for (const [node, log] of this.logs) if (!there.has(node)) log.gone();
  }

  private look(pods: readonly AgentPod[]): void {
    for (const pod of pods) {
      if (this.options.nodes && !this.options.nodes.includes(pod.node)) continue;
      const reading = this.logOf(pod.node).read(pod, this.stop.signal);
      this.reading.add(reading);
      void reading.finally(() => this.reading.delete(reading));
    }
  }

  private logOf(node: string): NodeLog {
    let log = this.logs.get(node);
    if (!log) {
      const { onLost, onProblem } = this.sink;
      log = new NodeLog(this.cluster, node, this.options, {
        onProblem,
        onLine: (line) => (line.kind === "record" ? this.order.add(line.record) : onLost(line.lost, node)),
      });
      this.logs.set(node, log);
    }
    return log;
  }

  private hand(record: LogRecord): void {
    if (!this.isWanted) return;
    this.isWanted = this.sink.onRecord(record);
    if (!this.isWanted) this.stop.abort();
  }
}
