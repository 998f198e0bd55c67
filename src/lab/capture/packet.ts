/** What is in a frame: the packet, what it carries, and what that quotes or encapsulates. */
import { formatAddress } from "../../ir/address.js";
import type { Family } from "../../ir/address.js";

export interface Packet {
  readonly family: Family;
  readonly source: string;
  readonly destination: string;
  /** Of the last header that was read: 6 TCP, 17 UDP, 132 SCTP, 1 ICMP, 58 ICMPv6, 4 and 41 an encapsulated packet. */
  readonly protocol: number;
  readonly ttl: number;
  /** As the header says. */
  readonly length: number;
  /** Type and data of IPv4 options, and of options in IPv6 destination options headers; padding is left out. */
  readonly options: readonly { readonly type: number; readonly data: Uint8Array }[];
  readonly doNotFragment: boolean;
  readonly fragment?: { readonly id: number; readonly offset: number; readonly more: boolean };
  /** Absent in later fragments. */
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly tcp?: Tcp;
  readonly icmp?: Icmp;
  readonly inner?: Packet;
  /** Options of a Geneve header: class, type, data. */
  readonly geneve?: readonly { readonly class: number; readonly type: number; readonly data: Uint8Array }[];
}

export interface Tcp {
  /** Of S, A, F, R and P, those that are set. */
  readonly flags: string;
  readonly payload: number;
  readonly sequence: number;
  readonly acknowledged: number;
  readonly fastOpen: boolean;
}

export interface Icmp {
  readonly type: number;
  readonly code: number;
  /** Of packet too big. */
  readonly mtu?: number;
  readonly quoted?: Packet;
}

const GENEVE_PORT = 6081;
const EXTENSIONS = new Set([0, 43, 60]);

/** undefined: no IP, or cut off. Headers that are cut off later leave their part out. */
export function decodeFrame(frame: Uint8Array): Packet | undefined {
  let at = 12;
  let type = u16(frame, at);
  while (type === 0x8100 || type === 0x88a8) type = u16(frame, (at += 4));
  const rest = frame.subarray(at + 2);
  return type === 0x0800 ? decode4(rest) : type === 0x86dd ? decode6(rest) : undefined;
}

function decodeIp(bytes: Uint8Array): Packet | undefined {
  const version = (bytes[0] ?? 0) >> 4;
  return version === 4 ? decode4(bytes) : version === 6 ? decode6(bytes) : undefined;
}

function decode4(bytes: Uint8Array): Packet | undefined {
  if (bytes.length < 20) return undefined;
  const header = (bytes[0]! & 15) * 4;
  const [length, id, flags] = [u16(bytes, 2), u16(bytes, 4), u16(bytes, 6)];
  const offset = (flags & 0x1fff) * 8;
  const more = (flags & 0x2000) !== 0;
  const fields = {
    ...{ family: 4 as const, length, protocol: bytes[9]!, ttl: bytes[8]! },
    source: addressAt(bytes, 12, 4),
    destination: addressAt(bytes, 16, 4),
    options: optionsIn(bytes.subarray(20, header), 0, 1),
    doNotFragment: (flags & 0x4000) !== 0,
    ...((offset > 0 || more) && { fragment: { id, offset, more } }),
  };
  return offset > 0 ? fields : withPayload(fields, bytes.subarray(header), length - header);
}

function decode6(bytes: Uint8Array): Packet | undefined {
  if (bytes.length < 40) return undefined;
  let protocol = bytes[6]!;
  let rest = bytes.subarray(40);
  const length = u16(bytes, 4) + 40;
  let left = length - 40;
  let fragment: Packet["fragment"];
  const options: Packet["options"][number][] = [];
  while (EXTENSIONS.has(protocol) || (protocol === 44 && !fragment)) {
    const size = protocol === 44 ? 8 : ((rest[1] ?? 0) + 1) * 8;
    if (rest.length < size) break;
    if (protocol === 44)
      fragment = {
        id: u32(rest, 4),
        offset: u16(rest, 2) & 0xfff8,
        more: (rest[3]! & 1) !== 0,
      };
    else if (protocol === 60) options.push(...optionsIn(rest.subarray(2, size), 2, 0));
    protocol = rest[0]!;
    rest = rest.subarray(size);
    left -= size;
  }
  const fields = {
    ...{ family: 6 as const, length, protocol, ttl: bytes[7]!, options, doNotFragment: true },
    source: addressAt(bytes, 8, 16),
    destination: addressAt(bytes, 24, 16),
    ...(fragment && { fragment }),
  };
  return fragment && fragment.offset > 0 ? fields : withPayload(fields, rest, left);
}

