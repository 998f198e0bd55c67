/**
 * Puts what comes from several nodes in the order of its times: each waits a moment for what is older and comes later. What
 * comes even later than that is handed on at once, out of order, and never dropped.
 */
export interface Timed {
  /** ISO 8601, UTC. */
  readonly timestamp: string;
}

interface Waiting<T> {
  readonly value: T;
  readonly arrived: number;
}

export class TimeOrder<T extends Timed> {
  private waiting: Waiting<T>[] = [];

  constructor(
    private readonly hand: (value: T) => void,
    private readonly waitMs = 1000,
    private readonly now: () => number = () => performance.now(),
  ) {}

  add(value: T): void {
    this.waiting.push({ value, arrived: this.now() });
  }

  /** Hands on what has waited, and what is older than that. */
  tick(): void {
    const until = this.now() - this.waitMs;
    const ripe = this.waiting.filter(({ arrived }) => arrived <= until);
    if (ripe.length === 0) return;
    const last = ripe.reduce(
      (latest, { value }) => (latest < value.timestamp ? value.timestamp : latest),
      "",
    );
    this.handOn(({ timestamp }) => timestamp <= last);
  }

  /** Hands on everything. */
  flush(): void {
    this.handOn(() => true);
  }

  private handOn(isDue: (value: T) => boolean): void {
    const due = this.waiting.filter(({ value }) => isDue(value));
    this.waiting = this.waiting.filter(({ value }) => !isDue(value));
    due.sort((a, b) =>
      a.value.timestamp < b.value.timestamp ? -1 : a.value.timestamp > b.value.timestamp ? 1 : 0,
    );
    for (const { value } of due) this.hand(value);
  }
}
