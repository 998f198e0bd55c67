/** Runs traffic.cjs in two pods, and says what was judged wrongly. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { isFailure } from "../../src/node/failure.js";
import { loaderStatus } from "../../src/node/loader_status.js";
import { inNetns } from "../../src/node/process.js";
import { packageRoot } from "../../src/source/package_root.js";
import { addressOf } from "./cluster.js";
import type { NodeLinks } from "./links.js";
import { CLIENT, SERVER } from "./links.js";

const ALLOWED = "8080";
const DENIED = "8081";

export interface Judged {
  /** Sent by both ends. */
  readonly packets: number;
  /** Of these, meant to be denied. */
  readonly refused: number;
  /** Allowed but dropped, or denied but passed. */
  readonly wrong: number;
}

type Counted = Record<"packets" | "leaked" | "failed" | "refused", number>;

/** `during` runs while there is traffic, of which the kernel may drop exactly what is sent to be denied. */
export async function judgedDuring(
  links: NodeLinks,
  instance: string,
  during: () => Promise<void>,
): Promise<Judged> {
  const before = await dropped(instance, links.netns);
  const server = await start(links.netnsOf(SERVER), ["serve", ALLOWED, DENIED]);
  const client = await start(links.netnsOf(CLIENT), ["connect", addressOf(SERVER), ALLOWED, DENIED]);
  try {
    await during();
  } finally {
    client.end();
    await client.result;
    server.end();
  }
  const [sent, served] = await Promise.all([client.result, server.result]);
  const drops = (await dropped(instance, links.netns)) - before;
  return {
    packets: sent.packets + served.packets,
    refused: sent.refused,
    wrong: served.leaked + sent.failed + Math.abs(drops - sent.refused),
  };
}

/** Packets that were denied, or dropped for another reason. */
async function dropped(instance: string, netns: string): Promise<number> {
  const status = await loaderStatus(instance, netns);
  if (isFailure(status)) throw new Error(status.error);
  return status.counters
    .filter(({ name }) => name === "denied" || name.startsWith("drop_"))
    .reduce((sum, { value }) => sum + value, 0);
}

async function start(netns: string, args: readonly string[]) {
  const script = join(packageRoot(), "bench/node/traffic.cjs");
  const [program, ...rest] = inNetns(netns, [process.execPath, script, ...args]);
  const child = spawn(program!, rest, { stdio: ["pipe", "pipe", "inherit"] });
  const lines = createInterface({ input: child.stdout });
  await once(lines, "line");
  const result = once(lines, "line").then(([line]) => JSON.parse(line as string) as Counted);
  return { result, end: () => child.stdin.end() };
}
