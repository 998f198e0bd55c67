/** Do packets still fit when a mode has added its bytes? */
import type { Dispatch } from "../../services/settings.js";
import { DEFAULT_MTU } from "../../services/node/node_services.js";
import type { Found } from "./finding.js";
import { ok, problem, warning } from "./finding.js";
import type { Link } from "../links.js";
import type { Machine, Wanted } from "./machine.js";
import { modesOf } from "./modes.js";
import { familiesOf } from "./network_checks.js";

/** carrier_bytes() in bpf-templates/service/dispatch/carrier.h, which a test compares. */
export const OVERHEAD: Readonly<Record<Dispatch, Readonly<Record<4 | 6, number>>>> = {
  opt: { 4: 8, 6: 24 },
  ipip: { 4: 20, 6: 40 },
  geneve: { 4: 48, 6: 80 },
  snat: { 4: 0, 6: 0 },
};

/** Of TCP, `opt` marks only what opens a connection. */
const SENT: Readonly<Record<Dispatch, string>> = {
  opt: "opt marks: UDP, and what opens a connection",
  ipip: "ipip sends on",
  geneve: "geneve sends on",
  snat: "snat sends on",
};

/** Nobody has to take less: RFC 791, RFC 8200. Who is told less on IPv6 does not believe it. */
const LEAST = { 4: 576, 6: 1280 } as const;

/** What clients send unless they are told otherwise. */
const USUAL = 1500;

export function checkMtu({ links }: Machine, { services }: Wanted): readonly Found[] {
  return links.flatMap((link) => [
    ...modesOf(services).flatMap((mode) => familiesOf(link).map((family) => fits(link, mode, family))),
    ...(link.mtu > USUAL ? [larger(link)] : []),
  ]);
}

function fits({ name, mtu }: Link, mode: Dispatch, family: 4 | 6): Found {
  const bytes = OVERHEAD[mode][family];
  const room = Math.min(mtu, DEFAULT_MTU) - bytes;
  const message = `${name}: its MTU of ${mtu} leaves ${room} bytes for IPv${family} packets that ${SENT[mode]}`;
  if (room < LEAST[family])
    return problem(
      `${message}: fewer than the ${LEAST[family]} that every host may send`,
      `run: ip link set ${name} mtu ${Math.max(LEAST[family] + bytes, USUAL)}, if the network carries it`,
    );
  if (mode === "opt" || mode === "snat") return ok(message);
  return warning(
    `${message}; senders of longer ones get ICMP "too big"`,
    `let ICMP errors reach clients, or clamp their TCP MSS to ${room - (family === 4 ? 40 : 60)}`,
  );
}

function larger({ name, mtu }: Link): Found {
  const size = mtu - 28;
  return warning(
    `${name}: its MTU of ${mtu} is larger than the usual ${USUAL}; links between nodes that carry less lose packets silently`,
    `check with another node: ping -M do -s ${size} ADDRESS; without an answer: ip link set ${name} mtu ${USUAL}`,
  );
}
