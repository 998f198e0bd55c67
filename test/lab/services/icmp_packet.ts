/** ICMP errors as a router makes them. */
import { addressBytes, parseAddress } from "../../../src/ir/address.js";

export interface Quoted {
  readonly source: string;
  readonly sourcePort: number;
  readonly destination: string;
  readonly destinationPort: number;
  readonly sequence: number;
}

/** Packet too big from `from` to `to`, about a TCP segment, from its IP header on. */
export function icmpTooBig(from: string, to: string, mtu: number, quoted: Quoted): Uint8Array {
  const family = from.includes(":") ? 6 : 4;
  const inner = Buffer.concat([header(quoted.source, quoted.destination, 6, 1480), tcp(quoted)]);
  const body = Buffer.alloc(8);
  if (family === 4) {
    body.set([3, 4]);
    body.writeUInt16BE(mtu, 6);
  } else {
    body.set([2, 0]);
    body.writeUInt32BE(mtu, 4);
  }
  const icmp = Buffer.concat([body, inner]);
  const pseudo = family === 4 ? Buffer.alloc(0) : Buffer.concat([bytes(from), bytes(to), Buffer.from([0, 0, 0, icmp.length, 0, 0, 0, 58])]);
  icmp.writeUInt16BE(checksum(Buffer.concat([pseudo, icmp])), 2);
  return Buffer.concat([header(from, to, family === 4 ? 1 : 58, icmp.length), icmp]);
}

function header(from: string, to: string, protocol: number, payload: number): Buffer {
  if (from.includes(":")) {
    const fixed = Buffer.from([0x60, 0, 0, 0, 0, 0, protocol, 64]);
    fixed.writeUInt16BE(payload, 4);
    return Buffer.concat([fixed, bytes(from), bytes(to)]);
  }
  const fixed = Buffer.from([0x45, 0, 0, 0, 0x12, 0x34, 0x40, 0, 64, protocol, 0, 0]);
  fixed.writeUInt16BE(20 + payload, 2);
  const all = Buffer.concat([fixed, bytes(from), bytes(to)]);
  all.writeUInt16BE(checksum(all), 10);
  return all;
}

function tcp({ sourcePort, destinationPort, sequence }: Quoted): Buffer {
  const segment = Buffer.alloc(20);
  segment.writeUInt16BE(sourcePort, 0);
  segment.writeUInt16BE(destinationPort, 2);
  segment.writeUInt32BE(sequence >>> 0, 4);
  segment.set([0x50, 0x10, 0xff, 0xff], 12);
  return segment;
}

function bytes(address: string): Uint8Array {
  return addressBytes(parseAddress(address)!);
}

/** RFC 1071. */
function checksum(data: Buffer): number {
  const even = data.length % 2 === 0 ? data : Buffer.concat([data, Buffer.alloc(1)]);
  let sum = 0;
  for (let at = 0; at < even.length; at += 2) sum += even.readUInt16BE(at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return ~sum & 0xffff;
}
