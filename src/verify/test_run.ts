/** `polc-loader run`: a node's state in this kernel, driven by packets. Nothing is attached or pinned. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import { failureIn, loaderPath } from "../node/loader.js";
import type { Tier } from "../node/loader_status.js";

export interface RunRequest {
  /** Whose policies judge: a subject of the state. */
  readonly subject: number;
  /** What decides: the tables, or the program that the state has for the subject. Default: the tables. */
  readonly tier?: Tier;
  /** Seen from the pod. */
  readonly hook: "from_pod" | "to_pod";
  readonly packet: Buffer;
  /** Forget all connections first. */
  readonly fresh?: boolean;
  /** Make connections and fragments older first, by so many ticks of 2^30 ns. */
  readonly age?: number;
  /** The pod's own: else any source is. */
  readonly addresses?: readonly string[];
  /** The packet is the node's own. */
  readonly ownNode?: boolean;
}

export type Judge = Required<Pick<RunRequest, "subject" | "tier" | "hook">>;

export interface RunAnswer {
  readonly verdict: "pass" | "drop";
  readonly events: readonly RunEvent[];
}

export interface RunEvent {
  readonly verdict: string;
  readonly rule: number;
  readonly profile: number;
  /** Why it was dropped: a counter; left out: by policy. */
  readonly drop?: string;
}

/** The loader is missing, may not load programs, or ended early. */
export class TestRunError extends Error {
  constructor(
    message: string,
    readonly help?: string,
  ) {
    super(message);
  }
}

export class TestRun {
  private readonly waiting: { resolve: (answer: unknown) => void; reject: (error: Error) => void }[] = [];
  private stderr = "";
  private ended: TestRunError | undefined;

  private constructor(private readonly child: ChildProcess) {
    createInterface({ input: child.stdout! }).on("line", (line) => this.take(line));
    child
      .stderr!.setEncoding("utf8")
      .on("data", (text: string) => (this.stderr = (this.stderr + text).slice(-4096)));
    child.stdin!.on("error", () => undefined);
    child.on("error", (error) => this.fail(new TestRunError(`polc-loader: ${error.message}`)));
    child.on("close", () => {
      const { error, help } = failureIn(this.stderr) ?? {
        error: "polc-loader run ended without printing a result",
      };
      this.fail(new TestRunError(error, help));
    });
  }

  /** @throws TestRunError if there is no loader. */
  static start(statePath: string): TestRun {
    const loader = loaderPath();
    if (typeof loader !== "string") throw new TestRunError(loader.error, loader.help);
    return new TestRun(spawn(loader, ["run", statePath], { stdio: "pipe" }));
  }

  run({
    subject,
    tier = "table",
    hook,
    packet,
    fresh,
    age,
    addresses,
    ownNode,
  }: RunRequest): Promise<RunAnswer> {
    const request = {
      subject,
      tier,
      hook,
      packet: packet.toString("hex"),
      ...(fresh && { fresh }),
      ...(age !== undefined && { age }),
      ...(addresses && { address: addresses }),
      ...(ownNode && { own_node: true }),
    };
    return this.ask(request) as Promise<RunAnswer>;
  }

  private ask(request: object): Promise<unknown> {
    return new Promise((resolve, reject) => {
      if (this.ended) return reject(this.ended);
      this.waiting.push({ resolve, reject });
      this.child.stdin!.write(`${JSON.stringify(request)}\n`);
    });
  }

  /** How many instructions the kernel's verifier looked at; undefined: this kernel does not say. */
  async instructions({ subject, tier, hook }: Judge): Promise<number | undefined> {
    const { instructions } = (await this.ask({ subject, tier, hook, instructions: true })) as {
      instructions: number;
    };
    return instructions < 0 ? undefined : instructions;
  }

  stop(): Promise<void> {
    if (this.ended) return Promise.resolve();
    return new Promise((resolve) => {
      this.child.once("close", () => resolve());
      this.child.stdin!.end();
    });
  }

  private take(line: string): void {
    const waiting = this.waiting.shift();
    const answer = JSON.parse(line) as { error?: string };
    if (answer.error !== undefined) waiting?.reject(new TestRunError(`polc-loader run: ${answer.error}`));
    else waiting?.resolve(answer);
  }

  private fail(error: TestRunError): void {
    this.ended ??= error;
    for (const { reject } of this.waiting.splice(0)) reject(error);
  }
}
