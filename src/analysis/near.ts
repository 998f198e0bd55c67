/** NetworkPolicies of one namespace that may select the same pods: only they can decide anything in place of each other. */
import type { NetworkPolicy, Policy } from "../ir/policy.js";
import type { Decided } from "./decided.js";
import { isolationOf, rulesOf } from "./decided.js";
import { textOf } from "./pod_conditions.js";
import { PortIndex } from "./port_index.js";
import type { Region } from "./region.js";
import { SubjectIndex } from "./subject_index.js";

/** What policies decide that may select one pod with a policy in question, itself among them. */
export class Near {
  #isolations: readonly Decided[] | undefined;
  readonly #rules: { ingress?: PortIndex; egress?: PortIndex } = {};

  constructor(private readonly policies: readonly NetworkPolicy[]) {}

  get isolations(): readonly Decided[] {
    return (this.#isolations ??= this.policies.flatMap(isolationOf));
  }

  /** Rules of the region's direction, in the order of the policies; those left out share no port with it. */
  rulesMeeting(region: Region): readonly Decided[] {
    const { direction } = region;
    this.#rules[direction] ??= new PortIndex(
      this.policies.flatMap((policy) =>
        rulesOf(policy).filter((rule) => rule.region.direction === direction),
      ),
    );
    return this.#rules[direction].meeting(region);
  }
}

/** @param policies none with a contradictory subject; those with one subject have the very same neighbours */
export function neighbours(policies: readonly NetworkPolicy[]): ReadonlyMap<Policy, Near> {
  const index = new SubjectIndex(policies);
  const bySubject = new Map<string, Near>();
  return new Map(
    policies.map((policy) => {
      const subject = textOf(policy.subject);
      let near = bySubject.get(subject);
      if (!near) bySubject.set(subject, (near = new Near(index.meeting(policy.subject))));
      return [policy, near];
    }),
  );
}
