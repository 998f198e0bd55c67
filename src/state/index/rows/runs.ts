/** The steps of a node: every distinct run once, at a place that stays as long as some row uses it. */
import type { Step } from "../../encode.js";
import { runWord, stepWords } from "../../encode.js";
import { REST } from "./numbers.js";

/** 2^depth entries of `steps` from `start`. */
export interface Run {
  readonly steps: readonly Step[];
  readonly start: number;
  readonly depth: number;
  /** How a row names it. */
  readonly word: number;
  /** Its place may be another run's by now. */
  readonly gone: boolean;
}

interface Kept extends Run {
  gone: boolean;
  users: number;
  /** The generation in which it lost its last user. */
  idleSince: number;
  readonly content: string;
}

/** So many are looked through for places that can be given again. */
const IDLE_MAX = 4096;

/** What a row says that was never written; step 0 of every bank. */
const CLOSED: Step = { key: 0, rule: 0, allow: false, logged: false };

export class Runs {
  /** Entries that the kernel has room for. Past them runs still get a place: then the maps have to grow. */
  limit = Infinity;
  private readonly byContent = new Map<string, Kept>();
  private readonly byStart = new Map<number, Kept>();
  /** Runs without a user, in the order in which they lost the last one; some have a user again. */
  private idle: { readonly run: Kept; readonly since: number }[] = [];
  /** Starts of free places, by depth. */
  private readonly free: number[][] = [];
  private words = new Uint32Array(2048);
  private fresh: Kept[] = [];
  private used = 0;

  constructor() {
    this.use(this.intern([CLOSED], 0).word);
  }

  /** A run with these steps, the first of which has key 0. */
  intern(steps: readonly Step[], generation: number): Run {
    const content = steps
      .map(({ key, rule, allow, logged }) => `${key},${rule},${allow},${logged}`)
      .join(";");
    const known = this.byContent.get(content);
    if (known) return this.keep(known, generation);
    const depth = Math.ceil(Math.log2(steps.length));
    const start = this.place(depth, generation);
    const word = runWord(start, depth);
    const run: Kept = { steps, start, depth, word, gone: false, users: 0, idleSince: 0, content };
    this.byContent.set(content, run);
    this.byStart.set(start, run);
    this.write(run);
    this.rest(run, generation);
    return run;
  }

  /** A run that is about to be used: its place stays its own. */
  keep(run: Run, generation: number): Run {
    const kept = run as Kept;
    if (kept.users === 0) this.rest(kept, generation);
    return run;
  }

  at(word: number): Run {
    return this.byStart.get(word >>> 5)!;
  }

  use(word: number): void {
    this.byStart.get(word >>> 5)!.users++;
  }

  drop(word: number, generation: number): void {
    const run = this.byStart.get(word >>> 5)!;
    if (--run.users === 0) this.rest(run, generation);
  }

  /** All entries that are not free are less. */
  get end(): number {
    return this.used;
  }

  /** The entries from `start` on, two words each. */
  wordsOf(start: number, count: number): Uint32Array {
    return this.words.subarray(2 * start, 2 * (start + count));
  }

  /** Places written since the last call, neighbours as one. */
  takeFresh(): { readonly start: number; readonly count: number }[] {
    const places: { start: number; count: number }[] = [];
    for (const { start, depth } of this.fresh.sort((a, b) => a.start - b.start)) {
      const last = places.at(-1);
      if (last && last.start + last.count === start) last.count += 2 ** depth;
      else places.push({ start, count: 2 ** depth });
    }
    this.fresh = [];
    return places;
  }

  private rest(run: Kept, generation: number): void {
    run.idleSince = generation;
    this.idle.push({ run, since: generation });
  }

  private place(depth: number, generation: number): number {
    const size = 2 ** depth;
    const full = this.used + size > this.limit;
    if (full || this.idle.length >= IDLE_MAX) this.reclaim(generation);
    const free = full ? this.takeFree(depth) : this.free[depth]?.pop();
    if (free !== undefined) return free;
    this.used += size;
    return this.used - size;
  }

  /** Gives back the places of runs that rested long enough. */
  private reclaim(generation: number): void {
    let at = 0;
    for (; at < this.idle.length && this.idle[at]!.since + REST <= generation; at++) {
      const { run, since } = this.idle[at]!;
      if (run.users > 0 || run.gone || run.idleSince !== since) continue;
      run.gone = true;
      this.byContent.delete(run.content);
      this.byStart.delete(run.start);
      (this.free[run.depth] ??= []).push(run.start);
    }
    if (at > 0) this.idle = this.idle.slice(at);
  }

  /** A free place, cut from a larger one if there is none of the size. */
  private takeFree(depth: number): number | undefined {
    const own = this.free[depth]?.pop();
    if (own !== undefined || depth >= this.free.length) return own;
    const larger = this.takeFree(depth + 1);
    if (larger !== undefined) (this.free[depth] ??= []).push(larger + 2 ** depth);
    return larger;
  }

  private write(run: Kept): void {
    const words = stepWords(run.steps, run.depth);
    const end = 2 * run.start + words.length;
    if (end > this.words.length) {
      const longer = new Uint32Array(Math.max(end, 2 * this.words.length));
      longer.set(this.words);
      this.words = longer;
    }
    this.words.set(words, 2 * run.start);
    this.fresh.push(run);
  }
}
