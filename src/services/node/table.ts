/** Entries by key, and what changed since the last state. What is put and taken back in between is no change. */

interface Entry<V> {
  readonly value: V;
  readonly text: string;
}

export interface Changes<V> {
  readonly put: readonly V[];
  readonly removed: readonly V[];
}

export class Table<V> {
  private readonly entries = new Map<string, Entry<V>>();
  /** What each entry that changed was at the last state. */
  private readonly before = new Map<string, Entry<V> | undefined>();

  get size(): number {
    return this.entries.size;
  }

  get(key: string): V | undefined {
    return this.entries.get(key)?.value;
  }

  values(): V[] {
    return [...this.entries.values()].map(({ value }) => value);
  }

  put(key: string, value: V): void {
    const text = JSON.stringify(value);
    const now = this.entries.get(key);
    if (now?.text === text) return;
    if (!this.before.has(key)) this.before.set(key, now);
    this.entries.set(key, { value, text });
  }

  remove(key: string): void {
    const now = this.entries.get(key);
    if (!now) return;
    if (!this.before.has(key)) this.before.set(key, now);
    this.entries.delete(key);
  }

  takeChanges(): Changes<V> {
    const put: V[] = [];
    const removed: V[] = [];
    for (const [key, before] of this.before) {
      const now = this.entries.get(key);
      if (now && now.text !== before?.text) put.push(now.value);
      else if (!now && before) removed.push(before.value);
    }
    this.before.clear();
    return { put, removed };
  }
}
