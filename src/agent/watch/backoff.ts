/**
 * Pauses before a failed request is tried again: 0.1 s, each twice as long as the one before, up to 30 s. Half of a pause is
 * random, so that the agents of a cluster do not come back at once.
 */
const FIRST_MS = 100;
const LONGEST_MS = 30_000;

export class Backoff {
  private failures = 0;

  worked(): void {
    this.failures = 0;
  }

  /** The next pause in milliseconds. `least`: what the server asked for. */
  next(least = 0, random = Math.random): number {
    const full = Math.min(LONGEST_MS, FIRST_MS * 2 ** this.failures++);
    return Math.max(least, full / 2 + (random() * full) / 2);
  }
}

/** Resolves after so long, or at once when the signal says so. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
