/** One subject's side of two policy sets: the exact ends and ports that one of them allows and the other does not. */
import type { Direction, Peer, PodMatch, Rule } from "../../ir/policy.js";
import type { PodClass } from "../sets/classes.js";
import { blockClasses } from "../sets/intervals.js";
import { allowedPorts } from "../sides/allowed_ports.js";
import type { PodKind, SideRules } from "../sides/policy_index.js";
import { changedPeers, isChanged, namesThatMatter, rulesOf, ruleChange } from "../sides/side_rules.js";
import type { RuleChange } from "../sides/side_rules.js";
import { describeEnds } from "./ends/describe_ends.js";
import { endClasses } from "./ends/end_classes.js";
import type { EndClasses } from "./ends/end_classes.js";
import { ANYWHERE, endSetsKey, isOutside } from "./ends/end_set.js";
import type { EndSet } from "./ends/end_set.js";
import { meetingPods } from "./meeting.js";
import type { ClassOfPods } from "./meeting.js";
import { namesLimit, portPoints } from "./port_points.js";
import type { PortPoint, PortPoints } from "./port_points.js";
import { allNamed, describePorts, portSetsKey } from "./port_sets.js";
import type { PortSet } from "./port_sets.js";
import { outsideAddress, podAddress } from "./witness_address.js";
import type { End } from "./flow_at.js";

export type ChangeKind = "opened" | "closed";

/** Flows that the side decides differently: every one with one of these ends on one of these ports. */
export interface OwnChange {
  readonly kind: ChangeKind;
  /** A rule that came, went or moved, and holds for all of them; undefined: that the subject is isolated did. */
  readonly cause: Rule | undefined;
  /** Pods that the cause is about, the subject among them. */
  readonly about: PodMatch;
  readonly ends: readonly EndSet[];
  readonly ports: readonly PortSet[];
  /** False: there are too many kinds of ends: these are those that the cause covers. */
  readonly exact: boolean;
  /** Equal for changes of one kind and cause that are told alike. */
  readonly key: string;
  /** One of them. */
  readonly sample: { readonly own: PodKind; readonly far: End; readonly port: PortPoint };
}

export interface OwnChanges {
  readonly changes: readonly OwnChange[];
  /** Else there are too many ends to look at all: the ends are those that the causes cover. */
  readonly complete: boolean;
}

export interface OwnSides {
  readonly before: SideRules;
  readonly after: SideRules;
}

const NONE: OwnChanges = { changes: [], complete: true };

export function ownChanges(
  direction: Direction,
  subject: ClassOfPods,
  own: OwnSides,
  limit: number,
): OwnChanges {
  const change = ruleChange(own.before, own.after);
  if (!isChanged(change)) return NONE;
  const comparison = new Comparison(direction, subject, own, change, limit);
  return { changes: comparison.changes(), complete: comparison.complete };
}

/** Some flow is decided differently. True too where there are too many ends to tell. */
export function ownSideChanges(
  direction: Direction,
  subject: ClassOfPods,
  own: OwnSides,
  limit: number,
): boolean {
  const change = ruleChange(own.before, own.after);
  if (!isChanged(change)) return false;
  const comparison = new Comparison(direction, subject, own, change, limit);
  return !comparison.complete || comparison.isDifferent();
}

interface Cause {
  readonly kind: ChangeKind;
  readonly rule: Rule | undefined;
}

/** Classes of ends for which the same rules hold by labels: their numbers; outside is one past the last. */
interface Row {
  readonly byLabels: bigint;
  readonly classes: number[];
}

class Comparison {
  readonly complete: boolean;
  private readonly rules: readonly Rule[];
  private readonly bit: ReadonlyMap<Rule, bigint>;
  private readonly ends: EndClasses;
  private readonly points: PortPoints;
  private readonly rows: readonly Row[];
  private readonly known = new Map<bigint, Record<ChangeKind, bigint>>();

