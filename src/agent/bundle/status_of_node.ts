/**
 * A node's own entry in the status of its PolicyBundle.
 *
 * 1. What is said last is what the API gets: while it is away, or busy, it is tried again until it has it.
 * 2. Counters are said again from time to time, and more often while somebody may wait for a rollout.
 */
import type { Cluster } from "../../cluster/client.js";
import type { NodeStatus } from "../../cluster/policy_bundle.js";
import { RESOURCES } from "../../cluster/resource.js";
import type { ApiFailure } from "../../cluster/resource.js";
import { isPassing } from "../../cluster/retries.js";
import { Backoff, pause } from "../../node/backoff.js";
import { isFailure } from "../../node/failure.js";

const EVERY_MS = 60_000;
const SOON_MS = 3000;
const SOON_FOR_MS = 120_000;

export interface StatusSource {
  /** As it is now; undefined: there is nothing to say. */
  readonly now: () => Promise<NodeStatus | undefined>;
  readonly log: (text: string) => void;
}

export class StatusOfNode {
  private changedAt = -Infinity;
  private isNew = false;
  private telling = false;

  constructor(
    private readonly api: Cluster,
    /** Of the PolicyBundle. */
    private readonly name: string,
    private readonly source: StatusSource,
    private readonly signal: AbortSignal,
  ) {}

  /** A rollout begins. */
  changes(): void {
    this.changedAt = Date.now();
  }

  tell(): void {
    this.isNew = true;
    if (!this.telling) void this.untilKnown();
  }

  async tellRegularly(): Promise<void> {
    while (!this.signal.aborted) {
      const isSoon = Date.now() - this.changedAt < SOON_FOR_MS;
      await pause(isSoon ? SOON_MS : EVERY_MS, this.signal);
      if (!this.signal.aborted) this.tell();
    }
  }

  private async untilKnown(): Promise<void> {
    this.telling = true;
    const backoff = new Backoff();
    while (this.isNew && !this.signal.aborted) {
      this.isNew = false;
      const failure = await this.once();
      if (!failure) continue;
      this.source.log(failure.error);
      if (!isPassing(failure)) continue;
      this.isNew = true;
      await backoff.again(this.signal, (failure.retryAfterSeconds ?? 0) * 1000);
    }
    this.telling = false;
  }

  private async once(): Promise<ApiFailure | undefined> {
    const status = await this.source.now();
    if (!status) return undefined;
    const answer = await this.api.apply(
      RESOURCES.policyBundles,
      { metadata: { name: this.name }, status: { nodes: [status] } },
      { subresource: "status", fieldManager: `polc-agent-${status.node}`, force: true },
    );
    return isFailure(answer) ? answer : undefined;
  }
}
