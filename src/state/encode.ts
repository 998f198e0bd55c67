/**
 * The binary layouts of `bpf-templates/abi.h`, `specialised.h` and `table.h`, little-endian. Bit i of an array of 64-bit
 * words is bit i % 8 of byte i / 8 in that order.
 */
import { addressBytes } from "../ir/address.js";
import type { Family } from "../ir/address.js";
import type { ManifestSet } from "../bundle/manifest.js";
import type { AddressEntry, CidrEntry } from "./peer_classes.js";

const PEER_OWN_NODE = 1;

/** `flags` and `reserved` of `struct peer`. */
const PEER_HEADER = 8;

/** Bits and ports in the numbering of one policy set. */
export interface SpecialisedPeer {
  readonly ownNode: boolean;
  readonly bits: readonly number[];
  /** By slot; shorter than the slots: the rest is 0. */
  readonly ports: readonly number[];
}

/** Records of address bytes and a u32 class: the maps `addresses4` and `addresses6`. */
export function encodeAddresses(entries: readonly AddressEntry[], family: Family): Buffer {
  const size = (family === 4 ? 4 : 16) + 4;
  const own = entries.filter(({ address }) => address.family === family);
  const bytes = Buffer.alloc(own.length * size);
  for (const [i, { address, peerClass }] of own.entries()) {
    bytes.set(addressBytes(address), i * size);
    bytes.writeUInt32LE(peerClass, (i + 1) * size - 4);
  }
  return bytes;
}

/** Records of `struct cidr4_key` or `cidr6_key` and a u32 class. */
export function encodeCidrs(entries: readonly CidrEntry[], family: Family): Buffer {
  const size = (family === 4 ? 4 : 16) + 8;
  const own = entries.filter(({ prefix }) => prefix.family === family);
  const bytes = Buffer.alloc(own.length * size);
  for (const [i, { prefix, peerClass }] of own.entries()) {
    bytes.writeUInt32LE(prefix.prefix, i * size);
    bytes.set(addressBytes({ family, value: prefix.first }), i * size + 4);
    bytes.writeUInt32LE(peerClass, (i + 1) * size - 4);
  }
  return bytes;
}

/** `struct subject` of specialised.h. */
export function encodeSubject(set: ManifestSet, bits: readonly number[], ports: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 * set.subjectWords + 2 * set.namedSlots);
  setBits(bytes, 0, bits);
  setPorts(bytes, 8 * set.subjectWords, ports);
  return bytes;
}

/** An array of `struct peer` of specialised.h. */
export function encodePeers(set: ManifestSet, peers: readonly SpecialisedPeer[]): Buffer {
  const size = PEER_HEADER + 8 * set.termWords + 2 * set.namedSlots;
  const bytes = Buffer.alloc(peers.length * size);
  for (const [i, { ownNode, bits, ports }] of peers.entries()) {
    bytes.writeUInt32LE(ownNode ? PEER_OWN_NODE : 0, i * size);
    setBits(bytes, i * size + PEER_HEADER, bits);
    setPorts(bytes, i * size + PEER_HEADER + 8 * set.termWords, ports);
  }
  return bytes;
}

function setBits(bytes: Buffer, offset: number, bits: readonly number[]): void {
  for (const bit of bits) bytes[offset + (bit >> 3)]! |= 1 << (bit & 7);
}

function setPorts(bytes: Buffer, offset: number, ports: readonly number[]): void {
  for (const [slot, port] of ports.entries()) bytes.writeUInt16LE(port, offset + 2 * slot);
}

/** `struct step` of table.h. */
export interface Step {
  /** Protocol number << 16 | port. */
  readonly key: number;
  readonly rule: number;
  readonly allow: boolean;
  readonly logged: boolean;
}

const STEP_SIZE = 16;

export function encodeSteps(steps: readonly Step[]): Buffer {
  const bytes = Buffer.alloc(steps.length * STEP_SIZE);
  for (const [i, { key, rule, allow, logged }] of steps.entries()) {
    bytes.writeUInt32LE(key, i * STEP_SIZE);
    bytes.writeUInt32LE(rule, i * STEP_SIZE + 4);
    bytes.writeUInt8(allow ? 1 : 0, i * STEP_SIZE + 8);
    bytes.writeUInt8(logged ? 1 : 0, i * STEP_SIZE + 9);
  }
  return bytes;
}

/** Where the steps of one class and side are in the table. */
export interface Run {
  readonly start: number;
  readonly count: number;
}

export interface TablePeer {
  readonly ownNode: boolean;
  readonly egress: Run;
  readonly ingress: Run;
}

/** An array of `struct peer` of table.h; the sides in the order of `enum side`. */
export function encodeTablePeers(peers: readonly TablePeer[]): Buffer {
  const size = PEER_HEADER + 16;
  const bytes = Buffer.alloc(peers.length * size);
  for (const [i, { ownNode, egress, ingress }] of peers.entries()) {
    const words = [ownNode ? PEER_OWN_NODE : 0, 0, egress.start, ingress.start, egress.count, ingress.count];
    for (const [word, value] of words.entries()) bytes.writeUInt32LE(value, i * size + 4 * word);
  }
  return bytes;
}

/** `struct subject` of table.h, for runs of at most this many steps. */
export function encodeTableSubject(longestRun: number): Buffer {
  const bytes = Buffer.alloc(8);
  bytes.writeUInt32LE(Math.ceil(Math.log2(Math.max(longestRun, 1))), 0);
  return bytes;
}
