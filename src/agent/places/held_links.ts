/**
 * Closes the node's end of every veth pair that comes, until it is known whose it is: without that a pod is open from the moment it
 * has an address until the API says it, which is most of a second later.
 *
 * 1. What is there when this begins is not closed: its pods are looked for.
 * 2. A link is open again as soon as its pod is described, as policy says. The node itself reaches it all the time.
 * 3. What is no pod's stays closed, and that is said.
 */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { Backoff } from "../../node/backoff.js";
import { isFailure } from "../../node/failure.js";
import { runLoader } from "../../node/loader.js";
import { linksIn } from "../../node/pods/interface.js";
import { inNetns } from "../../node/process.js";

/** A link that is closed for longer is said. */
const UNKNOWN_MS = 10_000;

/** A link whose other end is in another network namespace, as `ip -o monitor link` prints it. */
const LINE = /^(Deleted )?(\d+): ([^:@\s]+)@if\d+:/;

export interface HeldLinksOptions {
  readonly instance: string;
  /** Path of the network namespace of the node; left out: this one. */
  readonly netns?: string;
  /** Is it at a pod that is described? */
  readonly isKnown: (device: string) => boolean;
  readonly log: (text: string) => void;
}

export class HeldLinks {
  private readonly seen = new Set<number>();
  private readonly timers = new Map<number, NodeJS.Timeout>();
  private child: ChildProcess | undefined;

  constructor(private readonly options: HeldLinksOptions) {}

  /** Until the signal ends it. What is closed stays so. */
  async run(signal: AbortSignal): Promise<void> {
    const links = await linksIn(this.options.netns);
    for (const { ifindex } of isFailure(links) ? [] : links) this.seen.add(ifindex);
    const end = () => this.child?.kill("SIGTERM");
    signal.addEventListener("abort", end, { once: true });
    const backoff = new Backoff();
    while (!signal.aborted) {
      await this.follow();
      if (!signal.aborted) await backoff.again(signal);
    }
    for (const timer of this.timers.values()) clearTimeout(timer);
  }

  /** Resolves when `ip` has ended. */
  private follow(): Promise<void> {
    const [program, ...args] = inNetns(this.options.netns, ["ip", "-o", "monitor", "link"]);
    const child = spawn(program!, args, { stdio: ["ignore", "pipe", "ignore"] });
    this.child = child;
    createInterface({ input: child.stdout }).on("line", (line) => this.take(line));
    return new Promise((resolve) => child.once("close", () => resolve()).once("error", () => resolve()));
  }

  private take(line: string): void {
    const [, gone, number, device] = LINE.exec(line) ?? [];
    if (number === undefined || device === undefined) return;
    const index = Number(number);
    if (gone !== undefined) {
      this.seen.delete(index);
      clearTimeout(this.timers.get(index));
      this.timers.delete(index);
    } else if (!this.seen.has(index)) {
      this.seen.add(index);
      void this.hold(index, device);
    }
  }

  private async hold(index: number, device: string): Promise<void> {
    const { instance, netns, isKnown, log } = this.options;
    if (isKnown(device)) return;
    const held = await runLoader(["hold", "--instance", instance, device], netns);
    if (isFailure(held)) return log(`${device} is not closed until its pod is known: ${held.error}`);
    const say = () => {
      this.timers.delete(index);
      if (!isKnown(device))
        log(`${device} is closed: the API has said no pod of it for ${UNKNOWN_MS / 1000} s`);
    };
    if (this.seen.has(index)) this.timers.set(index, setTimeout(say, UNKNOWN_MS).unref());
  }
}
