import type { LogRecord } from "./record.js";

/** Which records are wanted. */
export interface LogFilter {
  /** Only what was denied, or would be in audit mode. */
  readonly denied: boolean;
  /** Only what this policy decided: `namespace/name`, or the name of a tier's. */
  readonly policy?: string;
}

export function isAsked({ disposition, policies }: LogRecord, { denied, policy }: LogFilter): boolean {
  if (denied && disposition === "allow") return false;
  if (policy === undefined) return true;
  return (
    policies?.some(
      ({ namespace, name }) => (namespace === undefined ? name : `${namespace}/${name}`) === policy,
    ) ?? false
  );
}
