/** The programs on a real link, and frames from its other end. */
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { execFileSync, spawn, spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { createInterface } from "node:readline";
import type { Network } from "./network.js";

const root = new URL("../../..", import.meta.url).pathname;
const PATIENCE = 5000;

export interface Arrived {
  readonly frame: Buffer;
  readonly tag: number | undefined;
}

export class Wire {
  readonly #directory = mkdtempSync(join(tmpdir(), "polc-dispatch-wire-"));
  readonly #tool = join(this.#directory, "wire");
  #process: ChildProcessWithoutNullStreams | undefined;
  #arrived: Arrived[] = [];
  #wake = () => {};

  constructor(readonly network: Network) {
    execFileSync("cc", ["-O2", "-o", this.#tool, join(root, "test/service/dispatch/wire.c")]);
    execFileSync("nsenter", this.#in(this.#tool, "offload", "uplink"));
    // What XDP sends back over a veth waits in its ring until the other end's own XDP program has its turn: GRO alone does
    // not wake it.
    const source = join(this.#directory, "pass.bpf.c");
    const object = join(this.#directory, "pass.bpf.o");
    writeFileSync(source, '__attribute__((section("xdp"), used)) int pass(void *context) { return 2; }\n');
    execFileSync("clang", ["-target", "bpf", "-O2", "-c", source, "-o", object]);
    network.ip(`link set wire xdp obj ${object} sec xdp`);
  }

  #in(...words: string[]): string[] {
    return [`--net=/run/netns/${this.network.name}`, ...words];
  }

  #services(...words: string[]): string[] {
    const [command, ...rest] = words;
    return this.#in(
      join(root, "loader/polc-loader"),
      "services",
      command!,
      "--instance",
      this.network.name,
      ...rest,
    );
  }

  async start(): Promise<this> {
    this.#process = spawn("nsenter", this.#in(this.#tool, "frames", "wire"));
    const lines = createInterface({ input: this.#process.stdout });
    const ready = new Promise<void>((resolve) => lines.once("line", () => resolve()));
    lines.on("line", (line) => {
      const [, tag, hex] = /^(?:tag (\d+) )?([0-9a-f]+)$/.exec(line) ?? [];
      if (hex === undefined) return;
      this.#arrived.push({
        frame: Buffer.from(hex, "hex"),
        tag: tag === undefined ? undefined : Number(tag),
      });
      this.#wake();
    });
    await ready;
    return this;
  }

  /** These programs, in the place of those before. */
  apply(state: string): void {
    spawnSync("nsenter", this.#services("detach"));
    execFileSync("nsenter", this.#services("apply", state), { stdio: ["ignore", "ignore", "pipe"] });
  }

  /** Sends a frame, and waits for as many IP packets to `mac`. */
  async send(frame: Buffer, mac: string, count: number, segment?: number): Promise<Arrived[]> {
    const found = () => this.#arrived.filter((each) => each.frame.toString("hex", 0, 6) === mac);
    this.#arrived = [];
    const prefix = segment === undefined ? "" : `gso ${segment} `;
    this.#process!.stdin.write(`${prefix}${frame.toString("hex")}\n`);
    const until = Date.now() + PATIENCE;
    while (found().length < count && Date.now() < until)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
        setTimeout(resolve, 100);
      });
    return found();
  }

  /** Never fails, for it runs after failures. */
  close(): void {
    this.#process?.kill();
    spawnSync("nsenter", this.#services("detach"));
    rmSync(this.#directory, { recursive: true, force: true });
  }
}
