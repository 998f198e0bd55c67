/** Runs this machine's tools (`ip`, `nsenter`, ...) for the lab. */
import { spawn } from "node:child_process";

/** What the machine refused: a tool that is missing or that failed. Shown to the user as it is. */
export class LabError extends Error {
  constructor(
    message: string,
    readonly help?: string,
  ) {
    super(message);
    this.name = "LabError";
  }
}

/**
 * Runs a command to its end; its standard output. The child is in a session of its own, so that Ctrl-C reaches the lab only,
 * which then takes down what stands.
 * @throws LabError if it cannot be run or its exit code is not 0.
 */
export function run(command: string, args: readonly string[], input = ""): Promise<string> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { detached: true, stdio: ["pipe", "pipe", "pipe"] });
    let stdout = "";
    let stderr = "";
    child.stdout.setEncoding("utf8").on("data", (text: string) => (stdout += text));
    child.stderr.setEncoding("utf8").on("data", (text: string) => (stderr += text));
    child.on("error", (error) => reject(new LabError(`${command}: ${error.message}`)));
    child.on("close", (code, signal) => {
      if (code === 0) return resolve(stdout);
      const reason = stderr.trim().split("\n").slice(0, 3).join("; ") || (signal ?? `exit code ${code}`);
      reject(new LabError(`${command} ${args.join(" ")}: ${reason}`));
    });
    child.stdin.on("error", () => undefined); // the child ended early: its exit code says more
    child.stdin.end(input);
  });
}

/** Runs one task for each item, at most `width` at once, and waits for all; the first failure is thrown after that. */
export async function forEachOf<T>(
  items: readonly T[],
  width: number,
  task: (item: T) => Promise<void>,
): Promise<void> {
  const queue = items[Symbol.iterator]();
  const failures: unknown[] = [];
  const worker = async () => {
    for (const item of queue) await task(item).catch((error: unknown) => failures.push(error));
  };
  await Promise.all(Array.from({ length: width }, worker));
  if (failures.length > 0) throw failures[0];
}
