/** Entries by key, and what changed since the last state. What is put and taken back in between is no change. */
export interface Changes<V> {
  readonly put: readonly V[];
  readonly removed: readonly V[];
}

export class Table<K, V> {
  private readonly entries = new Map<K, V>();
  /** What each entry that changed was at the last state. */
  private readonly before = new Map<K, V | undefined>();

  get size(): number {
    return this.entries.size;
  }

  get(key: K): V | undefined {
    return this.entries.get(key);
  }

  values(): V[] {
    return [...this.entries.values()];
  }

  put(key: K, value: V): void {
    const now = this.entries.get(key);
    if (now !== undefined && isSame(now, value)) return;
    if (!this.before.has(key)) this.before.set(key, now);
    this.entries.set(key, value);
  }

  remove(key: K): void {
    const now = this.entries.get(key);
    if (now === undefined) return;
    if (!this.before.has(key)) this.before.set(key, now);
    this.entries.delete(key);
  }

  takeChanges(): Changes<V> {
    const put: V[] = [];
    const removed: V[] = [];
    for (const [key, before] of this.before) {
      const now = this.entries.get(key);
      if (now === undefined) {
        if (before !== undefined) removed.push(before);
      } else if (before === undefined || !isSame(now, before)) put.push(now);
    }
    this.before.clear();
    return { put, removed };
  }
}

/** Entries are plain data of few levels. */
function isSame(a: unknown, b: unknown): boolean {
  if (a === b) return true;
  if (typeof a !== "object" || typeof b !== "object" || a === null || b === null) return false;
  const [keys, others] = [Object.keys(a), Object.keys(b)];
  if (keys.length !== others.length) return false;
  return keys.every((key) => isSame((a as Plain)[key], (b as Plain)[key]));
}

type Plain = Readonly<Record<string, unknown>>;
