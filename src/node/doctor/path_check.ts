/**
 * Does the network forward packets with IP options? Only sending one tells, and only for the path to that address. ping has
 * another option than polc's (a time stamp), so a path that lets it pass may still drop 158, which few routers tell apart.
 */
import { isIP } from "node:net";
import { onPath } from "../../source/on_path.js";
import { inNetns, run } from "../process.js";
import type { Found } from "./finding.js";
import { ok, problem, warning } from "./finding.js";
import type { Machine, Wanted } from "./machine.js";
import { modesOf } from "./modes.js";

const PATIENCE = ["-n", "-q", "-c", "3", "-i", "0.2", "-W", "1"];

export async function checkPath({ netns }: Machine, { services, path }: Wanted): Promise<readonly Found[]> {
  if (!modesOf(services).includes("opt")) return [ok("no mode needs IP options on the way")];
  if (path === undefined)
    return [
      warning(
        "whether the network forwards packets with IP options cannot be known here",
        "give the address of another node: polc doctor --path ADDRESS; if it does not, use services.dispatch: geneve",
      ),
    ];
  if (isIP(path) !== 4)
    return [
      warning(
        `ping cannot send destination options of IPv6 to ${path}`,
        "try a service from a client whose endpoint is on that node, with services.dispatch: opt",
      ),
    ];
  if (!onPath("ping"))
    return [
      warning("there is no ping on PATH to send IP options with", "install it: apt-get install iputils-ping"),
    ];
  return [await probe(path, netns)];
}

async function probe(path: string, netns: string | undefined): Promise<Found> {
  if (!(await answers(path, netns)))
    return warning(
      `${path} does not answer a ping without IP options, so one with them tells nothing`,
      "give the address of a node that answers pings",
    );
  if (await answers(path, netns, "-T", "tsonly"))
    return ok(`pings with an IP option reach ${path} and come back`);
  return problem(
    `${path} answers pings, but not those with an IP option: the network or the other node drops them`,
    "use services.dispatch: geneve, or let the network forward packets with IP options",
  );
}

async function answers(
  path: string,
  netns: string | undefined,
  ...options: readonly string[]
): Promise<boolean> {
  const { code } = await run(inNetns(netns, ["ping", ...PATIENCE, ...options, path]));
  return code === 0;
}
