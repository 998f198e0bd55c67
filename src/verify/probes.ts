/** The packets that a world's flows are tried with: one of every class, or an even sample of them. */
import type { Endpoint } from "../analysis/semantics/decide.js";
import type { Pod } from "../ir/inventory.js";
import type { Direction } from "../ir/policy.js";
import type { World } from "./endpoints.js";
import type { PortPoint } from "./port_points.js";

/** A packet to send, and what it stands for. */
export interface Probe {
  readonly direction: Direction;
  readonly subject: Pod;
  readonly peer: Pod | string;
  readonly point: PortPoint;
  readonly ends: { readonly subject: End; readonly peer: End };
}

/** One end of a packet; the same object for all packets of a pod's address. */
export type End = Endpoint & { readonly ip: string };

export interface Probes extends Iterable<Probe> {
  /** At most so many. */
  readonly taken: number;
  /** Left out because of the limit. */
  readonly skipped: number;
}

/** Every subject with every peer, port and direction, where both have addresses of one family. */
export function probesOf(
  world: World,
  subjects: readonly Pod[],
  points: readonly PortPoint[],
  limit: number,
): Probes {
  const peers = [...world.peers, ...world.outside];
  const total = subjects.length * peers.length * points.length * 2;
  const stride = strideOf(total, limit, 2 * points.length * peers.length);
  const taken = Math.ceil(total / stride);
  const end = endsIn(world);
  function* probes(): Generator<Probe> {
    for (let at = 0; at < total; at += stride) {
      const direction = at % 2 === 0 ? "ingress" : "egress";
      const point = points[Math.floor(at / 2) % points.length]!;
      const peer = peers[Math.floor(at / 2 / points.length) % peers.length]!;
      const subject = subjects[Math.floor(at / 2 / points.length / peers.length)]!;
      const ip = typeof peer === "string" ? peer : peer.ips[0]!;
      const own = subject.ips.find((address) => address.includes(":") === ip.includes(":"));
      if (own === undefined) continue;
      yield { direction, subject, peer, point, ends: { subject: end(subject, own), peer: end(peer, ip) } };
    }
  }
  return { taken, skipped: total - taken, [Symbol.iterator]: probes };
}

/** Steps that have no factor in common with the period meet every direction, port and peer, not the same few again. */
function strideOf(total: number, limit: number, period: number): number {
  let stride = Math.max(1, Math.ceil(total / limit));
  while (commonFactor(stride, period) > 1) stride++;
  return stride;
}

function commonFactor(a: number, b: number): number {
  return b === 0 ? a : commonFactor(b, a % b);
}

function endsIn({ namespaces }: World): (end: Pod | string, ip: string) => End {
  const byName = new Map(namespaces.map((namespace) => [namespace.name, namespace]));
  const byIp = new Map<string, End>();
  return (end, ip) => {
    const known = byIp.get(ip);
    if (known) return known;
    const made: End =
      typeof end === "string"
        ? { kind: "address", ip }
        : { kind: "pod", pod: end, namespace: byName.get(end.namespace)!, ip };
    byIp.set(ip, made);
    return made;
  };
}
