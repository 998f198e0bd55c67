/** Runs traffic.cjs in two pods, and says what was judged wrongly. */
import { spawn } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { createInterface } from "node:readline";
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

type Counted = Record<"packets" | "resent" | "leaked" | "failed" | "refused", number>;

/** `during` runs while there is traffic. */
export async function judgedDuring(links: NodeLinks, during: () => Promise<void>): Promise<Judged> {
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
  return {
    packets: sent.packets + served.packets,
    refused: sent.refused,
    wrong: sent.resent + served.resent + sent.failed + served.leaked,
  };
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
