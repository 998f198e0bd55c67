/** Packets as bytes, with the checksums that a sender gives them. `read_packet.ts` reads them without this file. */
import { addressBytes, parseAddress } from "../../../src/ir/address.js";

export const FIN = 0x01;
export const SYN = 0x02;
export const RST = 0x04;
export const ACK = 0x10;

export type Protocol = "TCP" | "UDP" | "SCTP";
export const NUMBER = { TCP: 6, UDP: 17, SCTP: 132 } as const;

export interface End {
  readonly address: string;
  readonly port: number;
}

/** `10.0.0.1:80` or `[fd00::1]:80`. */
export function end(text: string): End {
  const at = text.lastIndexOf(":");
  return { address: text.slice(0, at).replace(/[[\]]/g, ""), port: Number(text.slice(at + 1)) };
}

export interface Fields {
  readonly flags?: number;
  readonly data?: Buffer;
  /** UDP: none is sent. */
  readonly withoutChecksum?: boolean;
  /** SCTP: type of the first chunk. */
  readonly chunk?: number;
  readonly fragment?: { readonly id: number; readonly offset: number; readonly more: boolean };
  readonly options?: Buffer;
  readonly vlan?: number;
}

export const bytesOf = (address: string): Buffer => Buffer.from(addressBytes(parseAddress(address)!));

export const u16 = (value: number): Buffer => {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
};

export const u32 = (value: number): Buffer => {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value >>> 0);
  return bytes;
};

