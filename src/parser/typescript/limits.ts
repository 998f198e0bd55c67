/** What a policy file may use. Beyond it is an error, never a slow or a dead process. */
export interface Limits {
  /** Milliseconds of processor time for the evaluation of all files together. */
  readonly timeMs: number;
}

export const LIMITS = {
  /** Bytes of one file. */
  fileBytes: 4 * 1024 * 1024,
  /** Levels of the syntax tree. */
  nesting: 200,
  timeMs: 5000,
  /** How long after `timeMs` an evaluation that does not answer (it is inside a built-in function) is ended. */
  graceMs: 500,
  /** Pages of 64 KiB: everything the sandbox has, 64 MiB. */
  memoryPages: 1024,
  /** Of the interpreter's 1 MiB stack; the rest is for the built-in functions below it. About 1,400 calls deep. */
  stackBytes: 256 * 1024,
  /** UTF-16 code units of what one file exports, as JSON. */
  resultLength: 8 * 1024 * 1024,
} as const;
