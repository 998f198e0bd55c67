/** The links of a machine to other nodes and to clients. */
import { readFileSync, realpathSync } from "node:fs";
import { basename } from "node:path";
import { nearestName } from "../source/nearest_name.js";
import type { Failure } from "./failure.js";
import { failureOf, isFailure } from "./failure.js";
import { inNetns, run } from "./process.js";

export interface Link {
  readonly name: string;
  readonly index: number;
  readonly mtu: number;
  /** Of a virtual link, as `ip` calls it: veth, vlan, bond. */
  readonly kind?: string;
  /** Of a device; unknown in other network namespaces than that of sysfs. */
  readonly driver?: string;
  /** It has an address that is not link-local. */
  readonly ipv4: boolean;
  readonly ipv6: boolean;
  /** It has a program of XDP. */
  readonly xdp: boolean;
}

interface PrintedLink {
  readonly ifname: string;
  readonly ifindex: number;
  readonly mtu: number;
  readonly linkinfo?: { readonly info_kind?: string };
  readonly xdp?: object;
  readonly addr_info: readonly { readonly family: string; readonly scope: string }[];
}

interface PrintedRoute {
  readonly dev?: string;
  readonly nexthops?: readonly { readonly dev: string }[];
}

/** @param names left out: the links with a default route */
export async function judgedLinks(
  names: readonly string[] | undefined,
  netns: string | undefined,
): Promise<readonly Link[] | Failure> {
  const printed = await askIp<PrintedLink>(netns, "-d", "addr", "show");
  if (isFailure(printed)) return printed;
  const all = printed.filter(({ ifname }) => ifname !== undefined);
  const unknown = names?.find((name) => all.every(({ ifname }) => ifname !== name));
  if (unknown !== undefined) {
    const nearest = nearestName(
      unknown,
      all.map(({ ifname }) => ifname),
    );
    return {
      error: `there is no link ${unknown}`,
      help: nearest === undefined ? "ip link lists them" : `did you mean ${nearest}?`,
    };
  }
  const wanted = names ?? (await defaultLinks(netns));
  if (isFailure(wanted)) return wanted;
  return all.filter(({ ifname }) => wanted.includes(ifname)).map((link) => linkOf(link, netns));
}

function linkOf({ ifname, ifindex, mtu, linkinfo, xdp, addr_info }: PrintedLink, netns?: string): Link {
  const kind = linkinfo?.info_kind;
  const driver = netns === undefined ? driverOf(ifname, ifindex) : undefined;
  const has = (family: string) => addr_info.some((each) => each.family === family && each.scope === "global");
  return {
    name: ifname,
    index: ifindex,
    mtu,
    ...(kind !== undefined && { kind }),
    ...(driver !== undefined && { driver }),
    ipv4: has("inet"),
    ipv6: has("inet6"),
    xdp: xdp !== undefined,
  };
}

async function defaultLinks(netns: string | undefined): Promise<readonly string[] | Failure> {
  const [routes4, routes6] = await Promise.all(
    ["-4", "-6"].map((family) => askIp<PrintedRoute>(netns, family, "route", "show", "default")),
  );
  if (isFailure(routes4)) return routes4;
  // A kernel without IPv6 has no such routes.
  const routes = [...routes4!, ...(isFailure(routes6) ? [] : routes6!)];
  return routes.flatMap(({ dev, nexthops = [] }) => [
    ...(dev === undefined ? [] : [dev]),
    ...nexthops.map((hop) => hop.dev),
  ]);
}

async function askIp<T>(
  netns: string | undefined,
  ...args: readonly string[]
): Promise<readonly T[] | Failure> {
  try {
    const { code, stdout, stderr } = await run(inNetns(netns, ["ip", "-json", ...args]));
    if (code !== 0) return { error: `ip ${args.join(" ")} failed: ${stderr.trim().split("\n")[0]}` };
    return JSON.parse(stdout.trim() || "[]") as readonly T[];
  } catch (error) {
    return failureOf(`ip ${args.join(" ")}`, error);
  }
}

/** sysfs shows the network namespace that it was mounted in, so a name alone may be another link's. */
function driverOf(name: string, index: number): string | undefined {
  const folder = `/sys/class/net/${name}`;
  if (indexIn(folder) !== index) return undefined;
  try {
    return basename(realpathSync(`${folder}/device/driver`));
  } catch {
    return undefined;
  }
}

function indexIn(folder: string): number | undefined {
  try {
    return Number(readFileSync(`${folder}/ifindex`, "utf8"));
  } catch {
    return undefined;
  }
}
