/** What a lab is doing, on standard error: one line a phase, with its time. */
export class Progress {
  private readonly started = performance.now();

  /** Runs a phase; `describe` says what it did, from its result. */
  async phase<T>(describe: (result: T) => string, task: () => Promise<T> | T): Promise<T> {
    const started = performance.now();
    const result = await task();
    this.say(`${seconds(performance.now() - started)}  ${describe(result)}`);
    return result;
  }

  say(line: string): void {
    process.stderr.write(`${line}\n`);
  }

  total(): string {
    return seconds(performance.now() - this.started);
  }
}

function seconds(ms: number): string {
  return `${(ms / 1000).toFixed(2).padStart(6)} s`;
}
