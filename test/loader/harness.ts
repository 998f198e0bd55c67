/** One helper for the tests of polc-loader: a node and its pods as network namespaces, states, and the binary. */
import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from "node:child_process";
import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { State } from "./state.js";

const root = new URL("../..", import.meta.url).pathname;
export const LOADER = join(root, "loader/polc-loader");

/** Loading programs and making network namespaces; where it is missing the tests are skipped, visibly. */
export const privileged = process.getuid?.() === 0 && spawnSync("unshare", ["--net", "true"]).status === 0;

export function must(command: string, args: readonly string[]): string {
  const result = spawnSync(command, args, { encoding: "utf8" });
  if (result.status !== 0) throw new Error(`${command} ${args.join(" ")}: ${result.stderr || result.error}`);
  return result.stdout;
}

/** Compiled once per test file; removed by `remove`. */
export interface Objects {
  readonly dir: string;
  readonly fixed: string;
  /** The same as the object of a policy set. */
  readonly own: string;
  readonly traffic: string;
  readonly killAt: string;
  remove(): void;
}

/** As the bundle compiles: returns the object's path. */
export function compileProgram(source: string, object: string, defines: readonly string[] = []): string {
  const include = [`/usr/include/${must("cc", ["-print-multiarch"]).trim()}`, join(root, "bpf-templates")];
  const flags = ["-target", "bpf", "-mcpu=v3", "-O2", "-g", ...include.flatMap((path) => ["-I", path])];
  must("clang", [...flags, ...defines, "-c", source, "-o", object]);
  return object;
}

export function compile(): Objects {
  const dir = mkdtempSync(join(tmpdir(), "polc-loader-test-"));
  const here = join(root, "test/loader");
  must("make", ["-s", "-C", join(root, "loader")]);
  must("cc", ["-O2", "-o", join(dir, "traffic"), join(here, "traffic.c")]);
  must("cc", ["-O2", "-shared", "-fPIC", "-o", join(dir, "kill_at.so"), join(here, "kill_at.c"), "-ldl"]);
  return {
    dir,
    fixed: compileProgram(join(here, "fixed.bpf.c"), join(dir, "fixed.bpf.o")),
    own: compileProgram(join(here, "fixed.bpf.c"), join(dir, "own.bpf.o"), ["-DOWN"]),
    traffic: join(dir, "traffic"),
    killAt: join(dir, "kill_at.so"),
    remove: () => rmSync(dir, { recursive: true, force: true }),
  };
}

export interface Run {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs the loader; `error` and `json` read its one line. */
export function loader(
  args: readonly string[],
  options: { netns?: string; env?: object; input?: string } = {},
): Run {
  const command = options.netns ? ["nsenter", `--net=/run/netns/${options.netns}`, LOADER] : [LOADER];
  return spawnSync(command[0]!, [...command.slice(1), ...args], {
    encoding: "utf8",
    env: { ...process.env, ...options.env },
    input: options.input ?? "",
    maxBuffer: 1 << 28,
  });
}

/** All lines of the answer. */
export const lines = (run: Run): any[] =>
  (run.stdout || JSON.stringify({ stderr: run.stderr }))
    .split("\n")
    .filter((line) => line !== "")
    .map((line) => JSON.parse(line));
/** The first one. */
export const json = (run: Run): any => lines(run)[0];
export const error = (run: Run): string => JSON.parse(run.stderr).error;

/** UDP over IPv4 from 10.0.0.1 port 1000. */
export function udp(to: string, port: number): string {
  const packet = Buffer.alloc(14 + 20 + 8 + 4);
  packet.writeUInt16BE(0x0800, 12);
  packet.set([0x45, 0, 0, 32, 0, 1, 0, 0, 64, 17, 0, 0, 10, 0, 0, 1, ...to.split(".").map(Number)], 14);
  packet.writeUInt16BE(1000, 34);
  packet.writeUInt16BE(port, 36);
  packet.writeUInt16BE(12, 38);
  return packet.toString("hex");
}

let made = 0;

/** A node with pods, an instance of the loader for it, and traffic between them. */
export class Node {
  readonly name = `polct-${process.pid}-${++made}`;
  readonly #lines: AsyncIterator<string>;
  readonly #traffic: ChildProcessWithoutNullStreams;

