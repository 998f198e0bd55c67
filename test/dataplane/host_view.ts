/**
 * What a host takes a frame for, read independently of the programs (RFC 791, 8200, 9293, 768, 9260): the oracle of the hostile
 * packets. It is as strict as the strictest host: what two hosts could read in two ways is no flow.
 */
export type View =
  | {
      readonly kind: "flow";
      readonly source: string;
      readonly destination: string;
      readonly protocol: number;
      /** 0 where the protocol has none. */
      readonly sourcePort: number;
      readonly destinationPort: number;
      /** TCP SYN without ACK. */
      readonly opens: boolean;
    }
  /** ARP, or neighbour discovery and group membership that no router forwarded. */
  | { readonly kind: "link" }
  | { readonly kind: "later fragment" }
  /** No host delivers it, or it asks to be sent elsewhere. */
  | { readonly kind: "nothing" };

const NOTHING: View = { kind: "nothing" };
const [IGMP, TCP, UDP, SCTP, ICMP6] = [2, 6, 17, 132, 58];

export function hostView(frame: Buffer): View {
  if (frame.length < 14) return NOTHING;
  const payload = frame.subarray(14);
  switch (frame.readUInt16BE(12)) {
    case 0x0806:
      return { kind: "link" };
    case 0x0800:
      return viewIpv4(payload);
    case 0x86dd:
      return viewIpv6(payload);
    default:
      return NOTHING;
  }
}

function viewIpv4(packet: Buffer): View {
  if (packet.length < 20 || packet[0]! >> 4 !== 4) return NOTHING;
  const header = (packet[0]! & 15) * 4;
  const total = packet.readUInt16BE(2);
  if (header < 20 || total < header || total > packet.length || asksForRoute(packet.subarray(20, header)))
    return NOTHING;
  if (packet.readUInt16BE(6) & 0x1fff) return { kind: "later fragment" };
  const [source, destination] = [packet.toString("hex", 12, 16), packet.toString("hex", 16, 20)];
  return viewTransport(packet.subarray(header, total), packet[9]!, source, destination, packet[8]!);
}

/** Loose or strict source route, or options that cannot be read to their end. */
function asksForRoute(options: Buffer): boolean {
  for (let at = 0; at < options.length;) {
    const kind = options[at]!;
    if (kind === 0) return false;
    if (kind === 131 || kind === 137) return true;
    const length = kind === 1 ? 1 : (options[at + 1] ?? 0);
    if (kind !== 1 && length < 2) return true;
    at += length;
    if (at > options.length) return true;
  }
  return false;
}

function viewIpv6(packet: Buffer): View {
  if (packet.length < 40 || packet[0]! >> 4 !== 6) return NOTHING;
  const end = 40 + packet.readUInt16BE(4);
  if (end > packet.length) return NOTHING;
  const [source, destination] = [packet.toString("hex", 8, 24), packet.toString("hex", 24, 40)];
  let next = packet[6]!;
  let at = 40;
  while ([0, 43, 44, 51, 60].includes(next)) {
    if (at + 8 > end) return NOTHING;
    if (next === 43 && packet[at + 3] !== 0) return NOTHING;
    if (next === 44 && packet.readUInt16BE(at + 2) & 0xfff8) return { kind: "later fragment" };
    const length = next === 44 ? 8 : next === 51 ? (packet[at + 1]! + 2) * 4 : (packet[at + 1]! + 1) * 8;
    next = packet[at]!;
    at += length;
    if (at > end) return NOTHING;
  }
  return viewTransport(packet.subarray(at, end), next, source, destination, packet[7]!);
}

function viewTransport(
  segment: Buffer,
  protocol: number,
  source: string,
  destination: string,
  hopLimit: number,
): View {
  const flow = {
    kind: "flow",
    source,
    destination,
    protocol,
    sourcePort: 0,
    destinationPort: 0,
    opens: false,
  } as const;
  if (protocol === ICMP6 && source.length === 32 && segment.length >= 8) {
    const type = segment[0]!;
    if (type >= 133 && type <= 137) return hopLimit === 255 ? { kind: "link" } : NOTHING;
    if ([130, 131, 132, 143, 151, 152, 153].includes(type))
      return hopLimit === 1 ? { kind: "link" } : NOTHING;
  }
  if (protocol === IGMP && source.length === 8) return hopLimit === 1 ? { kind: "link" } : NOTHING;
  if (protocol !== TCP && protocol !== UDP && protocol !== SCTP) return flow;
  if (segment.length < (protocol === TCP ? 20 : 8)) return NOTHING;
  const ends = { sourcePort: segment.readUInt16BE(0), destinationPort: segment.readUInt16BE(2) };
  if (protocol !== TCP) return { ...flow, ...ends };
  const header = (segment[12]! >> 4) * 4;
  if (header < 20 || header > segment.length) return NOTHING;
  return { ...flow, ...ends, opens: (segment[13]! & 0x12) === 0x02 };
}
