/** Which frames belong to a request, and in which direction they go: by the client's own tuple, wherever in a frame it is. */
import type { Frame } from "../capture/capture.js";
import type { Packet } from "../capture/packet.js";
import type { End } from "../probe/sessions.js";
import type { LinkCount } from "./request.js";

/**
 * @param ends what stands for the client in packets: its own address and port, and those that its server saw if a node
 *   translated them
 */
export function directionOf(packet: Packet, protocol: number, ends: readonly End[]): "request" | "reply" | undefined {
  if (packet.inner) return directionOf(packet.inner, protocol, ends);
  // An error about a packet goes the other way than that packet.
  if (packet.icmp?.quoted) {
    const quoted = directionOf(packet.icmp.quoted, protocol, ends);
    return quoted && (quoted === "request" ? "reply" : "request");
  }
  if (packet.protocol !== protocol) return undefined;
  const is = (address: string, port: number | undefined) =>
    ends.some((end) => end.address === address && end.port === port);
  if (is(packet.source, packet.sourcePort)) return "request";
  return is(packet.destination, packet.destinationPort) ? "reply" : undefined;
}

export function countLinks(
  frames: readonly Frame[],
  links: readonly string[],
  protocol: number,
  ends: readonly End[],
): LinkCount[] {
  const counts = links.map((link) => ({ link, requests: { out: 0, in: 0 }, replies: { out: 0, in: 0 } }));
  for (const { link, direction, packet } of frames) {
    const way = packet && directionOf(packet, protocol, ends);
    const count = counts.find((each) => each.link === link);
    // What comes into the fabric was sent out by the node.
    if (way && count) count[way === "request" ? "requests" : "replies"][direction === "in" ? "out" : "in"]++;
  }
  return counts;
}
