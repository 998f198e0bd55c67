/** Settings of the kernel that keep packets from being forwarded, or replies from coming back. */
import { ok, problem, warning } from "./finding.js";
import type { Found } from "./finding.js";
import type { Link } from "../links.js";
import type { Machine, Wanted } from "./machine.js";
import { modesOf } from "./modes.js";

export function checkLinks({ links }: Machine): readonly Found[] {
  if (links.length > 0)
    return [ok(`links to other nodes and to clients: ${links.map(({ name }) => name).join(", ")}`)];
  return [
    warning(
      "no link has a default route: nothing of links was checked",
      "name those of the node with --link",
    ),
  ];
}

/** What arrives for an endpoint goes up the stack; what goes on to another node needs a FIB look-up, which asks the same. */
export function checkForwarding({ links, settings }: Machine): readonly Found[] {
  return links.flatMap((link) =>
    familiesOf(link).map((family) => {
      if (settings.get(`net/ipv${family}/conf/${link.name}/forwarding`) === "1")
        return ok(`${link.name} forwards IPv${family}`);
      const all = family === 4 ? "net.ipv4.ip_forward=1" : "net.ipv6.conf.all.forwarding=1";
      const ra =
        family === 6 ? `; set net.ipv6.conf.${link.name}.accept_ra=2 too if routers announce the route` : "";
      return problem(
        `${link.name} does not forward IPv${family}: pods are not reached`,
        `run: sysctl -w ${all}${ra}`,
      );
    }),
  );
}

export function familiesOf({ ipv4, ipv6 }: Link): readonly (4 | 6)[] {
  return [...(ipv4 ? ([4] as const) : []), ...(ipv6 ? ([6] as const) : [])];
}

const STRICT = 1;

/** The kernel takes the greater one of the link's own and that of all: 2 is loose, 1 strict. IPv6 has none. */
export function checkReversePath({ links, settings }: Machine, { services }: Wanted): readonly Found[] {
  const direct = modesOf(services).some((mode) => mode !== "snat");
  return links.map(({ name }) => {
    const values = ["all", name].map((each) => Number(settings.get(`net/ipv4/conf/${each}/rp_filter`) ?? 0));
    if (Math.max(...values) !== STRICT) return ok(`${name}: the reverse path filter is not strict`);
    if (!direct) return ok(`${name}: the reverse path filter is strict, which SNAT does not mind`);
    const message = `${name}: a strict reverse path filter drops clients whose packets another node sends on`;
    const help = `run: sysctl -w net.ipv4.conf.all.rp_filter=2, or 0 there and for net.ipv4.conf.${name}`;
    return links.length > 1
      ? problem(`${message}: they are not routed by the link that they come by`, help)
      : warning(`${message}, unless the route to them is by ${name}`, help);
  });
}

export function checkPorts({ settings }: Machine, { services }: Wanted): readonly Found[] {
  const [first, last] = (settings.get("net/ipv4/ip_local_port_range") ?? "").split(/\s+/).map(Number);
  const { snatFirst, snatLast } = services;
  const snat = `${snatFirst}-${snatLast}`;
  if (first === undefined || last === undefined || Number.isNaN(first + last))
    return [
      warning("cannot read net.ipv4.ip_local_port_range", `keep the ports of SNAT, ${snat}, out of it`),
    ];
  const from = Math.max(first, snatFirst);
  const to = Math.min(last, snatLast);
  const range = `${first}-${last}`;
  if (from > to) return [ok(`sockets of the node take ports ${range}, SNAT ${snat}`)];
  if (isReserved(settings.get("net/ipv4/ip_local_reserved_ports") ?? "", from, to))
    return [ok(`sockets of the node take ports ${range} without those of SNAT, ${snat}`)];
  const message = `sockets of the node take ports ${range}, of which SNAT takes ${from}-${to} too`;
  const help = `run: sysctl -w net.ipv4.ip_local_reserved_ports=${snat}, or set services.snatPorts`;
  return modesOf(services).includes("snat")
    ? [problem(message, help)]
    : [warning(`${message}, for endpoints on no node`, help)];
}

/** Are all of the ports in a list such as "8080,61000-65535"? */
function isReserved(list: string, from: number, to: number): boolean {
  const ranges = list
    .split(",")
    .filter((text) => text !== "")
    .map((text) => text.split("-").map(Number))
    .map(([low, high = low]) => [low!, high!] as const);
  let next = from;
  for (const [low, high] of ranges.sort(([a], [b]) => a - b))
    if (low <= next) next = Math.max(next, high + 1);
  return next > to;
}
