/**
 * Pauses before what failed is tried again: 0.1 s, each twice as long as the one before. Half of a pause is random, so that
 * what failed together does not come back together.
 */
const FIRST_MS = 100;
const LONGEST_MS = 30_000;

export interface BackoffOptions {
  readonly longestMs?: number;
  /** So many failures in a row are followed by no pause. */
  readonly free?: number;
  readonly random?: () => number;
}

export class Backoff {
  private failures = 0;
  private last = -Infinity;
  private readonly longest: number;
  private readonly free: number;
  private readonly random: () => number;

  constructor({ longestMs = LONGEST_MS, free = 0, random = Math.random }: BackoffOptions = {}) {
    [this.longest, this.free, this.random] = [longestMs, free, random];
  }

  /** What has worked for longer than the longest pause, and fails, begins anew. */
  failed(): void {
    const now = performance.now();
    this.failures = now - this.last > 2 * this.longest ? 1 : this.failures + 1;
    this.last = now;
  }

  worked(): void {
    this.failures = 0;
  }

  /** The pause that is due now, in milliseconds. `least`: what the other side asked for. */
  due(least = 0): number {
    const counted = this.failures - this.free;
    if (counted <= 0) return least;
    const full = Math.min(this.longest, FIRST_MS * 2 ** (counted - 1));
    return Math.max(least, full / 2 + (this.random() * full) / 2);
  }

  take(signal: AbortSignal, least = 0): Promise<void> {
    return pause(this.due(least), signal);
  }

  /** After a failure. */
  again(signal: AbortSignal, least = 0): Promise<void> {
    this.failed();
    return this.take(signal, least);
  }
}

/** Resolves after so long, or at once when the signal says so. */
export function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted || ms <= 0) return resolve();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener("abort", end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener("abort", end, { once: true });
  });
}