/** RFC 1071, word by word. */
export function onesSum(bytes: Buffer): number {
  let sum = 0;
  for (let i = 0; i < bytes.length; i += 2) sum += (bytes[i]! << 8) | (bytes[i + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + Math.floor(sum / 0x10000);
  return sum;
}

/** RFC 9260, appendix A, bit by bit. */
export function crc32c(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) {
    crc ^= byte;
    for (let bit = 0; bit < 8; bit++) crc = (crc >>> 1) ^ (crc & 1 ? 0x82f63b78 : 0);
  }
  return ~crc >>> 0;
}

export const pseudoHeader = (
  source: Buffer,
  destination: Buffer,
  protocol: number,
  length: number,
): Buffer =>
  source.length === 4
    ? Buffer.concat([source, destination, Buffer.from([0, protocol]), u16(length)])
    : Buffer.concat([source, destination, u32(length), Buffer.from([0, 0, 0, protocol])]);

/** A transport header and its data; checksums over the whole. */
export function transport(protocol: Protocol, from: End, to: End, fields: Fields = {}): Buffer {
  const ports = Buffer.concat([u16(from.port), u16(to.port)]);
  const data = fields.data ?? Buffer.from("data of an odd length");
  if (protocol === "SCTP") {
    const chunk = Buffer.concat([Buffer.from([fields.chunk ?? 0, 3]), u16(4 + data.length), data]);
    const padded = Buffer.concat([chunk, Buffer.alloc(-chunk.length & 3)]);
    const packet = Buffer.concat([ports, u32(0x01020304), u32(0), padded]);
    packet.writeUInt32LE(crc32c(packet), 8);
    return packet;
  }
  const packet =
    protocol === "TCP"
      ? Buffer.concat([
          ports,
          u32(7),
          u32(9),
          Buffer.from([0x50, fields.flags ?? ACK]),
          u16(512),
          u32(0),
          data,
        ])
      : Buffer.concat([ports, u16(8 + data.length), u16(0), data]);
  if (fields.withoutChecksum) return packet;
  const pseudo = pseudoHeader(bytesOf(from.address), bytesOf(to.address), NUMBER[protocol], packet.length);
  const sum = ~onesSum(Buffer.concat([pseudo, packet])) & 0xffff;
  packet.writeUInt16BE(protocol === "UDP" && sum === 0 ? 0xffff : sum, protocol === "TCP" ? 16 : 6);
  return packet;
}

function ipv4(
  source: Buffer,
  destination: Buffer,
  protocol: number,
  payload: Buffer,
  fields: Fields,
): Buffer {
  const options = fields.options ?? Buffer.alloc(0);
  const { id, offset, more } = fields.fragment ?? { id: 1, offset: 0, more: false };
  const header = Buffer.concat([
    Buffer.from([0x45 + options.length / 4, 0]),
    u16(20 + options.length + payload.length),
    u16(id),
    u16((offset / 8) | (more ? 0x2000 : 0)),
    Buffer.from([64, protocol, 0, 0]),
    source,
    destination,
    options,
  ]);
  header.writeUInt16BE(~onesSum(header) & 0xffff, 10);
  return Buffer.concat([header, payload]);
}

function ipv6(
  source: Buffer,
  destination: Buffer,
  protocol: number,
  payload: Buffer,
  fields: Fields,
): Buffer {
  const fragment = fields.fragment;
  const extension = fragment
    ? Buffer.concat([
        Buffer.from([protocol, 0]),
        u16(fragment.offset | (fragment.more ? 1 : 0)),
        u32(fragment.id),
      ])
    : (fields.options ?? Buffer.alloc(0));
  const next = fragment ? 44 : fields.options ? 60 : protocol;
  const length = extension.length + payload.length;
  return Buffer.concat([
    u32(6 << 28),
    u16(length),
    Buffer.from([next, 64]),
    source,
    destination,
    extension,
    payload,
  ]);
}

/** An IP packet of whatever is in it. */
export function ip(from: string, to: string, protocol: number, payload: Buffer, fields: Fields = {}): Buffer {
  const [source, destination] = [bytesOf(from), bytesOf(to)];
  const make = source.length === 4 ? ipv4 : ipv6;
  return make(source, destination, protocol, payload, fields);
}

export const POD_MAC = Buffer.from("020000000001", "hex");
export const GATEWAY_MAC = Buffer.from("020000000002", "hex");

export function frame(packet: Buffer, vlan?: number): Buffer {
  const type = u16(packet[0]! >> 4 === 4 ? 0x0800 : 0x86dd);
  const tag = vlan === undefined ? [] : [u16(0x8100), u16(vlan)];
  return Buffer.concat([GATEWAY_MAC, POD_MAC, ...tag, type, packet]);
}

/** A packet of a flow, such as `packet("TCP", "10.0.0.1:1000", "10.96.0.1:80", { flags: SYN })`. */
export function packet(protocol: Protocol, from: string, to: string, fields: Fields = {}): Buffer {
  const [source, destination] = [end(from), end(to)];
  const payload = transport(protocol, source, destination, fields);
  return frame(ip(source.address, destination.address, NUMBER[protocol], payload, fields), fields.vlan);
}

/** The same datagram in fragments of at most `size` bytes of its payload. */
export function fragments(protocol: Protocol, from: string, to: string, id: number, size: number): Buffer[] {
  const [source, destination] = [end(from), end(to)];
  const whole = transport(protocol, source, destination, { data: Buffer.alloc(3 * size - 16, "fragments") });
  const parts: Buffer[] = [];
  for (let offset = 0; offset < whole.length; offset += size) {
    const fragment = { id, offset, more: offset + size < whole.length };
    const part = whole.subarray(offset, offset + size);
    parts.push(frame(ip(source.address, destination.address, NUMBER[protocol], part, { fragment })));
  }
  return parts;
}

/** An ICMP error of `reporter` that quotes `quoted` (a frame) to its sender; `bytes` of it behind its IP header. */
export function icmpError(
  reporter: string,
  quoted: Buffer,
  type: number,
  code: number,
  word = 0,
  bytes = 28,
): Buffer {
  const inner = quoted.subarray(14);
  const v4 = inner[0]! >> 4 === 4;
  const sender = v4 ? inner.subarray(12, 16) : inner.subarray(8, 24);
  const body = Buffer.concat([
    Buffer.from([type, code, 0, 0]),
    u32(word),
    inner.subarray(0, (v4 ? 20 : 40) + bytes),
  ]);
  const pseudo = v4 ? Buffer.alloc(0) : pseudoHeader(bytesOf(reporter), sender, 58, body.length);
  body.writeUInt16BE(~onesSum(Buffer.concat([pseudo, body])) & 0xffff, 2);
  const make = v4 ? ipv4 : ipv6;
  return frame(make(bytesOf(reporter), sender, v4 ? 1 : 58, body, {}));
}
