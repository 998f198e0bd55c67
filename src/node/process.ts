/** Other programs, started without a shell. */
import { spawn } from "node:child_process";

export interface Finished {
  /** undefined: it was ended by a signal. */
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Inside this network namespace, given by its path. */
export function inNetns(netns: string | undefined, command: readonly string[]): readonly string[] {
  return netns === undefined ? command : ["nsenter", `--net=${netns}`, "--", ...command];
}

/** Rejects only if the program cannot be started. */
export function run([program, ...args]: readonly string[]): Promise<Finished> {
  return new Promise((resolve, reject) => {
    const child = spawn(program!, args, { stdio: ["ignore", "pipe", "pipe"] });
    const text = { stdout: "", stderr: "" };
    for (const name of ["stdout", "stderr"] as const) {
      child[name].setEncoding("utf8");
      child[name].on("data", (chunk: string) => (text[name] += chunk));
    }
    child.on("error", reject);
    child.on("close", (code) => resolve({ code: code ?? undefined, ...text }));
  });
}