  constructor(
    private readonly direction: Direction,
    private readonly subject: ClassOfPods,
    private readonly own: OwnSides,
    private readonly change: RuleChange,
    limit: number,
  ) {
    this.rules = [...new Set([...rulesOf(own.before), ...rulesOf(own.after)])];
    this.bit = new Map(this.rules.map((rule, index) => [rule, 1n << BigInt(index)]));
    this.ends = endClasses(this.rules, changedPeers(change), limit);
    const names = namesThatMatter(own.before, own.after);
    this.points = portPoints(this.rules, namesLimit(this.rules, names, limit));
    this.rows = this.makeRows();
    this.complete =
      this.ends.complete && this.points.complete && this.rows.length * this.ends.addresses.length <= limit;
  }

  private makeRows(): readonly Row[] {
    const { classes, outside, always } = this.ends;
    const rows = new Map<bigint, Row>();
    const add = (byLabels: bigint, index: number) => {
      const row = rows.get(byLabels);
      if (row) row.classes.push(index);
      else rows.set(byLabels, { byLabels, classes: [index] });
    };
    for (const [index, pod] of classes.entries()) if (this.meeting(pod)) add(this.ends.byLabels(pod), index);
    if (outside) add(always, classes.length);
    return [...rows.values()];
  }

  private meeting(pod: PodClass) {
    const { terms, within } = this.ends;
    return meetingPods(this.subject, { pod, matched: pod.matched, terms, within });
  }

  /** What is decided differently where just these rules hold. Outside is evaluated as if it had names: it has not. */
  private differing(holding: bigint): Record<ChangeKind, bigint> {
    let ports = this.known.get(holding);
    if (!ports) {
      const { every } = this.points;
      const of = (rule: Rule) => this.held(rule, holding);
      const [was, is] = [allowedPorts(this.own.before, of, every), allowedPorts(this.own.after, of, every)];
      this.known.set(holding, (ports = { opened: is & ~was, closed: was & ~is }));
    }
    return ports;
  }

  private held(rule: Rule, holding: bigint): bigint {
    return (holding & this.bit.get(rule)!) === 0n ? 0n : this.points.of(rule);
  }

  private *cells(): Generator<{ readonly row: number; readonly address: number; readonly holding: bigint }> {
    for (const [row, { byLabels }] of this.rows.entries())
      for (const [address, byAddress] of this.ends.byAddress.entries())
        yield { row, address, holding: byLabels | byAddress };
  }

  isDifferent(): boolean {
    for (const { row, holding } of this.cells()) {
      const { opened, closed } = this.differing(holding);
      if (((opened | closed) & this.reach(row)) !== 0n) return true;
    }
    return false;
  }

  /** The ports that a row's ends have. */
  private reach(row: number): bigint {
    const isOutsideOnly = this.rows[row]!.classes[0] === this.ends.classes.length;
    return this.direction === "egress" && isOutsideOnly ? this.points.nameless : this.points.every;
  }

  changes(): readonly OwnChange[] {
    return this.causes().flatMap((cause) => this.changesOf(cause));
  }

  /** The first changed rule that holds and says what came about, of every flow; else the isolation. */
  private causes(): readonly Cause[] {
    const found = new Map<string, Cause>();
    for (const { row, holding } of this.cells())
      for (const kind of ["opened", "closed"] as const) {
        let rest = this.differing(holding)[kind] & this.reach(row);
        const add = (rule: Rule | undefined) => {
          const key = `${kind} ${rule ? this.rules.indexOf(rule) : ""}`;
          if (!found.has(key)) found.set(key, { kind, rule });
        };
        for (const rule of rest === 0n ? [] : likelyCauses(kind, this.change)) {
          const own = this.held(rule, holding) & rest;
          if (own !== 0n) add(rule);
          rest &= ~own;
        }
        if (rest !== 0n) add(undefined);
      }
    return [...found.values()];
  }

