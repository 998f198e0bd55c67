import { Node } from "./node.js";

/** Destination ports of one protocol. */
export class Port extends Node<"port"> {}

/** Port numbers from one to another, both included. */
export class PortNumbers extends Node<"range"> {}

/** A number from 1 to 65535, a container port's name, or a `range`. */
export type PortValue = number | string | PortNumbers;

/** The ports from `from` to `to`, both included: `tcp(range(8000, 8080))`. */
export function range(from: number, to: number): PortNumbers {
  return new PortNumbers("range", { from, to });
}

/** A TCP port, or without an argument every TCP port. */
export function tcp(): Port;
export function tcp(port: PortValue): Port;
export function tcp(...port: PortValue[]): Port {
  return new Port("port", { protocol: "TCP", port });
}

/** A UDP port, or without an argument every UDP port. */
export function udp(): Port;
export function udp(port: PortValue): Port;
export function udp(...port: PortValue[]): Port {
  return new Port("port", { protocol: "UDP", port });
}

/** An SCTP port, or without an argument every SCTP port. */
export function sctp(): Port;
export function sctp(port: PortValue): Port;
export function sctp(...port: PortValue[]): Port {
  return new Port("port", { protocol: "SCTP", port });
}
