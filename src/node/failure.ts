/** Why something on the node could not be done: the form in which `polc-loader` reports it. A value, never thrown. */
export interface Failure {
  readonly error: string;
  /** What to do about it. */
  readonly help?: string;
}

export function isFailure(value: unknown): value is Failure {
  return typeof value === "object" && value !== null && typeof (value as Failure).error === "string";
}

/** A failure of the operating system, such as from `node:fs`. */
export function failureOf(doing: string, error: unknown): Failure {
  const code = (error as NodeJS.ErrnoException).code;
  const text = error instanceof Error ? error.message : String(error);
  if (code === "EACCES" || code === "EPERM")
    return { error: `${doing}: permission denied`, help: "run it as root" };
  return { error: `${doing}: ${text}` };
}
