/** Between two lines where standard error is no terminal, and between two changes of the line where it is one. */
const LINE_MS = 5000;
const CHANGE_MS = 100;

/**
 * Tells people who wait how far a command is, on standard error: one line that is written over on a terminal, elsewhere (a
 * log of CI) a line every few seconds.
 */
export class Progress {
  private shown: number;

  constructor(
    private readonly quiet = false,
    private readonly terminal = process.stderr.isTTY,
  ) {
    this.shown = terminal ? -Infinity : performance.now();
  }

  show(text: string): void {
    const now = performance.now();
    if (this.quiet || now - this.shown < (this.terminal ? CHANGE_MS : LINE_MS)) return;
    this.shown = now;
    process.stderr.write(this.terminal ? `\r\x1b[K${text}` : `${text}\n`);
  }

  /** Makes room for what follows. */
  end(): void {
    if (!this.quiet && this.terminal) process.stderr.write("\r\x1b[K");
  }
}
