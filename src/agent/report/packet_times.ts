/**
 * How long programs took for packets, summed over all that ever ran here. The kernel counts by program, and a program's counts
 * are gone with it: what is counted here never falls.
 */
import type { AttachedInterface } from "../../node/loader_status.js";

export interface PacketTime {
  readonly hook: string;
  count: number;
  nanoseconds: number;
}

interface Seen {
  readonly runs: number;
  readonly nanoseconds: number;
}

export class PacketTimes {
  private readonly times = new Map<string, PacketTime>();
  private seen = new Map<number, Seen>();

  /** By hook; empty while the kernel does not count. */
  update(interfaces: readonly AttachedInterface[]): readonly PacketTime[] {
    const now = new Map<number, Seen>();
    for (const { id, hook, runs, nanoseconds } of interfaces.flatMap(({ programs }) => programs)) {
      // One program is on the interfaces of many pods.
      if (runs === 0 || now.has(id)) continue;
      const before = this.seen.get(id) ?? { runs: 0, nanoseconds: 0 };
      now.set(id, { runs, nanoseconds });
      const time = this.times.get(hook) ?? { hook, count: 0, nanoseconds: 0 };
      this.times.set(hook, time);
      time.count += Math.max(0, runs - before.runs);
      time.nanoseconds += Math.max(0, nanoseconds - before.nanoseconds);
    }
    this.seen = now;
    return [...this.times.values()];
  }
}
