/** Every frame of some links, as polc-probe prints it (`probe/capture.h`). */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { LabError } from "../command.js";
import { probePath } from "../probe/probe_process.js";
import { decodeFrame } from "./packet.js";
import type { Packet } from "./packet.js";

export interface Frame {
  readonly link: string;
  /** As the link's device sees it, at this end: `in` was sent by the other end. */
  readonly direction: "in" | "out";
  readonly us: number;
  readonly length: number;
  /** Payload of each segment if it is an aggregate of several. */
  readonly segment?: number;
  /** Whoever sends it out completes its checksum. */
  readonly partialChecksum: boolean;
  readonly vlan?: number;
  /** undefined: no IP. */
  readonly packet: Packet | undefined;
}

export class Capture {
  private readonly lines: string[] = [];
  private readonly decoded: (Frame | undefined)[] = [];
  private readonly synced = new Map<string, (dropped: number) => void>();
  private ended: LabError | undefined;
  private stderr = "";
  private nextWord = 1;

  private constructor(
    private readonly child: ChildProcess,
    private readonly links: readonly string[],
    private readonly onReady: () => void,
    private readonly onEnd: (error: LabError) => void,
  ) {
    createInterface({ input: child.stdout! }).on("line", (line) => this.take(line));
    child.stdin!.on("error", () => undefined);
    child.stderr!.setEncoding("utf8").on("data", (text: string) => (this.stderr += text));
    child.on("error", (error) => this.fail(new LabError(`polc-probe: ${error.message}`)));
    child.on("close", () => this.fail(new LabError(this.stderr.trim() || "polc-probe ended")));
  }

  /** Resolves when frames are being kept. */
  static start(netnsPath: string, links: readonly string[]): Promise<Capture> {
    const child = spawn(probePath(), ["--netns", netnsPath, "--capture", ...links], { stdio: "pipe" });
    return new Promise((resolve, reject) => {
      const capture: Capture = new Capture(child, links, () => resolve(capture), reject);
    });
  }

  /** How many frames there are so far; with `since` those of a time are told apart. */
  get count(): number {
    return this.lines.length;
  }

  /**
   * The frames that links have seen since there were `from`, all of them.
   * @throws LabError if the kernel dropped some: nothing can be concluded then from what is missing
   */
  async since(from = 0): Promise<Frame[]> {
    const dropped = await this.sync();
    if (dropped > 0) throw new LabError(`${dropped} frames of ${this.links.join(", ")} could not be captured`);
    const frames: Frame[] = [];
    for (let index = from; index < this.lines.length; index++)
      frames.push((this.decoded[index] ??= frameOf(this.lines[index]!, this.links)));
    return frames;
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return;
    await new Promise<void>((resolve) => {
      this.child.once("close", () => resolve());
      this.child.stdin!.end();
      setTimeout(() => this.child.kill("SIGKILL"), 2000).unref();
    });
  }

  private sync(): Promise<number> {
    const word = String(this.nextWord++);
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(this.ended);
      this.synced.set(word, resolve);
      this.child.stdin!.write(`sync ${word}\n`);
    });
  }

  private take(line: string): void {
    if (line.startsWith("frame ")) {
      this.lines.push(line);
      return;
    }
    const [what, word, dropped] = line.split(" ");
    if (what === "capturing") this.onReady();
    if (what !== "synced") return;
    this.synced.get(word!)?.(Number(dropped));
    this.synced.delete(word!);
  }

  private fail(error: LabError): void {
    this.ended ??= error;
    this.onEnd(error);
    for (const resolve of this.synced.values()) resolve(Infinity);
    this.synced.clear();
  }
}

function frameOf(line: string, links: readonly string[]): Frame {
  const [, link, direction, us, length, segment, partial, vlan, hex] = line.split(" ") as string[];
  return {
    link: links[Number(link)]!,
    direction: direction === "in" ? "in" : "out",
    us: Number(us),
    length: Number(length),
    ...(segment !== "0" && { segment: Number(segment) }),
    partialChecksum: partial === "1",
    ...(vlan !== "0" && { vlan: Number(vlan) }),
    packet: decodeFrame(Buffer.from(hex ?? "", "hex")),
  };
}
