/** What `polc doctor` says of a machine. */
export interface Finding {
  /** The check that found it. */
  readonly check: string;
  /** A problem: something cannot work. A warning: something may not, or less well, depending on what cannot be seen from here. */
  readonly severity: "ok" | "warning" | "problem";
  readonly message: string;
  /** What to do. */
  readonly help?: string;
}

/** What a check returns; its name comes from the table of checks. */
export type Found = Omit<Finding, "check">;

export const ok = (message: string): Found => ({ severity: "ok", message });
export const warning = (message: string, help: string): Found => ({ severity: "warning", message, help });
export const problem = (message: string, help: string): Found => ({ severity: "problem", message, help });
