/** An address and port that a Service wants to be reached by. Several may want the same one. */
import type { Family } from "../../ir/address.js";
import type { Protocol } from "../../ir/policy.js";
import type { Service, ServicePort } from "../../ir/service.js";
import type { Span } from "../../source/span.js";
import { serviceKey } from "../service_name.js";

export type FrontendKind = "cluster-ip" | "node-port" | "load-balancer" | "external-ip";

/** Which of two that want the same gets it: what the cluster gives before what a Service asks for. */
const PRECEDENCE: readonly FrontendKind[] = ["cluster-ip", "node-port", "load-balancer", "external-ip"];

export interface Claim {
  readonly family: Family;
  /** Canonical text; of a node port, the unspecified address of its family. */
  readonly address: string;
  readonly port: number;
  readonly protocol: Protocol;
  readonly kind: FrontendKind;
  readonly service: Service;
  readonly servicePort: ServicePort;
  /** Where the address or the port is written. */
  readonly span: Span;
}

export const ANY_ADDRESS = { 4: "0.0.0.0", 6: "::" } as const;

export function frontendKey({
  address,
  port,
  protocol,
}: Pick<Claim, "address" | "port" | "protocol">): string {
  return `${address} ${port} ${protocol}`;
}

/** Negative: `a` comes first. The same on every node, whatever the order in which the Services came. */
export function claimOrder(a: Claim, b: Claim): number {
  const byKind = PRECEDENCE.indexOf(a.kind) - PRECEDENCE.indexOf(b.kind);
  if (byKind !== 0) return byKind;
  const [first, second] = [serviceKey(a.service), serviceKey(b.service)];
  if (first !== second) return first < second ? -1 : 1;
  return a.service.ports.indexOf(a.servicePort) - b.service.ports.indexOf(b.servicePort);
}

/** As tables and messages show it. */
export function claimText({ address, port, protocol, kind }: Claim): string {
  const transport = `${port}/${protocol.toLowerCase()}`;
  const isIPv6 = address.includes(":");
  if (kind === "node-port") return `node port ${transport}${isIPv6 ? ", IPv6" : ""}`;
  return isIPv6 ? `[${address}]:${transport}` : `${address}:${transport}`;
}
