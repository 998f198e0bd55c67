/** Differences between two policy sets, gathered by the rule that makes them. */
import type { Direction, PodMatch, Rule } from "../../ir/policy.js";
import { contentOf } from "../sides/content.js";
import type { OtherEnd } from "./other_end_classes.js";
import type { PodKind } from "../sides/policy_index.js";
import type { PortPoint, PortPoints } from "./port_points.js";
import type { RuleChange } from "../sides/side_rules.js";

export type ChangeKind = "opened" | "closed";

/** A flow that the two sets decide differently, and all like it. */
export interface ChangedPoint {
  readonly pod: PodKind;
  readonly far: OtherEnd;
  readonly port: PortPoint;
}

/** What one changed rule, or a changed isolation, makes different. */
export interface SideChange {
  readonly kind: ChangeKind;
  readonly direction: Direction;
  readonly subject: PodMatch;
  /** The rule that came, went or moved; undefined: that the subject is isolated did. */
  readonly cause: Rule | undefined;
  /** Every port at which some flow differs. */
  readonly ports: readonly PortPoint[];
  /** Some of the points. */
  readonly points: readonly ChangedPoint[];
}

/** One subject and peer at which the sets differ. */
export interface Difference {
  readonly subject: PodMatch;
  readonly pod: PodKind;
  readonly far: OtherEnd;
  readonly change: RuleChange;
  readonly ports: PortPoints;
  /** The ports on which a rule holds here. */
  held(rule: Rule): bigint;
}

interface Group extends SideChange {
  readonly ports: PortPoint[];
  readonly points: ChangedPoint[];
  readonly known: Set<string>;
}

/** Of each group as many are kept: one of them is to be a connection whose other end allows it. */
const POINTS_KEPT = 8;

export class ChangeGroups {
  private readonly groups = new Map<Rule | string, Record<ChangeKind, Group | undefined>>();

  constructor(private readonly direction: Direction) {}

  get size(): number {
    return this.groups.size;
  }

  changes(): readonly SideChange[] {
    return [...this.groups.values()].flatMap(({ opened, closed }) =>
      [opened, closed].filter((group) => group !== undefined),
    );
  }

  /** Each port is the doing of the first changed rule that holds there and says what came about; else the isolation's. */
  add(kind: ChangeKind, ports: bigint, difference: Difference): void {
    let rest = ports;
    for (const rule of likelyCauses(kind, difference.change)) {
      if (rest === 0n) return;
      const own = difference.held(rule) & rest;
      if (own !== 0n) this.put(kind, rule, own, difference);
      rest &= ~own;
    }
    if (rest !== 0n) this.put(kind, undefined, rest, difference);
  }

  private put(kind: ChangeKind, cause: Rule | undefined, ports: bigint, difference: Difference): void {
    const group = this.groupOf(kind, cause, difference.subject);
    for (const [index, port] of difference.ports.points.entries()) {
      if (((ports >> BigInt(index)) & 1n) === 0n) continue;
      const text = `${port.protocol} ${port.from} ${port.to} ${port.names.join()}`;
      const isNew = !group.known.has(text);
      if (isNew) {
        group.known.add(text);
        group.ports.push(port);
      }
      if (isNew || group.points.length < POINTS_KEPT)
        group.points.push({ pod: difference.pod, far: difference.far, port });
    }
  }

  private groupOf(kind: ChangeKind, cause: Rule | undefined, subject: PodMatch): Group {
    const key = cause ?? contentOf(subject);
    let pair = this.groups.get(key);
    if (!pair) this.groups.set(key, (pair = { opened: undefined, closed: undefined }));
    return (pair[kind] ??= {
      kind,
      direction: this.direction,
      subject: cause?.subject ?? subject,
      cause,
      ports: [],
      points: [],
      known: new Set(),
    });
  }
}

function likelyCauses(kind: ChangeKind, { before, after }: RuleChange): readonly Rule[] {
  const [came, went] = kind === "opened" ? [after, before] : [before, after];
  return [
    ...came.filter(({ action }) => action !== "deny"),
    ...went.filter(({ action }) => action !== "allow"),
  ];
}
