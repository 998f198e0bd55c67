import type { Span } from "../source/span.js";

/** In TypeScript, one place makes several rules, and the text does not show each of them. */
export function isTypeScript({ file }: Span): boolean {
  return file.endsWith(".ts");
}
