/** Reads an encoded state as the programs in the kernel do: hash, longest prefix, class, bits, steps. */
import type { ManifestSet } from "../../src/bundle/manifest.js";
import { addressBytes, parseAddress } from "../../src/ir/address.js";
import type { LoaderProgram, LoaderState } from "../../src/state/loader_state.js";

export interface DecodedPeer {
  readonly flags: number;
  readonly terms: ReadonlySet<number>;
  readonly ports: readonly number[];
}

function bitsAt(bytes: Buffer, offset: number, words: number): Set<number> {
  const bits = new Set<number>();
  for (let word = 0; word < words; word++) {
    const value = bytes.readBigUInt64LE(offset + 8 * word);
    for (let bit = 0; bit < 64; bit++) if ((value >> BigInt(bit)) & 1n) bits.add(64 * word + bit);
  }
  return bits;
}

function portsAt(bytes: Buffer, offset: number, slots: number): number[] {
  return Array.from({ length: slots }, (_, slot) => bytes.readUInt16LE(offset + 2 * slot));
}

/** The class of an address: `addresses*`, and on a miss the longest prefix of `cidrs*`, and on a miss 0. */
export function classOf(state: LoaderState, ip: string): number {
  const { family } = parseAddress(ip)!;
  const bytes = Buffer.from(addressBytes(parseAddress(ip)!));
  const width = family === 4 ? 4 : 16;
  const addresses = Buffer.from(family === 4 ? state.addresses4 : state.addresses6, "base64");
  for (let at = 0; at < addresses.length; at += width + 4)
    if (addresses.subarray(at, at + width).equals(bytes)) return addresses.readUInt32LE(at + width);
  const cidrs = Buffer.from(family === 4 ? state.cidrs4 : state.cidrs6, "base64");
  let best = { prefix: -1, peerClass: 0 };
  for (let at = 0; at < cidrs.length; at += width + 8) {
    const prefix = cidrs.readUInt32LE(at);
    const held = Array.from({ length: prefix }).every((_, bit) => {
      const mask = 0x80 >> (bit & 7);
      return ((bytes[bit >> 3]! ^ cidrs[at + 4 + (bit >> 3)]!) & mask) === 0;
    });
    if (held && prefix > best.prefix) best = { prefix, peerClass: cidrs.readUInt32LE(at + 4 + width) };
  }
  return best.peerClass;
}

export function peerAt(set: ManifestSet, program: LoaderProgram, peerClass: number): DecodedPeer {
  const bytes = Buffer.from(program.peers, "base64");
  const at = peerClass * (8 + 8 * set.termWords + 2 * set.namedSlots);
  return {
    flags: bytes.readUInt32LE(at),
    terms: bitsAt(bytes, at + 8, set.termWords),
    ports: portsAt(bytes, at + 8 + 8 * set.termWords, set.namedSlots),
  };
}

export function subjectOf(
  set: ManifestSet,
  program: LoaderProgram,
): { selected: ReadonlySet<number>; ports: readonly number[] } {
  const bytes = Buffer.from(program.subject, "base64");
  return {
    selected: bitsAt(bytes, 0, set.subjectWords),
    ports: portsAt(bytes, 8 * set.subjectWords, set.namedSlots),
  };
}

/** The step of table.h that holds `protocol << 16 | port`, found in as many halvings as the subject says. */
export function stepAt(
  program: LoaderProgram,
  peerClass: number,
  side: "egress" | "ingress",
  key: number,
): { rule: number; action: number; logged: number } {
  const peers = Buffer.from(program.peers, "base64");
  const table = Buffer.from(program.table!, "base64");
  const index = side === "egress" ? 0 : 1;
  const start = peers.readUInt32LE(24 * peerClass + 8 + 4 * index);
  const count = peers.readUInt32LE(24 * peerClass + 16 + 4 * index);
  const depth = Buffer.from(program.subject, "base64").readUInt32LE(0);
  let low = 0;
  let high = count - 1;
  for (let halving = 0; halving < depth; halving++) {
    if (low >= high) break;
    const middle = (low + high + 1) >> 1;
    if (table.readUInt32LE(16 * (start + middle)) <= key) low = middle;
    else high = middle - 1;
  }
  const at = 16 * (start + low);
  return {
    rule: table.readUInt32LE(at + 4),
    action: table.readUInt8(at + 8),
    logged: table.readUInt8(at + 9),
  };
}
