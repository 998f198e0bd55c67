/** IP addresses and CIDR blocks as numbers. Text forms: IPv4 dotted decimal, IPv6 by RFC 4291, printed by RFC 5952. */

export type Family = 4 | 6;

export interface Address {
  readonly family: Family;
  readonly value: bigint;
}

/** An address block; `first` has its host bits cleared. */
export interface Block {
  readonly family: Family;
  readonly prefix: number;
  readonly first: bigint;
  readonly last: bigint;
}

const WIDTH = { 4: 32, 6: 128 } as const;

/** The addresses of loopback, in both families. */
export const LOOPBACK = ["127.0.0.0/8", "::1/128"] as const;

let last: { readonly text: string; readonly address: Address | undefined } = { text: "", address: undefined };

/**
 * An address, or undefined if the text is not one. Leading zeros in IPv4 octets are rejected, as by Go's net/netip. The last
 * one is remembered, because one address is looked for in many blocks.
 */
export function parseAddress(text: string): Address | undefined {
  if (text === last.text) return last.address;
  const value = text.includes(":") ? parseV6(text) : parseV4(text);
  const address = value === undefined ? undefined : ({ family: text.includes(":") ? 6 : 4, value } as const);
  last = { text, address };
  return address;
}

const parsed = new Map<string, Block>();

/** A CIDR block with its host bits cleared, or undefined if the text is not one. Cached: many policies use the same blocks. */
export function parseBlock(text: string): Block | undefined {
  const known = parsed.get(text);
  if (known) return known;
  const block = readBlock(text);
  if (block) parsed.set(text, block);
  return block;
}

function readBlock(text: string): Block | undefined {
  const slash = text.indexOf("/");
  if (slash < 0) return undefined;
  const address = parseAddress(text.slice(0, slash));
  const digits = text.slice(slash + 1);
  if (!address || !/^(0|[1-9][0-9]{0,2})$/.test(digits)) return undefined;
  const width = WIDTH[address.family];
  const prefix = Number(digits);
  if (prefix > width) return undefined;
  const hostBits = BigInt(width - prefix);
  const first = (address.value >> hostBits) << hostBits;
  return { family: address.family, prefix, first, last: first | ((1n << hostBits) - 1n) };
}

/** The block of canonical IR text. */
export function blockOf(text: string): Block {
  const block = parseBlock(text);
  if (!block) throw new Error(`not a CIDR block: ${text}`);
  return block;
}

export function contains(block: Block, address: Address): boolean {
  return block.family === address.family && block.first <= address.value && address.value <= block.last;
}

/** Loopback: no packet with such an address is ever on a link. */
export function isLoopback(address: Address): boolean {
  return LOOPBACK.some((text) => contains(blockOf(text), address));
}

const formatted = new WeakMap<Block, string>();

/** Remembered, as blocks are by their text. */
export function formatBlock(block: Block): string {
  let text = formatted.get(block);
  if (text === undefined) {
    text = `${formatAddress({ family: block.family, value: block.first })}/${block.prefix}`;
    formatted.set(block, text);
  }
  return text;
}

export function formatAddress({ family, value }: Address): string {
  return family === 4 ? formatV4(value) : formatV6(value);
}

/** The bytes of an address in network order. */
export function addressBytes({ family, value }: Address): Uint8Array {
  const bytes = new Uint8Array(WIDTH[family] / 8);
  for (let i = bytes.length - 1; i >= 0; i--, value >>= 8n) bytes[i] = Number(value & 0xffn);
  return bytes;
}

function parseV4(text: string): bigint | undefined {
  const octets = text.split(".");
  if (octets.length !== 4) return undefined;
  let value = 0;
  for (const octet of octets) {
    if (!/^(0|[1-9][0-9]{0,2})$/.test(octet) || Number(octet) > 255) return undefined;
    value = value * 256 + Number(octet);
  }
  return BigInt(value);
}

function parseV6(text: string): bigint | undefined {
  const halves = text.split("::");
  if (halves.length > 2) return undefined;
  const head = groupsOf(halves[0]!, halves.length === 1);
  const tail = halves.length === 2 ? groupsOf(halves[1]!, true) : [];
  if (!head || !tail) return undefined;
  const missing = 8 - head.length - tail.length;
  if (halves.length === 2 ? missing < 1 : missing !== 0) return undefined;
  const groups = [...head, ...new Array<number>(missing).fill(0), ...tail];
  return groups.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

/** The 16-bit groups of one side of `::`; the last may be an embedded IPv4 address if this side ends the text. */
function groupsOf(text: string, endsText: boolean): number[] | undefined {
  if (text === "") return [];
  const parts = text.split(":");
  const groups: number[] = [];
  for (const [index, part] of parts.entries()) {
    if (part.includes(".")) {
      const v4 = endsText && index === parts.length - 1 ? parseV4(part) : undefined;
      if (v4 === undefined) return undefined;
      groups.push(Number(v4 >> 16n), Number(v4 & 0xffffn));
    } else {
      if (!/^[0-9a-fA-F]{1,4}$/.test(part)) return undefined;
      groups.push(Number.parseInt(part, 16));
    }
  }
  return groups;
}

function formatV4(value: bigint): string {
  const bits = Number(value);
  return `${bits >>> 24}.${(bits >>> 16) & 0xff}.${(bits >>> 8) & 0xff}.${bits & 0xff}`;
}

/** RFC 5952: lower case, no leading zeros, the longest run of two or more zero groups (the first if equal) as `::`. */
function formatV6(value: bigint): string {
  const groups = Array.from({ length: 8 }, (_, i) => Number((value >> BigInt(112 - 16 * i)) & 0xffffn));
  let best = { start: -1, length: 1 };
  for (let i = 0; i < 8; i++) {
    let length = 0;
    while (i + length < 8 && groups[i + length] === 0) length++;
    if (length > best.length) best = { start: i, length };
  }
  const hex = (part: number[]) => part.map((group) => group.toString(16)).join(":");
  if (best.start < 0) return hex(groups);
  return `${hex(groups.slice(0, best.start))}::${hex(groups.slice(best.start + best.length))}`;
}
