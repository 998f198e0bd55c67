/**
 * Compares two clusters as far as files describe them: connections among the workloads that both have, connections of
 * these with any other end, and the policies' decisions for pods that no file describes. It leaves out only new and removed
 * workloads, and pods that a listed workload stands for: those of its namespace with the same changes.
 */
import type { Direction, PodMatch, Rule } from "../../../ir/policy.js";
import type { KnownCluster, Member } from "../../reachability/members.js";
import { PolicyIndex } from "../../sides/policy_index.js";
import { distinct } from "../../sides/content.js";
import { rulesOf } from "../../sides/side_rules.js";
import { knownDiff } from "./known_diff.js";
import type { KnownChange, KnownDiff } from "./known_diff.js";
import type { ChangeWithOthers } from "./known_others.js";
import { sideOf } from "./known_sides.js";
import type { ChangeKind } from "../own_side.js";
import type { ChangeTowards } from "./other_subjects.js";
import type { PortSet } from "../port_sets.js";
import type { PortSpan } from "../../sets/port_spans.js";
import { byName } from "./relabelled.js";
import { semanticDiff } from "../semantic_diff.js";
import type { Change } from "../semantic_diff.js";
import { StandIns } from "./stand_ins.js";

/** What changed for one workload: with known ones, with ends that no file describes, or with both. */
export interface WorkloadChange {
  readonly kind: ChangeKind;
  readonly direction: Direction;
  readonly subject: Member;
  /** Others have the same ports. */
  readonly known: KnownChange | undefined;
  readonly others: ChangeWithOthers | undefined;
}

export interface InventoryDiff extends Pick<KnownDiff, "compared" | "added" | "removed" | "moved"> {
  readonly workloads: readonly WorkloadChange[];
  /** What changed for subjects that no file describes, with a workload. */
  readonly towards: readonly ChangeTowards[];
  /** What changed for subjects that no file describes. */
  readonly otherSubjects: readonly (Change & { readonly kind: ChangeKind })[];
  readonly complete: boolean;
}

export function inventoryDiff(was: KnownCluster, is: KnownCluster): InventoryDiff {
  const [before, after] = byName(was, is);
  const diff = knownDiff(before, after);
  const possible = semanticDiff(before.policies, after.policies);
  const context: Context = {
    standIns: new StandIns(before.inventory, after.inventory),
    before: new PolicyIndex(before.policies),
    after: new PolicyIndex(after.policies),
  };
  const workloads = (["opened", "closed"] as const).flatMap((kind) => workloadChanges(kind, diff, context));
  const { compared, added, removed, moved } = diff;
  return {
    workloads,
    towards: diff.towards.flatMap((change) => towardsWorkload(change, workloads, context)),
    otherSubjects: (["opened", "closed"] as const).flatMap((kind) =>
      possible[kind].flatMap((change) => ofOtherSubjects({ ...change, kind }, workloads, context)),
    ),
    compared,
    added,
    removed,
    moved,
    complete: diff.complete && possible.complete,
  };
}

interface Context {
  readonly standIns: StandIns;
  readonly before: PolicyIndex;
  readonly after: PolicyIndex;
}

function workloadChanges(kind: ChangeKind, diff: KnownDiff, context: Context): readonly WorkloadChange[] {
  const known = diff[kind].filter(({ members }) => members.length > 0);
  const others = diff.withOthers
    .filter((change) => change.kind === kind)
    .flatMap((change) => {
      const listed = known.filter((each) => isAlike(each, change)).flatMap(({ members }) => members);
      const ends = asksForNames(change)
        ? change.ends
        : context.standIns.endsToTell(change.ends, termsOf(change, context), listed);
      return ends.length > 0 ? [{ ...change, ends }] : [];
    });
  const left = new Set(others);
  const joined = known.map((change): WorkloadChange => {
    const same = [...left].find(
      (each) => isAlike(each, change) && each.connection === "changed" && samePorts(each.ports, change.ports),
    );
    if (same) left.delete(same);
    return { kind, direction: change.direction, subject: change.subject, known: change, others: same };
  });
  const alone = [...left].map((change): WorkloadChange => {
    return { kind, direction: change.direction, subject: change.subject, known: undefined, others: change };
  });
  return [...joined, ...alone];
}

function asksForNames({ ports }: { readonly ports: readonly PortSet[] }): boolean {
  return ports.some(({ names, unless }) => names.length + unless.length > 0);
}

function isAlike(a: KnownChange | ChangeWithOthers, b: KnownChange | ChangeWithOthers): boolean {
  return a.subject === b.subject && a.direction === b.direction;
}

function samePorts(a: readonly PortSet[], b: readonly PortSpan[]): boolean {
  const text = (ports: readonly (PortSet | PortSpan)[]) =>
    ports
      .map(({ protocol, from, to, ...names }) => JSON.stringify([protocol, from, to, namesOf(names)]))
      .sort()
      .join();
  return text(a) === text(b);
}

function namesOf(port: object): readonly string[] {
  return "names" in port ? Object.values(port as Pick<PortSet, "names" | "unless">).flat() : [];
}

/** What tells the ends of a workload's change apart. */
function termsOf({ direction, subject }: ChangeWithOthers, { before, after }: Context): readonly PodMatch[] {
  const [was, is] = subject.at;
  return podsOf([...rulesOf(sideOf(before, direction, was!)), ...rulesOf(sideOf(after, direction, is!))]);
}

function podsOf(rules: readonly Rule[]): readonly PodMatch[] {
  return distinct(rules.flatMap(({ peers = [] }) => peers.filter((peer) => peer.kind === "pods")));
}

function towardsWorkload(
  change: ChangeTowards,
  workloads: readonly WorkloadChange[],
  { standIns }: Context,
): readonly ChangeTowards[] {
  const { kind, direction, peer } = change;
  const listed = workloads.filter(
    (each) => each.kind === kind && each.direction === direction && each.known?.members.includes(peer),
  );
  const subjects = standIns.subjectsToTell(
    change.subjects,
    listed.map(({ subject }) => subject),
  );
  return subjects.length > 0 ? [{ ...change, subjects }] : [];
}

function ofOtherSubjects(
  change: Change & { readonly kind: ChangeKind },
  workloads: readonly WorkloadChange[],
  { standIns }: Context,
): readonly (Change & { readonly kind: ChangeKind })[] {
  const { kind, direction, connection } = change;
  if (connection === "unchanged") return [];
  const listed = workloads.filter((each) => each.kind === kind && each.direction === direction);
  const members = [...new Set(listed.map(({ subject }) => subject))];
  // A workload may have no port of such a name.
  const subjects = asksForNames(change) ? change.subjects : standIns.subjectsToTell(change.subjects, members);
  return subjects.length > 0 ? [{ ...change, subjects }] : [];
}
