/**
 * Whether a request is made again.
 *
 * 1. Only what passes: a server that is busy or away, a connection that broke. All of polc's requests may be made twice.
 * 2. Until the server has answered once, a command is told soon: a wrong address does not get better.
 * 3. From then on it is asked again for as long as the caller is patient: a server that is started anew comes back.
 */
import { Backoff } from "../node/backoff.js";
import { isFailure } from "../node/failure.js";
import type { Connection } from "./connection.js";
import type { ApiFailure } from "./resource.js";

export interface Patience {
  readonly ms: number;
  /** Told each time before the request is made again. */
  readonly onAway?: (failure: ApiFailure) => void;
}

/** An API server that is started anew needs some ten seconds. */
export const RESTART_MS = 30_000;
/** For a server that is busy from the start. */
const FIRST_MS = 1500;
const LONGEST_PAUSE_MS = 2000;

const DEFAULT: Patience = { ms: RESTART_MS };

export class Retries {
  /** Requests that were made again. */
  count = 0;
  private readonly began = performance.now();
  private readonly backoff = new Backoff({ longestMs: LONGEST_PAUSE_MS });

  constructor(
    private readonly connection: Pick<Connection, "answered">,
    private readonly patience: Patience = DEFAULT,
  ) {}

  async run<T>(once: () => Promise<T | ApiFailure>): Promise<T | ApiFailure> {
    for (;;) {
      const answer = await once();
      if (!isFailure(answer) || !isPassing(answer)) {
        this.connection.answered ||= !isFailure(answer) || (answer as ApiFailure).status !== undefined;
        return answer;
      }
      const failure: ApiFailure = answer;
      const after = (failure.retryAfterSeconds ?? 0) * 1000;
      this.backoff.failed();
      const ms = this.backoff.due(after);
      if (performance.now() - this.began + ms > this.limitFor(failure)) return failure;
      this.patience.onAway?.(failure);
      await new Promise((resolve) => setTimeout(resolve, ms));
      this.count++;
    }
  }

  private limitFor({ status }: ApiFailure): number {
    const { ms } = this.patience;
    if (this.connection.answered) return ms;
    return status === undefined ? 0 : Math.min(ms, FIRST_MS);
  }
}

/** The API server is away or busy: another try may do. */
export function isPassing({ status, isAway }: ApiFailure): boolean {
  return status === undefined ? isAway === true : [429, 500, 502, 503, 504].includes(status);
}