/**
 * Options as type, length, data. `own` bytes of type and length are not counted in the length (IPv6), type `end` ends or pads.
 */
function optionsIn(bytes: Uint8Array, own: number, padding: number): Packet["options"] {
  const found: Packet["options"][number][] = [];
  for (let at = 0; at < bytes.length; ) {
    const type = bytes[at]!;
    if (own === 0 && type === 0) break;
    if (type === padding) {
      at++;
      continue;
    }
    const size = (bytes[at + 1] ?? 0) + own;
    if (size < 2) break;
    if (!(own > 0 && type === 1)) found.push({ type, data: bytes.slice(at + 2, at + size) });
    at += size;
  }
  return found;
}

function withPayload(packet: Packet, bytes: Uint8Array, length: number): Packet {
  switch (packet.protocol) {
    case 6:
      return bytes.length < 20 ? withPorts(packet, bytes) : { ...withPorts(packet, bytes), tcp: tcpOf(bytes, length) };
    case 17:
      return withGeneve(withPorts(packet, bytes), bytes.subarray(8));
    case 132:
      return withPorts(packet, bytes);
    case 4:
    case 41: {
      const inner = decodeIp(bytes);
      return { ...packet, ...(inner && { inner }) };
    }
    case 1:
    case 58:
      return bytes.length < 8 ? packet : { ...packet, icmp: icmpOf(packet.family, bytes) };
    default:
      return packet;
  }
}

function withPorts(packet: Packet, bytes: Uint8Array): Packet {
  if (bytes.length < 4) return packet;
  return { ...packet, sourcePort: u16(bytes, 0), destinationPort: u16(bytes, 2) };
}

const FLAGS = [
  ["S", 2],
  ["A", 16],
  ["F", 1],
  ["R", 4],
  ["P", 8],
] as const;

function tcpOf(bytes: Uint8Array, length: number): Tcp {
  const header = (bytes[12]! >> 4) * 4;
  const options = optionsIn(bytes.subarray(20, header), 0, 1);
  return {
    flags: FLAGS.filter(([, bit]) => (bytes[13]! & bit) !== 0)
      .map(([letter]) => letter)
      .join(""),
    payload: length - header,
    sequence: u32(bytes, 4),
    acknowledged: u32(bytes, 8),
    fastOpen: options.some(({ type }) => type === 34),
  };
}

function icmpOf(family: Family, bytes: Uint8Array): Icmp {
  const [type, code] = [bytes[0]!, bytes[1]!];
  const isError = family === 4 ? [3, 4, 5, 11, 12].includes(type) : type < 128;
  const quoted = isError ? decodeIp(bytes.subarray(8)) : undefined;
  const mtu =
    family === 4 && type === 3 && code === 4
      ? u16(bytes, 6)
      : family === 6 && type === 2
        ? u32(bytes, 4)
        : undefined;
  return { type, code, ...(mtu !== undefined && { mtu }), ...(quoted && { quoted }) };
}

function withGeneve(packet: Packet, bytes: Uint8Array): Packet {
  if (packet.destinationPort !== GENEVE_PORT || bytes.length < 8) return packet;
  const end = 8 + (bytes[0]! & 63) * 4;
  const options: NonNullable<Packet["geneve"]>[number][] = [];
  for (let at = 8; at + 4 <= end && at + 4 <= bytes.length; ) {
    const size = (bytes[at + 3]! & 31) * 4;
    options.push({ class: u16(bytes, at), type: bytes[at + 2]!, data: bytes.slice(at + 4, at + 4 + size) });
    at += 4 + size;
  }
  // 0x6558: the inner packet has an Ethernet header.
  const inner = u16(bytes, 2) === 0x6558 ? decodeFrame(bytes.subarray(end)) : decodeIp(bytes.subarray(end));
  return { ...packet, geneve: options, ...(inner && { inner }) };
}

function addressAt(bytes: Uint8Array, at: number, size: 4 | 16): string {
  let value = 0n;
  for (const byte of bytes.subarray(at, at + size)) value = (value << 8n) | BigInt(byte);
  return formatAddress({ family: size === 4 ? 4 : 6, value });
}

function u16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}

function u32(bytes: Uint8Array, at: number): number {
  return u16(bytes, at) * 65536 + u16(bytes, at + 2);
}
