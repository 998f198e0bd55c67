/**
 * Which version of each object of one resource is held. Versions of the API are numbers that grow with every write of the
 * resource (KEP-5504), so what comes twice, or later than what came after it, is known by its number.
 */

import type { ObjectKey } from "./resource.js";

/** Removals that are remembered: an event of before one must not bring the object back. */
const REMEMBERED = 4096;

export class Versions {
  private readonly held = new Map<ObjectKey, number>();
  private readonly removed = new Map<ObjectKey, number>();

  get size(): number {
    return this.held.size;
  }

  /** The object is this version from now on; false: it is that or a later one already, or was removed later. */
  advance(key: ObjectKey, version: string): boolean {
    const number = Number(version);
    const before = this.held.get(key) ?? this.removed.get(key) ?? -1;
    if (number <= before) return false;
    this.removed.delete(key);
    this.held.set(key, number);
    return true;
  }

  /** False: it is not there, or is of a later version. */
  remove(key: ObjectKey, version: string): boolean {
    const before = this.held.get(key);
    const number = Number(version);
    if (before !== undefined && number < before) return false;
    this.held.delete(key);
    this.removed.delete(key);
    this.removed.set(key, number);
    if (this.removed.size > REMEMBERED) this.removed.delete(this.removed.keys().next().value!);
    return before !== undefined;
  }

  /**
   * A list is believed whatever was held: after a restore of etcd its numbers may be lower. Returns what it lacks, and leaves
   * out of `objects` what is held already.
   */
  replaceBy<T>(objects: readonly (readonly [ObjectKey, string, T])[]) {
    const before = new Map(this.held);
    this.held.clear();
    this.removed.clear();
    const changed: T[] = [];
    for (const [key, version, object] of objects) {
      const number = Number(version);
      if (before.get(key) !== number) changed.push(object);
      before.delete(key);
      this.held.set(key, number);
    }
    return { changed, gone: [...before.keys()] };
  }
}
