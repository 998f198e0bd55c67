/** Small numbers for things that come and go. One that was given back means nothing for two generations. */
const REST = 2;

export class Numbers {
  /** In the order in which they were given back. */
  private readonly resting: { readonly number: number; readonly since: number }[] = [];
  private next = 1;

  /** One more than the highest number there ever was. */
  get end(): number {
    return this.next;
  }

  take(generation: number): number {
    const [oldest] = this.resting;
    return oldest && generation - oldest.since >= REST ? this.resting.shift()!.number : this.next++;
  }

  giveBack(number: number, generation: number): void {
    this.resting.push({ number, since: generation });
  }
}
