/** One polc-probe in one pod's network namespace. */
import { spawn } from "node:child_process";
import type { ChildProcess } from "node:child_process";
import { createInterface } from "node:readline";
import type { Protocol } from "../../ir/policy.js";
import { isFailure } from "../../node/failure.js";
import { nativeProgram } from "../../node/native/native_program.js";
import { PROBE } from "../../node/native/programs.js";
import { LabError } from "../command.js";
import { Sessions } from "./sessions.js";
import type { SessionAnswer } from "./sessions.js";

export interface Attempt {
  readonly protocol: Protocol | "ICMP";
  readonly address: string;
  /** 0 for ICMP. */
  readonly port: number;
  readonly timeoutMs: number;
}

export interface Outcome {
  /**
   * `connected`: the port answered. `refused`: the address answered that nothing listens on the port. `timeout`: nothing came
   * back. `error`: the kernel could not send (`reason` is the errno's name).
   */
  readonly result: "connected" | "refused" | "timeout" | "error";
  readonly reason?: string;
}

export interface ServedPort {
  readonly protocol: Protocol;
  readonly port: number;
}

/** `POLC_PROBE`, else the package's own, built now if it has to be. */
export function probePath(): string {
  const path = nativeProgram(PROBE);
  if (isFailure(path)) throw new LabError(path.error, path.help);
  return path;
}

/** Where a probe runs besides its network namespace. */
export interface ProbePlace {
  /** A cgroup2 directory that it joins. */
  readonly cgroup?: string;
  /** What its servers call themselves. */
  readonly name?: string;
}

export class ProbeProcess {
  readonly sessions = new Sessions((line) => this.child.stdin!.write(line));
  private readonly waiting = new Map<number, (outcome: Outcome) => void>();
  private readonly listening: { resolve: () => void; reject: (error: Error) => void }[] = [];
  private readonly served = new Set<string>();
  private nextId = 1;
  private ended: LabError | undefined;

  private constructor(private readonly child: ChildProcess) {
    createInterface({ input: child.stdout! }).on("line", (line) => this.take(line));
    child.stdin!.on("error", () => undefined);
    child.on("error", (error) => this.fail(new LabError(`polc-probe: ${error.message}`)));
    child.on("close", (code, signal) =>
      this.fail(new LabError(`polc-probe ended (${signal ?? `exit code ${code}`})`)),
    );
  }

  static start(netnsPath: string, place: ProbePlace = {}): ProbeProcess {
    const child = spawn(probePath(), placeOf(netnsPath, place), { stdio: ["pipe", "pipe", "inherit"] });
    return new ProbeProcess(child);
  }

  /** Serves ports that are not served yet; it answers when all of them listen. */
  async listen(ports: readonly ServedPort[]): Promise<void> {
    const fresh = ports.filter(({ protocol, port }) => {
      const isServed = this.served.has(`${protocol}/${port}`);
      this.served.add(`${protocol}/${port}`);
      return !isServed;
    });
    await Promise.all(
      fresh.map(({ protocol, port }) => {
        return new Promise<void>((resolve, reject) => {
          if (this.ended) return reject(this.ended);
          this.listening.push({ resolve, reject });
          this.child.stdin!.write(`listen ${protocol.toLowerCase()} ${port}\n`);
        });
      }),
    );
  }

  /** Sends a packet as it is, from its IP header on. */
  send(packet: Uint8Array): void {
    this.child.stdin!.write(`send ${Buffer.from(packet).toString("hex")}\n`);
  }

  attempt({ protocol, address, port, timeoutMs }: Attempt): Promise<Outcome> {
    return new Promise((resolve) => {
      if (this.ended) return resolve({ result: "error", reason: this.ended.message });
      const id = this.nextId++;
      this.waiting.set(id, resolve);
      this.child.stdin!.write(`${protocol.toLowerCase()} ${address} ${port} ${id} ${timeoutMs}\n`);
    });
  }

  /** Ends the process: it takes the end of its input for that. */
  stop(): Promise<void> {
    if (this.child.exitCode !== null || this.child.signalCode !== null) return Promise.resolve();
    return new Promise((resolve) => {
      this.child.once("close", () => resolve());
      this.child.stdin!.end();
      setTimeout(() => this.child.kill("SIGKILL"), 2000).unref();
    });
  }

  private take(line: string): void {
    const answer = JSON.parse(line) as { id?: number; listening?: string; error?: string } & Outcome;
    if ("sent" in answer) return;
    if ("session" in answer) this.sessions.take(answer as unknown as SessionAnswer);
    else if (answer.id !== undefined) {
      this.waiting.get(answer.id)?.(answer);
      this.waiting.delete(answer.id);
    } else if (answer.listening !== undefined) this.listening.shift()?.resolve();
    else this.listening.shift()?.reject(new LabError(`polc-probe: ${answer.error}`));
  }

  private fail(error: LabError): void {
    this.ended ??= error;
    for (const resolve of this.waiting.values()) resolve({ result: "error", reason: error.message });
    for (const { reject } of this.listening.splice(0)) reject(error);
    this.waiting.clear();
    this.sessions.fail(error.message);
  }
}

/** A probe that serves until it is killed, whoever started it. */
export function startServer(netnsPath: string, ports: readonly ServedPort[], place: ProbePlace = {}): number {
  const served = ports.map(({ protocol, port }) => `${protocol.toLowerCase()}/${port}`);
  const child = spawn(probePath(), [...placeOf(netnsPath, place), "--serve", ...served], {
    detached: true,
    stdio: "ignore",
  });
  child.unref();
  if (child.pid === undefined) throw new LabError("polc-probe cannot be started");
  return child.pid;
}

function placeOf(netnsPath: string, { cgroup, name }: ProbePlace): string[] {
  return [
    ...["--netns", netnsPath],
    ...(cgroup !== undefined ? ["--cgroup", cgroup] : []),
    ...(name !== undefined ? ["--name", name] : []),
  ];
}
