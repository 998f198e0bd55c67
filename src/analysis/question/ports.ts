/** Destination ports as people write them: `8080/tcp`, `8000-8100/tcp`, `http`, `icmp`, `any`. */
import type { Pod } from "../../ir/inventory.js";
import type { Protocol } from "../../ir/policy.js";
import type { PortSpan } from "../sets/port_spans.js";
import { unresolved } from "./unresolved.js";
import type { Unresolved } from "./unresolved.js";

export type AskedPort =
  | { readonly kind: "any" }
  | ({ readonly kind: "span"; readonly text: string } & PortSpan)
  | { readonly kind: "name"; readonly text: string; readonly name: string; readonly protocol: Protocol };

const EVERY_PORT: readonly PortSpan[] = [
  ...(["TCP", "UDP", "SCTP"] as const).map((protocol) => ({ protocol, from: 1, to: 65535 })),
  { protocol: "other", from: 0, to: 0 },
];

/** Several are comma-separated. */
export function readPorts(text: string): readonly AskedPort[] | Unresolved {
  const asked: AskedPort[] = [];
  for (const part of text.split(",")) {
    const port = part === "any" ? ({ kind: "any" } as const) : readPort(part);
    if ("message" in port) return port;
    asked.push(port);
  }
  return asked;
}

function readPort(text: string): AskedPort | Unresolved {
  const [number = "", suffix, ...rest] = text.split("/");
  if (suffix === undefined && /^icmp(v6)?$/i.test(number))
    return { kind: "span", text, protocol: "other", from: 0, to: 0 };
  const protocol = (suffix ?? "tcp").toUpperCase();
  if (!isProtocol(protocol) || rest.length > 0)
    return unresolved(`${text} is not a port: write it as 8080/tcp, 53/udp, 9999/sctp or icmp`);
  const [, first, last = first] = /^(\d+)(?:-(\d+))?$/.exec(number) ?? [];
  if (first === undefined) return { kind: "name", text, name: number, protocol };
  const [from, to] = [Number(first), Number(last)];
  const wrong = [from, to].find((port) => port < 1 || port > 65535);
  if (wrong !== undefined) return unresolved(`${wrong} is not a port: ports are 1 to 65535`);
  if (from > to) return unresolved(`the range ${number} ends below its start`);
  return { kind: "span", text, protocol, from, to };
}

function isProtocol(text: string): text is Protocol {
  return text === "TCP" || text === "UDP" || text === "SCTP";
}

/** The ports on a destination; without a pod there, names mean nothing. */
export function portsOn(
  asked: readonly AskedPort[],
  pod: Pick<Pod, "ports"> | undefined,
): readonly PortSpan[] | Unresolved {
  const spans: PortSpan[] = [];
  for (const port of asked) {
    if (port.kind === "any") spans.push(...EVERY_PORT);
    else if (port.kind === "span") spans.push({ protocol: port.protocol, from: port.from, to: port.to });
    else {
      const { name, protocol } = port;
      const found = pod?.ports.find((each) => each.name === name && each.protocol === protocol);
      if (!found) return unknownName(port, pod);
      spans.push({ protocol, from: found.port, to: found.port });
    }
  }
  return spans;
}

function unknownName(
  { name, protocol }: Extract<AskedPort, { kind: "name" }>,
  pod: Pick<Pod, "ports"> | undefined,
): Unresolved {
  const known = (pod?.ports ?? []).filter((each) => each.name !== undefined);
  return unresolved(
    `the destination has no ${protocol} port named ${name}`,
    known.map((each) => `${each.name}/${each.protocol.toLowerCase()}`),
  );
}
