import { createHash } from "node:crypto";
import { readFileSync, realpathSync, statSync } from "node:fs";
import { isInside } from "../../source/paths.js";
import { LIMITS } from "./limits.js";

export interface Input {
  /** Absolute, symbolic links followed. */
  readonly real: string;
  readonly text: string;
}

/** Why a file cannot be used, to follow its name in a message. */
export type InputError =
  | "does not exist"
  | "is not a file"
  | "is outside the project"
  | "is too large"
  | "is not UTF-8 text"
  | "cannot be read";

/** What was asked of the file system, with the answer: it decides whether a cached result still holds. */
export interface Observation {
  readonly path: string;
  readonly real: string;
  /** SHA-256 of the content, or the error. */
  readonly content: string;
}

/** Reads the files of one run inside its root, each once, and remembers what it saw. */
export class Inputs {
  private readonly seen = new Map<string, Input | InputError>();

  /**
   * @param root absolute, symbolic links followed
   * @param contents texts that stand in place of those of the files, by absolute path
   */
  constructor(
    private readonly root: string,
    private readonly contents: ReadonlyMap<string, Buffer> = new Map(),
  ) {}

  read(path: string): Input | InputError {
    let input = this.seen.get(path);
    if (input === undefined) {
      const given = this.contents.get(path);
      input = given ? decodeInput(path, given) : readInput(path, this.root);
      this.seen.set(path, input);
    }
    return input;
  }

  observations(): Observation[] {
    return [...this.seen].map(([path, input]) => observe(path, input));
  }
}

export function observe(path: string, input: Input | InputError): Observation {
  return typeof input === "string"
    ? { path, real: "", content: input }
    : { path, real: input.real, content: createHash("sha256").update(input.text).digest("hex") };
}

/** The text of a file inside `root`, without a byte order mark. */
export function readInput(path: string, root: string): Input | InputError {
  try {
    const real = realpathSync(path);
    if (!isInside(real, root)) return "is outside the project";
    const stat = statSync(real);
    // Not a pipe or a device: reading one might never end.
    if (!stat.isFile()) return "is not a file";
    if (stat.size > LIMITS.fileBytes) return "is too large";
    return { real, text: new TextDecoder("utf-8", { fatal: true }).decode(readFileSync(real)) };
  } catch (error) {
    if (error instanceof TypeError) return "is not UTF-8 text";
    const { code } = error as NodeJS.ErrnoException;
    return code === "ENOENT" || code === "ENOTDIR" ? "does not exist" : "cannot be read";
  }
}

function decodeInput(path: string, bytes: Buffer): Input | InputError {
  if (bytes.length > LIMITS.fileBytes) return "is too large";
  try {
    return { real: path, text: new TextDecoder("utf-8", { fatal: true }).decode(bytes) };
  } catch {
    return "is not UTF-8 text";
  }
}
