/** Packets as bytes, Ethernet header first: what opens a connection. */
import { addressBytes, parseAddress } from "../ir/address.js";
import type { Protocol } from "../ir/policy.js";

export interface Opening {
  readonly protocol: Protocol;
  /** Addresses of one family. */
  readonly from: string;
  readonly to: string;
  readonly sourcePort: number;
  readonly port: number;
}

const PROTOCOL_NUMBER: Readonly<Record<Protocol, number>> = { TCP: 6, UDP: 17, SCTP: 132 };

/** TCP SYN, a UDP datagram or SCTP INIT. Transport checksums are 0: policy does not read them. */
export function openingPacket({ protocol, from, to, sourcePort, port }: Opening): Buffer {
  return ipPacket(from, to, PROTOCOL_NUMBER[protocol], openingPayload(protocol, sourcePort, port));
}

/** The transport header of an opening packet and what must follow it. */
export function openingPayload(protocol: Protocol, sourcePort: number, port: number): Buffer {
  switch (protocol) {
    case "TCP":
      return tcpSegment(sourcePort, port, TCP_SYN);
    case "UDP":
      return Buffer.concat([ports(sourcePort, port), u16(8 + 4), u16(0), Buffer.from("ping")]);
    case "SCTP":
      return Buffer.concat([ports(sourcePort, port), u32(0), u32(0), sctpInit()]);
  }
}

export const TCP_FIN = 0x01;
export const TCP_SYN = 0x02;
export const TCP_RST = 0x04;
export const TCP_ACK = 0x10;

/** A TCP header without options. */
export function tcpSegment(sourcePort: number, port: number, flags: number): Buffer {
  return Buffer.concat([
    ports(sourcePort, port),
    u32(1),
    u32(0),
    Buffer.from([5 << 4, flags]),
    u16(65535),
    u16(0),
    u16(0),
  ]);
}

/** RFC 9260, section 3.3.2. */
function sctpInit(): Buffer {
  return Buffer.concat([Buffer.from([1, 0]), u16(20), u32(1), u32(65536), u16(1), u16(1), u32(1)]);
}

/** An Ethernet frame with an IPv4 or IPv6 packet without options or extension headers. */
export function ipPacket(from: string, to: string, protocol: number, payload: Buffer): Buffer {
  const [source, destination] = [bytesOf(from), bytesOf(to)];
  if (source.length === 4)
    return frame(0x0800, Buffer.concat([ipv4Header(source, destination, protocol, payload), payload]));
  const header = [
    Buffer.from([0x60, 0, 0, 0]),
    u16(payload.length),
    Buffer.from([protocol, 64]),
    source,
    destination,
  ];
  return frame(0x86dd, Buffer.concat([...header, payload]));
}

/** Options, a fragment and its place: what an IPv4 header may say beyond addresses and protocol. */
export interface Ipv4Fields {
  /** A multiple of 4 bytes. */
  readonly options?: Buffer;
  readonly id?: number;
  /** In bytes, a multiple of 8. */
  readonly fragmentOffset?: number;
  readonly moreFragments?: boolean;
}

export function ipv4Header(
  source: Buffer,
  destination: Buffer,
  protocol: number,
  payload: Buffer,
  fields: Ipv4Fields = {},
): Buffer {
  const options = fields.options ?? Buffer.alloc(0);
  const header = Buffer.concat([
    Buffer.from([0x40 | (5 + options.length / 4), 0]),
    u16(20 + options.length + payload.length),
    u16(fields.id ?? 1),
    u16((fields.moreFragments ? 0x2000 : 0) | ((fields.fragmentOffset ?? 0) >> 3)),
    Buffer.from([64, protocol, 0, 0]),
    source,
    destination,
    options,
  ]);
  header.writeUInt16BE(checksum(header), 10);
  return header;
}

/** RFC 1071. */
function checksum(header: Buffer): number {
  let sum = 0;
  for (let at = 0; at < header.length; at += 2) sum += header.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}

/** An Ethernet II frame between two locally administered addresses. */
export function frame(etherType: number, payload: Buffer): Buffer {
  return Buffer.concat([Buffer.from("020000000002020000000001", "hex"), u16(etherType), payload]);
}

export function bytesOf(address: string): Buffer {
  return Buffer.from(addressBytes(parseAddress(address)!));
}

function ports(source: number, destination: number): Buffer {
  return Buffer.concat([u16(source), u16(destination)]);
}

export function u16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

export function u32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}

/** An ICMP or ICMPv6 echo request. */
export function echoRequest(from: string, to: string, id: number): Buffer {
  const v6 = from.includes(":");
  const message = Buffer.concat([Buffer.from([v6 ? 128 : 8, 0]), u16(0), u16(id), u16(1)]);
  return ipPacket(from, to, v6 ? 58 : 1, message);
}
