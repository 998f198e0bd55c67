/** A resident loader and its answers, line by line. */
import { type ChildProcessWithoutNullStreams, spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { LOADER, type Node } from "./harness.js";

export class Resident {
  readonly child: ChildProcessWithoutNullStreams;
  readonly #lines: AsyncIterator<string>;
  readonly ended: Promise<{ code: number | null; stderr: string }>;

  constructor(node: Node, args: readonly string[] = [], env: object = {}) {
    this.child = spawn(
      "nsenter",
      [`--net=/run/netns/${node.name}`, LOADER, "serve", "--instance", node.name, ...args],
      { env: { ...process.env, ...env } },
    );
    this.child.stdin.on("error", () => undefined); // it may have been killed
    this.#lines = createInterface({ input: this.child.stdout })[Symbol.asyncIterator]();
    let stderr = "";
    this.child.stderr.on("data", (text) => (stderr += text));
    this.ended = new Promise((resolve) => this.child.on("close", (code) => resolve({ code, stderr })));
  }

  send(...states: object[]): void {
    this.child.stdin.write(states.map((state) => JSON.stringify(state) + "\n").join(""));
  }

  /** The next line; undefined if it has ended. */
  async next(): Promise<any> {
    const line = await this.#lines.next();
    return line.done ? undefined : JSON.parse(line.value);
  }

  async ask(state: object): Promise<any> {
    this.send(state);
    return this.next();
  }

  /** Ends its input; all that is in force stays so. */
  async end(): Promise<{ code: number | null; stderr: string }> {
    this.child.stdin.end();
    return this.ended;
  }
}