  private changesOf(cause: Cause): readonly OwnChange[] {
    const cells = [...this.cells()].map((cell) => ({ ...cell, ports: this.portsOf(cause, cell.holding) }));
    return partsOf(cells.map(({ ports }) => ports)).flatMap((part): OwnChange[] => {
      const chosen = new Array<bigint>(this.ends.classes.length + 1).fill(0n);
      for (const { row, address, ports } of cells)
        if ((ports & part) !== 0n)
          for (const index of this.rows[row]!.classes) chosen[index]! |= 1n << BigInt(address);
      if (!this.ends.outside) chosen.pop();
      const ports = describePorts(this.points, part);
      const unreal = this.direction === "egress" && allNamed(ports);
      if (unreal && chosen.every((each, index) => each === 0n || index === this.ends.classes.length))
        return [];
      const all = this.complete ? describeEnds(this.ends, chosen) : spokenOf(cause.rule);
      const ends = unreal ? all.filter((each) => !isOutside(each)) : all;
      const about = cause.rule?.subject ?? isolatingSubject(this.own);
      const key = `${endSetsKey(ends)}\n${portSetsKey(ports)}`;
      return [
        {
          kind: cause.kind,
          cause: cause.rule,
          about,
          ends,
          ports,
          exact: this.complete,
          key,
          sample: this.sample(chosen, part),
        },
      ];
    });
  }

  private portsOf({ kind, rule }: Cause, holding: bigint): bigint {
    const ports = this.differing(holding)[kind];
    if (rule) return ports & this.held(rule, holding);
    return likelyCauses(kind, this.change).reduce((rest, each) => rest & ~this.held(each, holding), ports);
  }

  private sample(chosen: readonly bigint[], part: bigint): OwnChange["sample"] {
    const { classes, addresses, outside } = this.ends;
    const nameless = part & this.points.nameless;
    const isOutsideReal = this.direction === "ingress" || nameless !== 0n;
    const held = (bits: bigint) => addresses.filter((_, index) => ((bits >> BigInt(index)) & 1n) === 1n);
    const at =
      isOutsideReal && outside && chosen[classes.length] !== 0n
        ? classes.length
        : chosen.findIndex((each) => each !== 0n);
    const bits = nameless !== 0n ? nameless : part;
    const port = this.points.points.find((_, index) => ((bits >> BigInt(index)) & 1n) === 1n)!;
    const pod = classes[at];
    if (!pod)
      return { own: this.subject.pod, far: { pod: undefined, ip: outsideAddress(held(chosen[at]!)) }, port };
    const [own, far] = this.meeting(pod)!;
    const ip = addresses.length > 1 ? podAddress(held(chosen[at]!)) : undefined;
    return { own, far: { pod: far, ip }, port };
  }
}

/** The ports, apart by which of the sets hold them; those that none holds are left out. */
export function partsOf(sets: readonly bigint[]): readonly bigint[] {
  let parts: bigint[] = [];
  let union = 0n;
  for (const set of new Set(sets)) {
    if (set === 0n) continue;
    parts = parts.flatMap((part) => [part & set, part & ~set].filter((each) => each !== 0n));
    if ((set & ~union) !== 0n) parts.push(set & ~union);
    union |= set;
  }
  return parts;
}

function likelyCauses(kind: ChangeKind, { before, after }: RuleChange): readonly Rule[] {
  const [came, went] = kind === "opened" ? [after, before] : [before, after];
  return [
    ...came.filter(({ action }) => action !== "deny"),
    ...went.filter(({ action }) => action !== "allow"),
  ];
}

/** Where none of the changed rules holds, the isolation came or went with a policy. */
function isolatingSubject({ before, after }: OwnSides): PodMatch {
  return [...before.isolatedBy, ...after.isolatedBy][0]!.subject;
}

function spokenOf(cause: Rule | undefined): readonly EndSet[] {
  return (cause?.peers ?? []).map(setOf).concat(cause?.peers ? [] : [ANYWHERE]);
}

function setOf(peer: Peer): EndSet {
  if (peer.kind === "pods") return { pods: peer, except: [], addresses: undefined };
  const held = blockClasses([peer]).filter(({ matched }) => matched.length > 0);
  return { ...ANYWHERE, addresses: held.map(({ family, ranges }) => ({ family, ranges })) };
}
