import { printable } from "../source/printable.js";
import { EXIT } from "./exit.js";

interface Advice {
  /** What to do. */
  readonly help?: string | undefined;
  /** Details of the message, one per line. */
  readonly details?: readonly string[];
}

/**
 * Prints to standard error why a command has no answer, made safe for terminals:
 *
 *     polc lint: unknown rule redundant-rul
 *       help: did you mean redundant-rule?
 *
 * @returns the exit code
 */
export function fail(command: string, message: string, { help, details = [] }: Advice = {}): number {
  const more = [...details, ...(help === undefined ? [] : `help: ${help}`.split("\n"))];
  const lines = [`polc ${command}: ${printable(message)}`, ...more.map((line) => `  ${printable(line)}`)];
  process.stderr.write(`${lines.join("\n")}\n`);
  return EXIT.usage;
}
