import type { LogRecord } from "./record.js";

/** Which records are wanted. */
export interface LogFilter {
  /** Only what was denied, or would be in audit mode. */
  readonly denied: boolean;
  /** Only what this policy decided: `namespace/name`, or the name of a tier's. */
  readonly policy?: string;
  /** Only what a pod or a policy of this namespace is part of. */
  readonly namespace?: string;
}

export function isAsked(record: LogRecord, { denied, policy, namespace }: LogFilter): boolean {
  const { disposition, policies } = record;
  if (denied && disposition === "allow") return false;
  if (namespace !== undefined && !concerns(record, namespace)) return false;
  if (policy === undefined) return true;
  return (
    policies?.some(
      ({ namespace, name }) => (namespace === undefined ? name : `${namespace}/${name}`) === policy,
    ) ?? false
  );
}

function concerns({ src, dest, policies = [] }: LogRecord, namespace: string): boolean {
  const ends = [src?.pod_namespace, dest?.pod_namespace];
  return ends.includes(namespace) || policies.some((policy) => policy.namespace === namespace);
}
