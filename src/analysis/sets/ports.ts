/** Exact sets of protocols and destination ports: what a list of port matches can tell apart. */
import type { PortMatch, Protocol } from "../../ir/policy.js";

/** Destination ports `from`..`to` of one protocol, both included, that exactly the same port matches hold. */
export interface PortClass {
  /** `other`: the protocols without ports, such as ICMP; its ports are 0..0 and no port match holds it. */
  readonly protocol: Protocol | "other";
  readonly from: number;
  readonly to: number;
  /**
   * Undefined: no name that is mentioned means a port of this class on the destination (or it is not a pod). Else exactly
   * this one does, and the matches of that name hold.
   */
  readonly name?: string;
  /** Bit i is `ports[i]`. */
  readonly signature: bigint;
}

const PROTOCOLS = ["TCP", "UDP", "SCTP"] as const;

/**
 * The classes of all flows by protocol and port: the intervals of each protocol without a name, then each interval once
 * more with each mentioned name of that protocol, then `other`.
 */
export function portClasses(ports: readonly PortMatch[]): readonly PortClass[] {
  return [...PROTOCOLS.flatMap((protocol) => protocolClasses(ports, protocol)), OTHER];
}

const OTHER: PortClass = Object.freeze({ protocol: "other", from: 0, to: 0, signature: 0n });

function protocolClasses(ports: readonly PortMatch[], protocol: Protocol): PortClass[] {
  const plain = intervalsOf(ports, protocol);
  const names = new Map<string, bigint>();
  for (const [index, port] of ports.entries()) {
    if (port.kind !== "named" || port.protocol !== protocol) continue;
    names.set(port.name, (names.get(port.name) ?? 0n) | (1n << BigInt(index)));
  }
  const named = [...names].flatMap(([name, bits]) =>
    plain.map((interval) => ({ ...interval, name, signature: interval.signature | bits })),
  );
  return [...plain, ...named];
}

function intervalsOf(ports: readonly PortMatch[], protocol: Protocol): PortClass[] {
  const toggles = new Map<number, bigint>();
  const toggle = (at: number, bit: bigint) => toggles.set(at, (toggles.get(at) ?? 0n) ^ bit);
  for (const [index, port] of ports.entries()) {
    if (port.kind !== "range" || port.protocol !== protocol || port.from > port.to) continue;
    toggle(port.from, 1n << BigInt(index));
    toggle(port.to + 1, 1n << BigInt(index));
  }
  const starts = [...toggles.keys()].filter((at) => at > 0 && at <= 65535 && toggles.get(at) !== 0n);
  starts.push(0);
  starts.sort((a, b) => a - b);
  let signature = 0n;
  return starts.map((from, i) => {
    signature ^= toggles.get(from) ?? 0n;
    return { protocol, from, to: (starts[i + 1] ?? 65536) - 1, signature };
  });
}
