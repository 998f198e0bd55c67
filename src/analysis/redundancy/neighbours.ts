/** NetworkPolicies of one namespace that may select the same pods: only they can decide anything in place of each other. */
import type { NetworkPolicy, PodMatch } from "../../ir/policy.js";
import type { Decided } from "../cover/decided.js";
import { isDefaultDeny, isolationOf, rulesOfDirection } from "../cover/decided.js";
import { textOf } from "../sets/pod_conditions.js";
import { PortIndex } from "../cover/port_index.js";
import type { Region } from "../sets/region.js";
import { SubjectIndex } from "../sets/subject_index.js";

/** What policies decide that may select one pod with a policy in question, itself among them. */
export class Neighbours {
  #isolations: readonly Decided[] | undefined;
  #denials: readonly Decided[] | undefined;
  readonly #rules: { ingress?: PortIndex; egress?: PortIndex } = {};

  constructor(private readonly policies: readonly NetworkPolicy[]) {}

  get isolations(): readonly Decided[] {
    return (this.#isolations ??= this.policies.flatMap(isolationOf));
  }

  /** The isolations by policies that allow nothing. */
  get denials(): readonly Decided[] {
    return (this.#denials ??= this.policies.filter(isDefaultDeny).flatMap(isolationOf));
  }

  /** Rules of the region's direction, in the order of the policies; those left out share no port with it. */
  rulesMeeting(region: Region): readonly Decided[] {
    const { direction } = region;
    this.#rules[direction] ??= new PortIndex(rulesOfDirection(this.policies, direction));
    return this.#rules[direction].meeting(region);
  }
}

export class Neighbourhood {
  #index: SubjectIndex | undefined;
  readonly #bySubject = new Map<string, Neighbours>();

  /** @param policies none with a contradictory subject */
  constructor(private readonly policies: readonly NetworkPolicy[]) {}

  /** Of the policies with this subject. */
  of(subject: PodMatch): Neighbours {
    const text = textOf(subject);
    let neighbours = this.#bySubject.get(text);
    if (!neighbours) {
      this.#index ??= new SubjectIndex(this.policies);
      this.#bySubject.set(text, (neighbours = new Neighbours(this.#index.meeting(subject))));
    }
    return neighbours;
  }
}
