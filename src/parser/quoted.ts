import { printable } from "../source/printable.js";

/** The user's text for a message: quoted, on one line, and shortened if it is long. */
export function quoted(text: string): string {
  return JSON.stringify(shortened(text, 80));
}

export function shortened(text: string, length: number): string {
  return text.length > length ? `${text.slice(0, length - 3)}...` : text;
}

/** One safe line for a message or help, whatever user text it contains. */
export function messageLine(text: string): string {
  return printable(shortened(text, 500));
}
