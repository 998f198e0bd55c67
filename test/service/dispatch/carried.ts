/** What carries a packet between nodes, read from the RFCs alone: 791, 2003, 2473, 4727, 8200, 8926. */
import { onesSum } from "../dataplane/packets.js";

export type Mode = "opt" | "ipip" | "geneve" | "snat";

export interface Carried {
  readonly by: "nothing" | "option" | "ipip" | "geneve";
  /** Link header without its VLAN tag, and the IP packet without what was put on. */
  readonly inner: Buffer;
  readonly macs: string;
  readonly vlan?: number;
  readonly outerFrom?: string;
  readonly outerTo?: string;
  readonly outerPorts?: readonly [number, number];
  /** What the option says: address and port. */
  readonly service?: string;
  /** Everything that contradicts an RFC. */
  readonly wrong: readonly string[];
}

const address = (bytes: Buffer): string =>
  bytes.length === 4
    ? [...bytes].join(".")
    : new URL(`http://[${bytes.toString("hex").match(/..../g)!.join(":")}]`).hostname.slice(1, -1);
const service = (bytes: Buffer, port: number) =>
  bytes.length === 4 ? `${address(bytes)}:${port}` : `[${address(bytes)}]:${port}`;

/** An IPv4 packet without its first option of 8 bytes, its header's sum made anew. */
function withoutOption4(packet: Buffer): Buffer {
  const inner = Buffer.concat([packet.subarray(0, 20), packet.subarray(28)]);
  inner[0] = packet[0]! - 2;
  inner.writeUInt16BE(packet.readUInt16BE(2) - 8, 2);
  inner.writeUInt16BE(0, 10);
  inner.writeUInt16BE(~onesSum(inner.subarray(0, (inner[0]! & 15) * 4)) & 0xffff, 10);
  return inner;
}

function withoutOption6(packet: Buffer): Buffer {
  const inner = Buffer.concat([packet.subarray(0, 40), packet.subarray(64)]);
  inner[6] = packet[40]!;
  inner.writeUInt16BE(packet.readUInt16BE(4) - 24, 4);
  return inner;
}

type Found = Omit<Carried, "macs" | "vlan">;

function readGeneve(packet: Buffer, header: number, wrong: string[]): Omit<Found, "outerFrom" | "outerTo"> {
  const udp = packet.subarray(header);
  const size = (udp[8]! & 0x3f) * 4;
  const option = udp.subarray(16, 16 + size);
  const inner = udp.subarray(16 + size);
  const length = size - 8;
  if (udp.readUInt16BE(4) !== udp.length) wrong.push("udp length");
  if (udp.readUInt16BE(6) !== 0) wrong.push("udp checksum");
  if (udp[8]! >> 6 !== 0) wrong.push("geneve version");
  if (udp[9] !== 0x40) wrong.push("geneve flags: critical options, no control message");
  if (udp.readUInt16BE(10) !== (inner[0]! >> 4 === 4 ? 0x0800 : 0x86dd)) wrong.push("geneve protocol");
  if (udp.readUInt32BE(12) !== 0) wrong.push("geneve network");
  if (option.readUInt16BE(0) < 0xff00 || option[2]! < 0x80) wrong.push("geneve option");
  if (option[3] !== size / 4 - 1) wrong.push("geneve option length");
  return {
    by: "geneve",
    inner,
    outerPorts: [udp.readUInt16BE(0), udp.readUInt16BE(2)],
    service: service(option.subarray(8, 8 + length), option.readUInt16BE(4)),
    wrong,
  };
}

function read4(packet: Buffer): Found {
  const header = (packet[0]! & 15) * 4;
  const wrong: string[] = [];
  if (packet.readUInt16BE(2) !== packet.length) wrong.push("length");
  if (onesSum(packet.subarray(0, header)) !== 0xffff) wrong.push("ip");
  if (packet[9] === 4 || (packet[9] === 17 && packet.readUInt16BE(header + 2) === 6081)) {
    const ends = { outerFrom: address(packet.subarray(12, 16)), outerTo: address(packet.subarray(16, 20)) };
    if (packet.readUInt16BE(6) !== 0x4000) wrong.push("outer fragment");
    if (packet[9] === 4) return { by: "ipip", inner: packet.subarray(header), ...ends, wrong };
    return { ...readGeneve(packet, header, wrong), ...ends };
  }
  if (header < 28 || packet[20] !== 158) return { by: "nothing", inner: packet, wrong };
  if (packet[21] !== 8) wrong.push("option length");
  const asked = service(packet.subarray(24, 28), packet.readUInt16BE(22));
  return { by: "option", inner: withoutOption4(packet), service: asked, wrong };
}

function read6(packet: Buffer): Found {
  const wrong: string[] = [];
  if (packet.readUInt16BE(4) !== packet.length - 40) wrong.push("length");
  if (packet[6] === 41 || (packet[6] === 17 && packet.readUInt16BE(42) === 6081)) {
    const ends = { outerFrom: address(packet.subarray(8, 24)), outerTo: address(packet.subarray(24, 40)) };
    if (packet[6] === 41) return { by: "ipip", inner: packet.subarray(40), ...ends, wrong };
    return { ...readGeneve(packet, 40, wrong), ...ends };
  }
  if (packet[6] !== 60 || packet[42] !== 0x1e) return { by: "nothing", inner: packet, wrong };
  if (packet[41] !== 2) wrong.push("options header length");
  if (packet[43] !== 18) wrong.push("option length");
  if (packet[62] !== 1 || packet[63] !== 0) wrong.push("padding");
  const asked = service(packet.subarray(46, 62), packet.readUInt16BE(44));
  return { by: "option", inner: withoutOption6(packet), service: asked, wrong };
}

export function readCarried(frame: Buffer): Carried {
  const tagged = frame.readUInt16BE(12) === 0x8100;
  const packet = frame.subarray(tagged ? 18 : 14);
  const v4 = packet[0]! >> 4 === 4;
  const found = v4 ? read4(packet) : read6(packet);
  const type = frame.readUInt16BE(tagged ? 16 : 12);
  return {
    ...found,
    wrong: [...found.wrong, ...(type === (v4 ? 0x0800 : 0x86dd) ? [] : ["link header"])],
    inner: Buffer.concat([frame.subarray(0, 12), Buffer.from(v4 ? "0800" : "86dd", "hex"), found.inner]),
    macs: frame.subarray(0, 12).toString("hex"),
    ...(tagged && { vlan: frame.readUInt16BE(14) }),
  };
}
