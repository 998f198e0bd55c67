/** What is in a packet that came out of a program, every checksum computed anew over the whole of it. */
import { crc32c, onesSum, pseudoHeader } from "./packets.js";

export interface Read {
  readonly from: string;
  readonly to: string;
  readonly protocol: number;
  readonly ttl: number;
  readonly vlan: number | undefined;
  readonly macs: string;
  /** Names of checksums that are wrong. */
  readonly wrong: readonly string[];
  readonly payload: Buffer;
  /** Of an ICMP error. */
  readonly icmp?: {
    readonly type: number;
    readonly code: number;
    readonly word: number;
    readonly quoted: Read;
  };
}

const NAMES: Readonly<Record<number, string>> = { 1: "icmp", 6: "tcp", 17: "udp", 58: "icmp6", 132: "sctp" };

/** IPv6 as RFC 5952 has it: a URL's host is written that way. */
const text = (bytes: Buffer): string =>
  bytes.length === 4
    ? [...bytes].join(".")
    : new URL(`http://[${bytes.toString("hex").match(/..../g)!.join(":")}]`).hostname.slice(1, -1);

const withPort = (address: string, port: number) =>
  address.includes(":") ? `[${address}]:${port}` : `${address}:${port}`;

interface Header {
  readonly source: Buffer;
  readonly destination: Buffer;
  readonly protocol: number;
  readonly ttl: number;
  readonly payload: Buffer;
  /** The first or only fragment, and whether it is all. */
  readonly first: boolean;
  readonly whole: boolean;
  readonly right: boolean;
}

function header4(packet: Buffer): Header {
  const length = (packet[0]! & 15) * 4;
  const fragment = packet.readUInt16BE(6) & 0x3fff;
  return {
    source: packet.subarray(12, 16),
    destination: packet.subarray(16, 20),
    protocol: packet[9]!,
    ttl: packet[8]!,
    payload: packet.subarray(length, packet.readUInt16BE(2)),
    first: (fragment & 0x1fff) === 0,
    whole: fragment === 0,
    right: onesSum(packet.subarray(0, length)) === 0xffff,
  };
}

function header6(packet: Buffer): Header {
  const end = 40 + packet.readUInt16BE(4);
  let protocol = packet[6]!;
  let at = 40;
  let fragment = 0;
  while ([0, 43, 44, 60].includes(protocol)) {
    if (protocol === 44) fragment = packet.readUInt16BE(at + 2);
    const size = protocol === 44 ? 8 : (packet[at + 1]! + 1) * 8;
    protocol = packet[at]!;
    at += size;
  }
  return {
    source: packet.subarray(8, 24),
    destination: packet.subarray(24, 40),
    protocol,
    ttl: packet[7]!,
    payload: packet.subarray(at, end),
    first: (fragment & ~7) === 0,
    whole: fragment === 0,
    right: true,
  };
}

function transportRight({ source, destination, protocol, payload }: Header): boolean {
  if (protocol === 132) {
    const zeroed = Buffer.from(payload);
    zeroed.writeUInt32LE(0, 8);
    return crc32c(zeroed) === payload.readUInt32LE(8);
  }
  if (protocol === 17 && payload.readUInt16BE(6) === 0) return source.length === 4;
  const pseudo =
    protocol === 1 ? Buffer.alloc(0) : pseudoHeader(source, destination, protocol, payload.length);
  return onesSum(Buffer.concat([pseudo, payload])) === 0xffff;
}

function readIp(packet: Buffer, quoted: boolean): Omit<Read, "vlan" | "macs"> {
  const header = packet[0]! >> 4 === 4 ? header4(packet) : header6(packet);
  const { source, destination, protocol, ttl, payload } = header;
  const hasPorts = header.first && [6, 17, 132].includes(protocol) && payload.length >= 4;
  const isError = protocol === 1 ? [3, 11, 12].includes(payload[0]!) : protocol === 58 && payload[0]! < 5;
  const wrong = [
    ...(header.right ? [] : ["ip"]),
    ...(!quoted && header.whole && !transportRight(header) ? [NAMES[protocol] ?? "transport"] : []),
  ];
  const inner = isError ? readIp(payload.subarray(8), true) : undefined;
  return {
    from: hasPorts ? withPort(text(source), payload.readUInt16BE(0)) : text(source),
    to: hasPorts ? withPort(text(destination), payload.readUInt16BE(2)) : text(destination),
    protocol,
    ttl,
    payload,
    wrong: [...wrong, ...(inner?.wrong.map((name) => `quoted ${name}`) ?? [])],
    ...(inner && {
      icmp: {
        type: payload[0]!,
        code: payload[1]!,
        word: payload.readUInt32BE(4),
        quoted: { ...inner, vlan: undefined, macs: "" },
      },
    }),
  };
}

export function readPacket(frame: Buffer): Read {
  const tagged = frame.readUInt16BE(12) === 0x8100;
  return {
    ...readIp(frame.subarray(tagged ? 18 : 14), false),
    vlan: tagged ? frame.readUInt16BE(14) : undefined,
    macs: frame.subarray(0, 12).toString("hex"),
  };
}
