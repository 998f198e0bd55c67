/**
 * Pauses before what failed is tried again: none after the first time, then 0.1 s, each twice as long as the one before, up
 * to 10 s. What has worked for longer than that begins anew.
 */
const FIRST_MS = 100;
const LONGEST_MS = 10_000;

export class Pauses {
  private failures = 0;
  private last = 0;
  private over = false;
  private interrupt: () => void = () => undefined;

  failed(): void {
    const now = performance.now();
    this.failures = now - this.last > 2 * LONGEST_MS ? 1 : this.failures + 1;
    this.last = now;
  }

  worked(): void {
    this.failures = 0;
  }

  async take(): Promise<void> {
    if (this.failures < 2 || this.over) return;
    const ms = Math.min(LONGEST_MS, FIRST_MS * 2 ** (this.failures - 2));
    await new Promise<void>((resolve) => {
      const timer = setTimeout(resolve, ms);
      this.interrupt = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** No pauses any more. */
  end(): void {
    this.over = true;
    this.interrupt();
  }
}