  constructor(
    readonly objects: Objects,
    readonly pods: number,
  ) {
    must("ip", ["netns", "add", this.name]);
    for (let i = 0; i < pods; i++) this.addPod(i);
    const netns = [this.name, ...Array.from({ length: pods }, (_, i) => this.podName(i))];
    this.#traffic = spawn(
      objects.traffic,
      netns.map((name) => `/run/netns/${name}`),
    );
    this.#traffic.stderr.pipe(process.stderr);
    this.#lines = createInterface({ input: this.#traffic.stdout })[Symbol.asyncIterator]();
  }

  podName(i: number): string {
    return `${this.name}-${i}`;
  }

  addPod(i: number): void {
    must("ip", ["netns", "add", this.podName(i)]);
    this.addInterface(i);
  }

  addInterface(i: number, options: readonly string[] = []): void {
    const pod = this.podName(i);
    const node = (...args: string[]) => must("ip", ["-n", this.name, ...args]);
    node("link", "add", `pod${i}`, ...options, "type", "veth", "peer", "name", "eth0", "netns", pod);
    node("addr", "add", `10.99.${i}.1/24`, "dev", `pod${i}`);
    must("ip", ["-n", pod, "addr", "add", `10.99.${i}.2/24`, "dev", "eth0"]);
    node("link", "set", `pod${i}`, "up");
    must("ip", ["-n", pod, "link", "set", "eth0", "up"]);
  }

  async #ask(line: string): Promise<string> {
    this.#traffic.stdin.write(line + "\n");
    const answer = await this.#lines.next();
    if (answer.done) throw new Error(`no answer to ${line}`);
    return answer.value;
  }

  /** For each pod two digits: does a datagram from it arrive, does one to it? */
  probe(): Promise<string> {
    return this.#ask("probe");
  }

  /** Datagrams of every pod, both ways, until `during` is done. */
  async stream(during: () => void | Promise<void>): Promise<{ sent: number; received: number }> {
    this.#traffic.stdin.write("stream\n");
    await new Promise((resolve) => setTimeout(resolve, 100)); // the line after it ends it
    await during();
    const [sent, received] = (await this.#ask("stop")).split(" ").map(Number);
    return { sent: sent!, received: received! };
  }

  /** Datagrams from one pod to one port of the node. */
  burst(pod: number, count: number, port: number): Promise<string> {
    return this.#ask(`burst ${pod} ${count} ${port}`);
  }

  write(content: State | string | object): string {
    const path = join(this.objects.dir, `${this.name}.json`);
    writeFileSync(path, typeof content === "string" ? content : JSON.stringify(content));
    return path;
  }

  apply(content: State | string | object, args: readonly string[] = [], env: object = {}): Run {
    return this.loader(["apply", "--instance", this.name, ...args, this.write(content)], env);
  }

  loader(args: readonly string[], env: object = {}): Run {
    return loader(args, { netns: this.name, env });
  }

  status() {
    return json(this.loader(["status", "--instance", this.name]));
  }

  detach(): Run {
    return this.loader(["detach", "--instance", this.name]);
  }

  /** Pins and files of the instance that exist. */
  leftovers(): string[] {
    return [`/sys/fs/bpf/polc/${this.name}`, `/run/polc/${this.name}`].filter((path) => existsSync(path));
  }

  /** Takes everything down; never fails, for it runs after failures. */
  remove(): void {
    this.#traffic.kill();
    this.detach();
    for (let i = 0; i < this.pods; i++) spawnSync("ip", ["netns", "del", this.podName(i)]);
    spawnSync("ip", ["netns", "del", this.name]);
  }
}
