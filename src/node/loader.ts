/** `polc-loader`: the one program that touches the kernel. Its answers are JSON, its failures values. */
import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import type { Failure } from "./failure.js";
import { failureOf } from "./failure.js";
import { builtProgram, nativeProgram } from "./native/native_program.js";
import { LOADER } from "./native/programs.js";
import { inNetns, run } from "./process.js";

/** `POLC_LOADER`, else the package's own, built now if it has to be. */
export function loaderPath(): string | Failure {
  return nativeProgram(LOADER);
}

/** The same without building it; undefined: it is not built. */
export function builtLoader(): string | Failure | undefined {
  return builtProgram(LOADER);
}

/** Runs one command to its end, inside `netns` if given: the JSON it printed, or why it failed. */
export async function runLoader(args: readonly string[], netns?: string): Promise<unknown> {
  const loader = loaderPath();
  if (typeof loader !== "string") return loader;
  try {
    const { code, stdout, stderr } = await run(inNetns(netns, [loader, ...args]));
    if (code === 0) return parse(stdout) ?? unexpected(args, "printed no JSON");
    return failureIn(stderr) ?? unexpected(args, code === undefined ? "was killed" : `ended with ${code}`);
  } catch (error) {
    return failureOf(`polc-loader ${args[0]}`, error);
  }
}

function unexpected(args: readonly string[], what: string): Failure {
  return { error: `polc-loader ${args[0]} ${what}` };
}

export interface LoaderStream {
  /** Writes to the loader's standard input, if it was given one. */
  write(text: string): void;
  /** Ends its input. */
  end(): void;
  /** Ends it at once, wherever it is in its work. */
  kill(): void;
  /** Ends the loader; resolves when it is gone. */
  stop(): Promise<void>;
  /** Resolves when the loader ended: undefined if `stop` was called or it had nothing more to say. */
  readonly ended: Promise<Failure | undefined>;
}

/**
 * Runs a command that prints JSON lines until it is stopped. Lines that are not JSON are left out.
 * @param input whether it reads; then it is out of reach of the terminal's Ctrl-C, and ends when its input does
 */
export function streamLoader(
  args: readonly string[],
  onLine: (line: unknown) => void,
  netns?: string,
  input = false,
): LoaderStream | Failure {
  const loader = loaderPath();
  if (typeof loader !== "string") return loader;
  const [program, ...rest] = inNetns(netns, [loader, ...args]);
  const child = spawn(program!, rest, {
    stdio: [input ? "pipe" : "ignore", "pipe", "pipe"],
    detached: input,
  });
  const [stdin, stdout, errors] = [child.stdin, child.stdout!, child.stderr!];
  stdin?.on("error", () => undefined); // it is said when the loader has ended
  let stopped = false;
  let stderr = "";
  errors.setEncoding("utf8");
  errors.on("data", (chunk: string) => (stderr = (stderr + chunk).slice(-4096)));
  const lines = createInterface({ input: stdout, crlfDelay: Infinity });
  const read = new Promise<void>((resolve) => lines.on("close", resolve));
  lines.on("line", (line) => {
    const value = parse(line);
    if (value !== undefined) onLine(value);
  });
  const ended = new Promise<Failure | undefined>((resolve) => {
    child.on("error", (error) => resolve(failureOf("polc-loader", error)));
    child.on("close", async (code) => {
      await read;
      if (stopped || code === 0) return resolve(undefined);
      resolve(failureIn(stderr) ?? unexpected(args, "ended unexpectedly"));
    });
  });
  const stop = async () => {
    stopped = true;
    child.kill("SIGTERM");
    await ended;
  };
  const kill = () => void child.kill("SIGKILL");
  return { write: (text) => void stdin?.write(text), end: () => void stdin?.end(), kill, stop, ended };
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return undefined;
  }
}

/** The last line of stderr that is a failure. */
export function failureIn(stderr: string): Failure | undefined {
  const lines = stderr.trim().split("\n").reverse();
  for (const line of lines) {
    const value = parse(line) as PrintedFailure | null | undefined;
    // Those of services have a code, and are objects of their own.
    const [message, help] =
      typeof value?.error === "object"
        ? [value.error.message, value.error.help]
        : [value?.error, value?.help];
    if (message !== undefined) return { error: message, ...(help !== undefined && { help }) };
  }
  return lines[0] ? { error: lines[0] } : undefined;
}

interface PrintedFailure {
  readonly error?: string | { readonly message: string; readonly help?: string };
  readonly help?: string;
}
