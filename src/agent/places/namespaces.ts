/**
 * The network namespaces of this machine and the addresses in them, so that the one of a pod is found by the pod's address,
 * whatever made it. Container runtimes bind each to a file in /run/netns; those that do not are found by their processes.
 */
import type { FSWatcher } from "node:fs";
import { readdirSync, readlinkSync, statSync, watch } from "node:fs";
import { join } from "node:path";
import type { Link } from "../../node/pods/interface.js";
import { linksIn } from "../../node/pods/interface.js";
import { isFailure } from "../../node/failure.js";

const ROOT = "/run/netns";
/** A namespace is there before the plugin has given it an address. */
const RETRY_MS = [15, 15, 30, 60, 120, 250, 500, 1000, 2000, 4000];
const AT_ONCE = 4;

export interface FoundNamespace {
  readonly path: string;
  /** Another one at this path is another namespace. */
  readonly identity: string;
  readonly links: readonly Link[];
}

export class NetworkNamespaces {
  private readonly known = new Map<string, FoundNamespace>();
  private readonly byAddress = new Map<string, FoundNamespace>();
  private readonly looking = new Set<string>();
  private readonly queue: (() => Promise<void>)[] = [];
  private readonly timers = new Set<NodeJS.Timeout>();
  private running = 0;
  private watcher: FSWatcher | undefined;

  /** @param onChange namespaces came with their addresses, or went */
  constructor(
    private readonly onChange: () => void,
    private readonly root = ROOT,
  ) {}

  /** Resolves when those that are there have been looked into. */
  async start(): Promise<void> {
    try {
      this.watcher = watch(this.root, (_, name) => (name === null ? this.scan() : this.notice(name)));
      this.watcher.on("error", () => undefined);
    } catch {
      // There is none yet: `scan` is called from time to time.
    }
    this.scan();
    // Those that come meanwhile are told as changes: on a busy node they do not end.
    const first = [...this.looking];
    while (first.some((path) => this.looking.has(path)))
      await new Promise((resolve) => setTimeout(resolve, 5));
  }

  stop(): void {
    this.watcher?.close();
    for (const timer of this.timers) clearTimeout(timer);
    this.timers.clear();
  }

  /** The namespace in which a link has one of the addresses. */
  of(ips: readonly string[]): FoundNamespace | undefined {
    for (const ip of ips) {
      const found = this.byAddress.get(ip);
      if (found) return found;
    }
    return undefined;
  }

  isThere({ path, identity }: Pick<FoundNamespace, "path" | "identity">): boolean {
    return identityOf(path) === identity;
  }

  /** Something has become of one name: others are not looked at, since a busy node has hundreds. */
  private notice(name: string): void {
    const path = join(this.root, name);
    const found = this.known.get(path);
    if (found && this.isThere(found)) return;
    if (found) this.forget(found);
    if (inodeOf(path) !== undefined) this.look(path, 0);
    if (found) this.onChange();
  }

  /** Looks for namespaces that came or went. */
  scan(): void {
    const names = new Set(entries(this.root).map((name) => join(this.root, name)));
    let changed = false;
    for (const [path, found] of this.known)
      if (path.startsWith(this.root) ? !names.has(path) || !this.isThere(found) : !this.isThere(found)) {
        this.forget(found);
        changed = true;
      }
    for (const path of names) if (!this.known.has(path)) this.look(path, 0);
    if (changed) this.onChange();
  }

  /** Those of processes, one process each: for pods whose runtime binds no file. It reads all of /proc. */
  scanProcesses(): void {
    const inodes = new Set([...this.known.keys()].map(inodeOf));
    inodes.add(inodeOf("/proc/self/ns/net"));
    for (const pid of entries("/proc").filter((name) => /^\d+$/.test(name))) {
      const path = `/proc/${pid}/ns/net`;
      const inode = inodeOf(path);
      if (inode === undefined || inodes.has(inode)) continue;
      inodes.add(inode);
      this.look(path, RETRY_MS.length);
    }
  }

  private look(path: string, attempt: number): void {
    if (this.looking.has(path)) return;
    this.looking.add(path);
    this.queue.push(async () => {
      const identity = identityOf(path);
      const links = identity === undefined ? [] : await linksIn(path);
      this.looking.delete(path);
      if (identity === undefined || identityOf(path) !== identity) return;
      const usable = isFailure(links) ? [] : links;
      if (addressesOf(usable).length > 0) this.remember({ path, identity, links: usable });
      else if (attempt < RETRY_MS.length) this.later(RETRY_MS[attempt]!, () => this.look(path, attempt + 1));
    });
    this.pump();
  }

  private pump(): void {
    while (this.running < AT_ONCE && this.queue.length > 0) {
      this.running++;
      void this.queue.shift()!().finally(() => {
        this.running--;
        this.pump();
      });
    }
  }

  private later(ms: number, task: () => void): void {
    const timer = setTimeout(() => {
      this.timers.delete(timer);
      task();
    }, ms);
    this.timers.add(timer);
  }

  private remember(found: FoundNamespace): void {
    const before = this.known.get(found.path);
    if (before) this.forget(before);
    this.known.set(found.path, found);
    for (const address of addressesOf(found.links)) this.byAddress.set(address, found);
    this.onChange();
  }

  private forget(found: FoundNamespace): void {
    this.known.delete(found.path);
    for (const address of addressesOf(found.links))
      if (this.byAddress.get(address) === found) this.byAddress.delete(address);
  }
}

/** Those that can be a pod's. */
function addressesOf(links: readonly Link[]): string[] {
  return links
    .filter(({ ifname }) => ifname !== "lo")
    .flatMap(({ addr_info }) => addr_info ?? [])
    .flatMap(({ local, scope }) => (local !== undefined && scope === "global" ? [local] : []));
}

/** The inode of the namespace itself. The next namespace may have the number of one that is gone. */
function inodeOf(path: string): number | undefined {
  try {
    if (path.startsWith("/proc/")) return Number(/\d+/.exec(readlinkSync(path))?.[0]);
    return statSync(path).ino;
  } catch {
    return undefined;
  }
}

/** Of a namespace that a file is bound to: its inode, and since when that is. */
export function identityOf(path: string): string | undefined {
  try {
    if (path.startsWith("/proc/")) return readlinkSync(path);
    const { ino, ctimeMs } = statSync(path);
    return `${ino} ${ctimeMs}`;
  } catch {
    return undefined;
  }
}

function entries(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}
