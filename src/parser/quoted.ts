import { printable } from "../source/printable.js";

/** Text of the user's as a message shows it: in quotes, on one line, shortened if it is long. */
export function quoted(text: string): string {
  return JSON.stringify(shortened(text, 80));
}

export function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}

/** One safe line of a message or a help, whatever of the user's it holds. */
export function messageLine(text: string): string {
  return printable(shortened(text, 500));
}
