/** Small numbers for things that come and go. One that was given back means nothing for two generations. */
const REST = 2;

export class Numbers {
  private readonly numbers = new Map<string, number>();
  private readonly keys = new Map<number, string>();
  /** In the order in which they were given back. */
  private readonly resting: { readonly number: number; readonly since: number }[] = [];
  private next = 1;

  /** One more than the highest number there ever was. */
  get end(): number {
    return this.next;
  }

  get(key: string): number | undefined {
    return this.numbers.get(key);
  }

  keyOf(number: number): string | undefined {
    return this.keys.get(number);
  }

  take(key: string, generation: number): number {
    const known = this.numbers.get(key);
    if (known !== undefined) return known;
    const [oldest] = this.resting;
    const number = oldest && generation - oldest.since >= REST ? this.resting.shift()!.number : this.next++;
    this.numbers.set(key, number);
    this.keys.set(number, key);
    return number;
  }

  giveBack(key: string, generation: number): void {
    const number = this.numbers.get(key);
    if (number === undefined) return;
    this.numbers.delete(key);
    this.keys.delete(number);
    this.resting.push({ number, since: generation });
  }
}
