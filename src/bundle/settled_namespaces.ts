import type { Policy } from "../ir/policy.js";

/** Policies as they are enforced: one without a namespace is in `default`, as if that were written. */
export function settledNamespaces(policies: readonly Policy[]): readonly Policy[] {
  return policies.map((policy) =>
    policy.tier === "networkpolicy" && policy.namespaceUnwritten ? settled(policy) : policy,
  );
}

function settled<T>(value: T): T {
  if (Array.isArray(value)) return value.map((item) => settled(item as unknown)) as T;
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([key]) => key !== "namespaceUnwritten");
  return Object.fromEntries(entries.map(([key, inner]) => [key, settled(inner as unknown)])) as T;
}
