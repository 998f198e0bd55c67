/**
 * Numbers that stand for something in the kernel. One that is free again rests for two whole generations: until then a
 * bank, or a packet that reads one, may still use it for what it stood for.
 */
export const REST = 3;

export class NumberPool {
  private readonly resting: { readonly number: number; readonly since: number }[] = [];
  private next = 0;

  /** A number that nothing uses in the change that makes this generation. */
  take(generation: number): number {
    const oldest = this.resting[0];
    if (!oldest || oldest.since + REST > generation) return this.next++;
    this.resting.shift();
    return oldest.number;
  }

  /** From this generation on it stands for nothing. */
  release(number: number, generation: number): void {
    this.resting.push({ number, since: generation });
  }

  /** All numbers ever taken are less. */
  get end(): number {
    return this.next;
  }
}
