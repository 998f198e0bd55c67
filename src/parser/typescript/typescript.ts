import { createRequire } from "node:module";
import type TypeScript from "typescript";

/**
 * The TypeScript compiler. Required, not imported: an import first scans the compiler's 9 MB for the names it exports,
 * which takes longer than loading it (measured: 290 of 640 ms).
 */
export const ts = createRequire(import.meta.url)("typescript") as typeof TypeScript;
