/**
 * Plays the loader and the programs in the kernel: keeps the tables in two banks, writes a change into the one that is not
 * in force, switches, and writes it into the other one. Verdicts are read as the programs read them.
 */
import { formatAddress, parseAddress } from "../../src/ir/address.js";
import type { Family } from "../../src/ir/address.js";
import type { LoaderPod, LoaderSizes, LoaderState } from "../../src/state/loader_state.js";

const ABSENT = 0xffffffff;
const OWN_NODE = 0x80000000;

export interface Outcome {
  readonly allow: boolean;
  readonly rule: number;
  readonly logged: boolean;
}

class Bank {
  readonly profiles = new Map<number, number>();
  readonly addresses = new Map<string, number>();
  readonly pods = new Map<string, LoaderPod>();
  readonly rows: Uint32Array;
  readonly steps: Uint32Array;
  readonly blocks = { 4: Buffer.alloc(0), 6: Buffer.alloc(0) };

  constructor(private readonly sizes: LoaderSizes) {
    this.rows = new Uint32Array(2 * sizes.subjects * sizes.classes);
    this.steps = new Uint32Array(2 * sizes.steps);
  }

  write(state: LoaderState): void {
    const { sizes } = this;
    for (const [subject, profile] of pairs(words(state.subjects))) {
      within(subject, sizes.subjects, "subject");
      this.profiles.set(subject, profile);
    }
    this.writeAddresses(state.addresses4, 4);
    this.writeAddresses(state.addresses6, 6);
    for (const { at, values } of state.steps) {
      within(at + words(values).length / 2 - 1, sizes.steps, "step");
      this.steps.set(words(values), 2 * at);
    }
    for (const { subject, at, values } of state.rows) {
      within(subject, sizes.subjects, "subject");
      within(at + words(values).length / 2 - 1, sizes.classes, "class");
      this.rows.set(words(values), 2 * (subject * sizes.classes + at));
    }
    if (state.blocks4 !== undefined) this.blocks[4] = Buffer.from(state.blocks4, "base64");
    if (state.blocks6 !== undefined) this.blocks[6] = Buffer.from(state.blocks6, "base64");
    for (const [family, size] of [[4, 8] as const, [6, 24] as const]) {
      const entries = this.blocks[family].length / size;
      within(entries - 1, sizes.blocks, "block");
      if (!Number.isInteger(Math.log2(entries))) throw new Error(`${entries} blocks are no power of two`);
    }
    if (state.kind === "delta") for (const device of state.removed) this.pods.delete(device);
    for (const pod of state.pods) this.pods.set(pod.interface, pod);
  }

  /** The class of an address, with the flag of the own node. */
  addressValue(ip: string): number {
    const { family, value } = parseAddress(ip)!;
    const known = this.addresses.get(ip);
    if (known !== undefined) return known;
    const size = family === 4 ? 8 : 24;
    const first = (i: number) =>
      family === 4
        ? BigInt(this.blocks[4].readUInt32LE(i * size))
        : (this.blocks[6].readBigUInt64LE(i * size) << 64n) | this.blocks[6].readBigUInt64LE(i * size + 8);
    const at = halved(this.blocks[family].length / size, (i) => first(i) <= value);
    return this.blocks[family].readUInt32LE(at * size + (family === 4 ? 4 : 16));
  }

  outcome(
    device: string,
    side: "egress" | "ingress",
    ip: string,
    key: number,
  ): Outcome & { profile: number } {
    const pod = this.pods.get(device)!;
    const value = this.addressValue(ip);
    const open = { allow: true, rule: 0, logged: false, profile: 0 };
    if (pod.subject === null || (side === "egress" && (value & OWN_NODE) !== 0)) return open;
    const peerClass = (value & ~OWN_NODE) >>> 0;
    within(peerClass, this.sizes.classes, "class");
    const run = this.rows[2 * (pod.subject * this.sizes.classes + peerClass) + (side === "egress" ? 0 : 1)]!;
    const [start, depth] = [run >>> 5, run & 31];
    const at = start + halved(2 ** depth, (i) => this.steps[2 * (start + i)]! <= key);
    const outcome = this.steps[2 * at + 1]!;
    return {
      allow: (outcome & 1) === 1,
      logged: (outcome & 2) === 2,
      rule: outcome >>> 2,
      profile: this.profiles.get(pod.subject)!,
    };
  }

