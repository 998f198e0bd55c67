/** One direction of two policy sets, in every possible cluster: where the verdicts of the subject's side differ. */
import type { Direction, PodMatch } from "../../ir/policy.js";
import { podClasses } from "../sets/classes.js";
import { allowedPorts } from "../sides/allowed_ports.js";
import { ChangeGroups } from "./change_groups.js";
import type { SideChange } from "./change_groups.js";
import { distinct } from "../sides/content.js";
import { otherEnds } from "./other_end_classes.js";
import type { PodKind, Sides, SideRules } from "../sides/policy_index.js";
import { portPoints } from "./port_points.js";
import { changedPeers, isChanged, namesThatMatter, rulesOf, ruleChange } from "../sides/side_rules.js";

export interface SideChanges {
  readonly changes: readonly SideChange[];
  /** Everything was looked at; else there may be more. */
  readonly complete: boolean;
}

export interface ExploreOptions {
  /** The most classes of subjects, and of peers of one subject, that are looked at. */
  readonly limit: number;
  /** One change is enough. */
  readonly stopAtFirst: boolean;
}

/** @param subjects any pod that the sets speak of differently is selected by one of them */
export function sideChanges(
  direction: Direction,
  { before, after }: Sides,
  subjects: readonly PodMatch[],
  options: ExploreOptions,
): SideChanges {
  const groups = new ChangeGroups(direction);
  const seen = new Set<string>();
  let complete = true;
  for (const subject of subjects) {
    const matches = distinct([...before.subjects(direction, subject), ...after.subjects(direction, subject)]);
    const { classes, truncated } = podClasses(matches, { within: subject, limit: options.limit });
    if (truncated) complete = false;
    for (const pod of classes) {
      const spoken: Spoken = {
        subject,
        pod,
        before: before.side(direction, pod),
        after: after.side(direction, pod),
      };
      const key = `${before.keyOf(spoken.before)} ${after.keyOf(spoken.after)}`;
      if (seen.has(key)) continue;
      seen.add(key);
      if (!compareSides(direction, spoken, groups, options.limit)) complete = false;
      if (options.stopAtFirst && groups.size > 0) return { changes: groups.changes(), complete: false };
    }
  }
  return { changes: groups.changes(), complete };
}

/** A kind of subject, and what each side says about it. */
interface Spoken {
  readonly subject: PodMatch;
  readonly pod: PodKind;
  readonly before: SideRules;
  readonly after: SideRules;
}

/** False: there are more peers than the limit. */
function compareSides(
  direction: Direction,
  { subject, pod, before, after }: Spoken,
  groups: ChangeGroups,
  limit: number,
): boolean {
  const change = ruleChange(before, after);
  if (!isChanged(change)) return true;
  const rules = [...new Set([...rulesOf(before), ...rulesOf(after)])];
  const bitOf = new Map(rules.map((rule, index) => [rule, 1n << BigInt(index)]));
  const ports = portPoints(rules, namesThatMatter(before, after));
  const seen = new Set<string>();
  let complete = true;
  for (const within of changedPeers(change)) {
    const found = otherEnds(rules, within, { limit });
    if (!found.complete) complete = false;
    for (const far of found.ends) {
      const key = `${far.pod !== undefined} ${far.holding}`;
      if (seen.has(key)) continue;
      seen.add(key);
      const reach = direction === "egress" && !far.pod ? ports.nameless : ports.every;
      const held = (rule: (typeof rules)[number]) =>
        (far.holding & bitOf.get(rule)!) === 0n ? 0n : ports.of(rule) & reach;
      const allowed = {
        before: allowedPorts(before, held, reach),
        after: allowedPorts(after, held, reach),
      };
      groups.add("opened", allowed.after & ~allowed.before, { subject, pod, far, change, ports, held });
      groups.add("closed", allowed.before & ~allowed.after, { subject, pod, far, change, ports, held });
    }
  }
  return complete;
}
