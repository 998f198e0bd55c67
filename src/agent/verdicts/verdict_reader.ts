/**
 * Reads the verdict log of the agent's node as long as the agent runs. The kernel hands a record over once, so the agent is
 * its only reader, and others get the records from the agent.
 */
import { join } from "node:path";
import type { Lost } from "../../log/event.js";
import type { Followed } from "../../log/follow.js";
import { followVerdicts } from "../../log/follow.js";
import type { LogRecord } from "../../log/record.js";
import type { Failure } from "../../node/failure.js";
import { isFailure } from "../../node/failure.js";
import { takeLock } from "../../node/lock.js";
import { runDir } from "../../node/run_dir.js";
import { Backoff, pause } from "../../node/backoff.js";

export interface VerdictSink {
  readonly onRecord: (record: LogRecord) => void;
  readonly onLost: (lost: Lost) => void;
}

/** A node without any state has no log yet. */
const LOOK_AGAIN_MS = 500;

export class VerdictReader {
  private readonly stopping = new AbortController();
  private followed: Followed | undefined;
  private running: Promise<void> = Promise.resolve();

  constructor(
    private readonly instance: string,
    private readonly sink: VerdictSink,
    private readonly isInForce: () => boolean,
    private readonly log: (text: string) => void,
  ) {}

  start(): void {
    this.running = this.run();
  }

  async stop(): Promise<void> {
    this.stopping.abort();
    await this.followed?.stop();
    await this.running;
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    const backoff = new Backoff();
    while (!signal.aborted) {
      if (!this.isInForce()) {
        await pause(LOOK_AGAIN_MS, signal);
        continue;
      }
      const failure = await this.follow();
      if (signal.aborted) return;
      if (failure) this.log(`verdict log: ${failure.error}`);
      await backoff.again(signal);
    }
  }

  /** Resolves when the stream has ended. */
  private async follow(): Promise<Failure | undefined> {
    const unlock = takeLock(join(runDir(this.instance), "logs.lock"), "reads the log of this instance");
    if (isFailure(unlock)) return unlock;
    const { onRecord, onLost } = this.sink;
    this.followed = followVerdicts([this.instance], onRecord, { onLost });
    if (this.stopping.signal.aborted) await this.followed.stop();
    const failures = await this.followed.ended;
    unlock();
    return failures[0];
  }
}
