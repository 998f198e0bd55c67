/** What is done on a system, one line of the report a step. */
export interface Step {
  readonly name: string;
  /** Returns what is worth reading beside `passed`. Throws what was wrong. */
  run(): Promise<string | void>;
}

export function expect(condition: boolean, problem: string): asserts condition {
  if (!condition) throw new Error(problem);
}

export function lastLines(text: string, count = 25): string {
  return text.trimEnd().split("\n").slice(-count).join("\n");
}
