/**
 * Which endpoint of a set a flow gets: the reference of the loader's tables and of the programs' hash, which give the same.
 *
 * 1. Members are in the order of their address bytes, then their ports.
 * 2. A member's text is its address (4 or 16 bytes) and its port (2 bytes, big-endian). Of it, h(seed) is FNV-1a of 64 bits
 *    with the basis `basis ^ seed`, then the finaliser of splitmix64.
 * 3. A member wants the places (offset + j * skip) mod size, for j = 0, 1, ...; offset = h(0) mod size,
 *    skip = h(SKIP_SEED) mod (size - 1) + 1. As size is a prime, that is every place once.
 * 4. The members take turns. Each takes the next place it wants that is free, until all places are taken.
 * 5. A flow's place is its hash, of 32 bits, scaled to the size.
 */
import { addressBytes, parseAddress } from "../ir/address.js";
import type { Protocol } from "../ir/policy.js";

export interface Member {
  /** Canonical text. */
  readonly address: string;
  readonly port: number;
}

const BASIS = 0xcbf29ce484222325n;
const PRIME = 0x100000001b3n;
const SKIP_SEED = 0x9e3779b97f4a7c15n;
const WORD = 0xffffffffffffffffn;
const FREE = 0xffff;

/** The table of a set: at each place the index of a member. @param members in order; at least one */
export function maglevTable(members: readonly Member[], size: number): Uint16Array {
  const places = new Uint16Array(size).fill(FREE);
  const wants = members.map((member) => {
    const bytes = memberBytes(member);
    return {
      next: Number(hash(bytes, 0n) % BigInt(size)),
      skip: Number(hash(bytes, SKIP_SEED) % BigInt(size - 1)) + 1,
    };
  });
  for (let taken = 0; taken < size; taken++) {
    const index = taken % members.length;
    const want = wants[index]!;
    while (places[want.next] !== FREE) want.next = (want.next + want.skip) % size;
    places[want.next] = index;
  }
  return places;
}

/** Negative: `a` comes first. */
export function memberOrder(a: Member, b: Member): number {
  return Buffer.compare(memberBytes(a), memberBytes(b));
}

function memberBytes({ address, port }: Member): Uint8Array {
  return Uint8Array.from([...addressBytes(parseAddress(address)!), port >> 8, port & 0xff]);
}

function hash(bytes: Uint8Array, seed: bigint): bigint {
  let z = BASIS ^ seed;
  for (const byte of bytes) z = ((z ^ BigInt(byte)) * PRIME) & WORD;
  z = ((z ^ (z >> 30n)) * 0xbf58476d1ce4e5b9n) & WORD;
  z = ((z ^ (z >> 27n)) * 0x94d049bb133111ebn) & WORD;
  return z ^ (z >> 31n);
}

export interface ServiceFlow {
  readonly client: string;
  readonly clientPort: number;
  /** The address and port that are asked for. */
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
}

const PROTOCOL_NUMBERS: Readonly<Record<Protocol, number>> = { TCP: 6, UDP: 17, SCTP: 132 };

/** The place of a flow in a table. */
export function placeOf(flow: ServiceFlow, seed: number, size: number): number {
  const { client, clientPort, address, port, protocol } = flow;
  const ports = Uint8Array.from([clientPort >> 8, clientPort & 0xff, port >> 8, port & 0xff]);
  const words = [...wordsOf(client), ...wordsOf(address), ...words32(ports), PROTOCOL_NUMBERS[protocol]];
  return scaled(murmur(words, seed), size);
}

/** The place of all flows of one client: with affinity. */
export function placeOfClient(client: string, seed: number, size: number): number {
  return scaled(murmur(wordsOf(client), seed), size);
}

function scaled(hash32: number, size: number): number {
  return Math.floor((hash32 * size) / 2 ** 32);
}

function wordsOf(address: string): number[] {
  return words32(addressBytes(parseAddress(address)!));
}

/** As the programs load them: little-endian. */
function words32(bytes: Uint8Array): number[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  return Array.from({ length: bytes.length / 4 }, (_, i) => view.getUint32(4 * i, true));
}

/** MurmurHash3 of 32 bits (Austin Appleby, public domain), over whole words and without their number. */
function murmur(words: readonly number[], seed: number): number {
  let h = seed | 0;
  for (const word of words) {
    const k = Math.imul(rotated(Math.imul(word, 0xcc9e2d51), 15), 0x1b873593);
    h = (Math.imul(rotated(h ^ k, 13), 5) + 0xe6546b64) | 0;
  }
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}

function rotated(word: number, by: number): number {
  return (word << by) | (word >>> (32 - by));
}
