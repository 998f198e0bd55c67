/** What captured frames say. */
import type { Frame } from "../../../src/lab/capture/capture.js";
import type { Packet } from "../../../src/lab/capture/packet.js";

export const innermost = (packet: Packet): Packet => (packet.inner ? innermost(packet.inner) : packet);

/** Bytes of IP that each segment of a frame takes on a link. */
export function sizeOnWire({ length, segment, packet }: Frame): number {
  const ethernet = 14;
  if (segment === undefined || !packet) return length - ethernet;
  const { tcp } = innermost(packet);
  return length - ethernet - (tcp?.payload ?? 0) + segment;
}

/** ICMP and ICMPv6: the next link takes less. */
export function isTooBig({ icmp, family }: Packet): boolean {
  return family === 4 ? icmp?.type === 3 && icmp.code === 4 : icmp?.type === 2;
}

export const text = ({ source, sourcePort, destination, destinationPort }: Packet) =>
  `${source} ${sourcePort} > ${destination} ${destinationPort}`;
