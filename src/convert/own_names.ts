import type { TierPolicy } from "../ir/policy.js";

/**
 * Policies of different kinds may share a name and become objects of one kind: the later ones get `NAME-2` and so on.
 * @param nameOf the name that must be unique among the written objects
 */
export function withOwnNames(
  policies: readonly TierPolicy[],
  nameOf: (policy: TierPolicy) => string,
): readonly TierPolicy[] {
  const taken = new Set(policies.map(nameOf));
  const seen = new Set<string>();
  return policies.map((policy) => {
    let own = policy;
    for (let number = 2; seen.has(nameOf(own)) || (own !== policy && taken.has(nameOf(own))); number++)
      own = { ...policy, name: `${policy.name}-${number}` };
    seen.add(nameOf(own));
    return own;
  });
}