  private writeAddresses(values: string, family: Family): void {
    const bytes = Buffer.from(values, "base64");
    const width = family === 4 ? 4 : 16;
    for (let at = 0; at < bytes.length; at += width + 4) {
      const ip = textOf(bytes.subarray(at, at + width));
      const value = bytes.readUInt32LE(at + width);
      if (value === ABSENT) this.addresses.delete(ip);
      else this.addresses.set(ip, value);
    }
    within(this.addresses.size - 1, 2 * this.sizes.addresses, "address");
  }
}

export class PlayedLoader {
  generation = 0;
  private banks: Bank[] = [];
  /** By the name of the set: what was written into its map, in order. */
  private readonly peers = new Map<string, { at: number; bytes: Buffer }[]>();
  /** Subjects with specialised code. */
  readonly programs = new Map<number, { readonly set: string; readonly subject: Buffer }>();

  apply(state: LoaderState): void {
    if (this.generation !== 0 && state.generation !== this.generation + 1)
      throw new Error(`generation ${state.generation} does not follow ${this.generation}`);
    if (state.kind === "whole") {
      this.banks = [new Bank(state.sizes), new Bank(state.sizes)];
      this.programs.clear();
      this.peers.clear();
    } else {
      for (const { set, at, values } of state.peers)
        this.peers.get(set)!.push({ at, bytes: Buffer.from(values, "base64") });
    }
    this.banks[state.generation & 1]!.write(state);
    this.generation = state.generation;
    if (state.kind === "delta") for (const subject of state.unspecialised) this.programs.delete(subject);
    this.banks[(state.generation & 1) ^ 1]!.write(state);
    for (const { name, peers } of state.sets) {
      if (this.peers.has(name)) throw new Error(`the set ${name} is loaded already`);
      this.peers.set(name, [{ at: 0, bytes: Buffer.from(peers, "base64") }]);
    }
    for (const { set, subject, subjects } of state.programs)
      for (const number of subjects)
        this.programs.set(number, {
          set: state.sets[set]!.name,
          subject: Buffer.from(subject, "base64"),
        });
  }

  /** Of the bank in force. */
  get bank(): Bank {
    return this.banks[this.generation & 1]!;
  }

  get other(): Bank {
    return this.banks[(this.generation & 1) ^ 1]!;
  }

  /** `struct peer`, of so many bytes, of an address in the set of a subject's specialised code. */
  peer(subject: number, ip: string, size: number): Buffer {
    const peerClass = (this.bank.addressValue(ip) & ~OWN_NODE) >>> 0;
    const written = this.peers.get(this.programs.get(subject)!.set)!;
    const held = written.findLast(({ at, bytes }) => at <= peerClass && peerClass < at + bytes.length / size);
    if (!held) throw new Error(`class ${peerClass} is not among the peers`);
    return held.bytes.subarray((peerClass - held.at) * size, (peerClass - held.at + 1) * size);
  }
}

/** The last of `count` (a power of two) entries for which `holds`, which is true of the first. */
function halved(count: number, holds: (i: number) => boolean): number {
  let low = 0;
  for (let step = count / 2; step >= 1; step /= 2) if (holds(low + step)) low += step;
  return low;
}

function within(number: number, limit: number, what: string): void {
  if (number >= limit) throw new Error(`${what} ${number} is past the end, ${limit}`);
}

export function words(base64: string): Uint32Array {
  const bytes = Buffer.from(base64, "base64");
  return Uint32Array.from({ length: bytes.length / 4 }, (_, i) => bytes.readUInt32LE(4 * i));
}

function* pairs(values: Uint32Array): Iterable<[number, number]> {
  for (let i = 0; i < values.length; i += 2) yield [values[i]!, values[i + 1]!];
}

function textOf(bytes: Buffer): string {
  const value = BigInt(`0x${bytes.toString("hex")}`);
  return formatAddress({ family: bytes.length === 4 ? 4 : 6, value });
}

/** Bits and ports of `struct subject` (`head` 0) or `struct peer` (`head` 8) of specialised.h. */
export function numbered(bytes: Buffer, head: number, bitWords: number, slots: number) {
  const bits = new Set<number>();
  for (let bit = 0; bit < 64 * bitWords; bit++)
    if (bytes[head + (bit >> 3)]! & (1 << (bit & 7))) bits.add(bit);
  const ports = Array.from({ length: slots }, (_, i) => bytes.readUInt16LE(head + 8 * bitWords + 2 * i));
  return { bits, ports };
}
