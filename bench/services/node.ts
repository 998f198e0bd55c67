/** A network namespace with a way to the backends' node, and polc-loader in it. Everything is taken down again. */
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { packageRoot } from "../../src/source/package_root.js";

export class BenchNode {
  readonly netns = `polc-bench-services-${process.pid}`;
  readonly directory = mkdtempSync(join(tmpdir(), "polc-bench-services-"));
  readonly ifindex: number;
  private readonly instance = this.netns;

  constructor() {
    execFileSync("ip", ["netns", "add", this.netns]);
    this.ip("link add uplink type veth peer name wire");
    for (const link of ["lo", "uplink", "wire"]) this.ip(`link set ${link} up`);
    execFileSync("ip", ["netns", "exec", this.netns, "sysctl", "-qw", "net.ipv4.ip_forward=1"]);
    this.ip("addr add 192.168.0.1/24 dev uplink");
    this.ip("neigh replace 192.168.0.2 lladdr 02:00:00:00:0b:02 dev uplink nud permanent");
    this.ip("route add 10.0.2.0/24 via 192.168.0.2");
    const [{ ifindex }] = JSON.parse(this.ip("-j link show uplink")) as [{ ifindex: number }];
    this.ifindex = ifindex;
  }

  private ip(command: string): string {
    return execFileSync("ip", ["-n", this.netns, ...command.split(" ")], { encoding: "utf8" });
  }

  inside(command: string, ...words: string[]): [string, string[]] {
    return ["nsenter", [`--net=/run/netns/${this.netns}`, command, ...words]];
  }

  loader(...words: string[]): Loader {
    const loader = join(packageRoot(), "loader/polc-loader");
    const named = words[0] === "run" ? words : [words[0]!, "--instance", this.instance, ...words.slice(1)];
    return new Loader(...this.inside(loader, "services", ...named));
  }

  detach(): void {
    const loader = join(packageRoot(), "loader/polc-loader");
    const [command, words] = this.inside(loader, "services", "detach", "--instance", this.instance);
    spawnSync(command, words);
  }

  /** Never fails, for it runs after failures. */
  remove(): void {
    this.detach();
    spawnSync("ip", ["netns", "del", this.netns]);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** A running loader: a line for a line. */
export class Loader {
  private readonly process: ChildProcessWithoutNullStreams;
  private readonly lines: AsyncIterator<string>;
  private errors = "";

  constructor(command: string, words: string[]) {
    this.process = spawn(command, words);
    this.process.stderr.on("data", (data) => (this.errors += String(data)));
    this.lines = createInterface({ input: this.process.stdout })[Symbol.asyncIterator]();
  }

  /** nsenter becomes the loader, it makes no process of its own. */
  get pid(): number {
    return this.process.pid!;
  }

  async ask(line: string): Promise<Record<string, unknown>> {
    this.process.stdin.write(`${line}\n`);
    const { value, done } = await this.lines.next();
    if (done) throw new Error(`polc-loader ended: ${this.errors}`);
    const answer = JSON.parse(value) as Record<string, unknown>;
    if (answer["error"]) throw new Error(JSON.stringify(answer["error"]));
    return answer;
  }

  async end(): Promise<void> {
    const ended = new Promise((resolve) => this.process.once("close", resolve));
    this.process.stdin.end();
    await ended;
  }
}
