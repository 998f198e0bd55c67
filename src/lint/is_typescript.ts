import type { Span } from "../source/span.js";

/** There one place makes several rules, and what it says of each is not in its text. */
export function isTypeScript({ file }: Span): boolean {
  return file.endsWith(".ts");
}
