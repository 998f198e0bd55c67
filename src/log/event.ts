/** A line of `polc-loader events`: what the kernel reports, in numbers. */
import type { Direction } from "../ir/policy.js";

export interface VerdictEvent {
  /** ISO 8601, UTC, with nanoseconds. */
  readonly time: string;
  /** Addresses and ports of the connection: source is who opened it. */
  readonly source: string;
  readonly destination: string;
  readonly source_port: number;
  readonly destination_port: number;
  /** IANA protocol number. */
  readonly proto: number;
  /** Whose policy spoke: the source's egress or the destination's ingress. */
  readonly side: Direction;
  readonly verdict: "allow" | "deny" | "audit";
  /** Of the profile's policy set, from 1; 0: no rule, a deny is then by isolation. */
  readonly rule: number;
  readonly profile: number;
  readonly generation: number;
  /** Packets since the flow's last record. */
  readonly count: number;
  /** The address and port that the client asked for, if a service led it to the destination. */
  readonly service?: { readonly address: string; readonly port: number };
}

/** A packet that was dropped for another reason than policy, or in audit mode would be. */
export interface DropEvent {
  readonly time: string;
  /** A counter of the programs, such as `drop_source`. */
  readonly drop: string;
  readonly verdict: "deny" | "audit";
  /** Ends, ports and protocol; left out: it was dropped before they were read. */
  readonly source?: string;
  readonly destination?: string;
  readonly source_port?: number;
  readonly destination_port?: number;
  readonly proto?: number;
  readonly generation: number;
  /** Packets since its last record. */
  readonly count: number;
}

/** What the log does not show, by cause. */
export interface Lost {
  /** Events: the ring was full, nothing read it in time. */
  readonly lost_ring: number;
  /** Events over the budget of their subject. */
  readonly lost_budget: number;
  /** Connections that could not be remembered: their later packets are decided, and logged, again. */
  readonly conntrack_full: number;
}

const TEXTS = ["time", "source", "destination"] as const;
const NUMBERS = [
  "source_port",
  "destination_port",
  "proto",
  "rule",
  "profile",
  "generation",
  "count",
] as const;

/** undefined: the line is no event. */
export function asEvent(line: unknown): VerdictEvent | undefined {
  const event = line as Partial<Record<keyof VerdictEvent, unknown>> | null;
  if (typeof event !== "object" || event === null) return undefined;
  const whole =
    TEXTS.every((key) => typeof event[key] === "string") &&
    NUMBERS.every((key) => typeof event[key] === "number") &&
    ["egress", "ingress"].includes(event.side as string) &&
    ["allow", "deny", "audit"].includes(event.verdict as string) &&
    (event.service === undefined || isAddressAndPort(event.service));
  return whole ? (event as unknown as VerdictEvent) : undefined;
}

function isAddressAndPort(value: unknown): boolean {
  const { address, port } = (value ?? {}) as { address?: unknown; port?: unknown };
  return typeof address === "string" && typeof port === "number";
}

/** undefined: the line is no packet that was dropped. */
export function asDrop(line: unknown): DropEvent | undefined {
  const event = line as Partial<Record<keyof DropEvent, unknown>> | null;
  if (typeof event !== "object" || event === null) return undefined;
  const whole =
    [event.time, event.drop].every((value) => typeof value === "string") &&
    [event.generation, event.count].every((value) => typeof value === "number") &&
    ["deny", "audit"].includes(event.verdict as string);
  return whole ? (event as unknown as DropEvent) : undefined;
}

export function asLost(line: unknown): Lost | undefined {
  const lost = (line as { lost?: Partial<Lost> } | null)?.lost;
  if (typeof lost !== "object" || lost === null) return undefined;
  const { lost_ring = 0, lost_budget = 0, conntrack_full = 0 } = lost;
  return { lost_ring, lost_budget, conntrack_full };
}
