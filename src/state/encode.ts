/** The binary layouts of `bpf-templates/abi.h` and `specialised.h`, little-endian. */
import { addressBytes } from "../ir/address.js";
import type { Address, Family } from "../ir/address.js";
import type { Layout } from "../codegen/layout.js";

/** An address that a bank of `addresses4` or `addresses6` does not have. */
export const ADDRESS_ABSENT = 0xffffffff;

/** Beside a class: the address is one of the node itself. */
export const ADDRESS_OWN_NODE = 0x80000000;

/** From `key` on, up to the next step's key: `struct step`. */
export interface Step {
  /** Protocol number << 16 | port. */
  readonly key: number;
  /** Of the subject's policy set; 0: none. */
  readonly rule: number;
  readonly allow: boolean;
  readonly logged: boolean;
}

const LAST_KEY = 0xffffffff;

/** 2^depth of `struct step`, as words: the steps, and then the last outcome under the highest key. */
export function stepWords(steps: readonly Step[], depth: number): Uint32Array {
  const words = new Uint32Array(2 * 2 ** depth);
  for (let i = 0; i < 2 ** depth; i++) {
    const { key, rule, allow, logged } = steps[Math.min(i, steps.length - 1)]!;
    words[2 * i] = i < steps.length ? key : LAST_KEY;
    words[2 * i + 1] = (rule << 2) | (logged ? 2 : 0) | (allow ? 1 : 0);
  }
  return words;
}

const RUN_DEPTH_BITS = 5;

/** `struct row`, one side. */
export function runWord(start: number, depth: number): number {
  return ((start << RUN_DEPTH_BITS) | depth) >>> 0;
}

export function encodeWords(words: Uint32Array): string {
  const bytes = Buffer.alloc(4 * words.length);
  for (let i = 0; i < words.length; i++) bytes.writeUInt32LE(words[i]!, 4 * i);
  return bytes.toString("base64");
}

/** Records of `subjects`. */
export function encodeSubjects(
  subjects: Iterable<{ readonly number: number; readonly profile: number }>,
): string {
  return encodeWords(Uint32Array.from([...subjects].flatMap(({ number, profile }) => [number, profile])));
}

export interface AddressEntry {
  readonly address: Address;
  /** A class, with or without the flag of the own node, or ADDRESS_ABSENT. */
  readonly value: number;
}

/** Records of `addresses4` or `addresses6`; entries of the other family are left out. */
export function encodeAddresses(entries: readonly AddressEntry[], family: Family): string {
  const size = (family === 4 ? 4 : 16) + 4;
  const own = entries.filter(({ address }) => address.family === family);
  // From Node's pool: every byte of it is written.
  const bytes = Buffer.allocUnsafe(own.length * size);
  for (const [i, { address, value }] of own.entries()) {
    bytes.set(addressBytes(address), i * size);
    bytes.writeUInt32LE(value, (i + 1) * size - 4);
  }
  return bytes.toString("base64");
}

/** From `first` on, up to the next interval's first: an entry of `blocks4` or `blocks6`. */
export interface BlockEntry {
  readonly first: bigint;
  readonly peerClass: number;
}

/**
 * The table of one family: sorted, from address 0 on, filled up to a power of two by entries of the highest address with
 * the last class.
 */
export function encodeBlocks(entries: readonly BlockEntry[], family: Family): string {
  const count = blockEntries(entries.length);
  const size = family === 4 ? 8 : 24;
  const bytes = Buffer.alloc(count * size);
  const highest = (1n << (family === 4 ? 32n : 128n)) - 1n;
  for (let i = 0; i < count; i++) {
    const { peerClass } = entries[Math.min(i, entries.length - 1)]!;
    const first = entries[i]?.first ?? highest;
    const at = i * size;
    if (family === 4) bytes.writeUInt32LE(Number(first), at);
    else {
      bytes.writeBigUInt64LE(first >> 64n, at);
      bytes.writeBigUInt64LE(first & 0xffffffffffffffffn, at + 8);
    }
    bytes.writeUInt32LE(peerClass, at + (family === 4 ? 4 : 16));
  }
  return bytes.toString("base64");
}

/** Entries of a table with so many intervals. */
export function blockEntries(intervals: number): number {
  return 2 ** Math.ceil(Math.log2(intervals));
}

/** Bits and ports in the numbering of one policy set. Bit i of an array of words is bit i % 8 of byte i / 8. */
export interface Numbered {
  readonly bits: readonly number[];
  /** By slot; shorter than the slots: the rest is 0. */
  readonly ports: readonly number[];
}

type Words = Pick<Layout, "subjectWords" | "termWords" | "namedSlots">;

/** `struct subject` of specialised.h. */
export function encodeSubject(layout: Words, { bits, ports }: Numbered): string {
  const bytes = Buffer.alloc(8 * layout.subjectWords + 2 * layout.namedSlots);
  setBits(bytes, 0, bits);
  setPorts(bytes, 8 * layout.subjectWords, ports);
  return bytes.toString("base64");
}

/** An array of `struct peer` of specialised.h. */
export function encodePeers(layout: Words, peers: readonly Numbered[]): string {
  const size = 8 * layout.termWords + 2 * layout.namedSlots;
  const bytes = Buffer.alloc(peers.length * size);
  for (const [i, { bits, ports }] of peers.entries()) {
    setBits(bytes, i * size, bits);
    setPorts(bytes, i * size + 8 * layout.termWords, ports);
  }
  return bytes.toString("base64");
}

function setBits(bytes: Buffer, offset: number, bits: readonly number[]): void {
  for (const bit of bits) bytes[offset + (bit >> 3)]! |= 1 << (bit & 7);
}

function setPorts(bytes: Buffer, offset: number, ports: readonly number[]): void {
  for (const [slot, port] of ports.entries()) bytes.writeUInt16LE(port, offset + 2 * slot);
}
