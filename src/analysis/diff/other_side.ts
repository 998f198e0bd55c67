/**
 * The part of a side's change that changes connections: a flow passes only if the policies of both ends allow it. What
 * opened passes now if the other end allows it after, what closed passed if it did before.
 */
import type { Direction, PodMatch, Rule } from "../../ir/policy.js";
import type { Family } from "../../ir/address.js";
import { formatAddress } from "../../ir/address.js";
import { podClasses } from "../sets/classes.js";
import type { PodClass } from "../sets/classes.js";
import { blockClasses } from "../sets/intervals.js";
import type { BlockClass } from "../sets/intervals.js";
import { isContradictory, podsIntersect } from "../sets/pod_conditions.js";
import { allowedPorts } from "../sides/allowed_ports.js";
import { contentOf, distinct } from "../sides/content.js";
import type { PolicyIndex } from "../sides/policy_index.js";
import { namesThatMatter, rulesOf } from "../sides/side_rules.js";
import { EVERY_POD } from "../cover/peer_points.js";
import { describeEnds } from "./ends/describe_ends.js";
import { behavioursOf } from "./ends/behaviours.js";
import type { Behaviour } from "./ends/behaviours.js";
import { blocksOf, EVERY_ADDRESS } from "./ends/end_classes.js";
import { endSetsKey, isOutside } from "./ends/end_set.js";
import type { AddressSet, EndSet } from "./ends/end_set.js";
import { meetingPods } from "./meeting.js";
import { partsOf } from "./own_side.js";
import { namesLimit, portPoints } from "./port_points.js";
import type { PortPoint, PortPoints } from "./port_points.js";
import { allNamed, describePorts, matchesOf, pointsWithin, portSetsKey } from "./port_sets.js";
import type { PortSet } from "./port_sets.js";
import type { End } from "./flow_at.js";
import type { SubjectAddress, SubjectClasses, SubjectRow, Subjects } from "./subjects.js";
import { outsideAddress, podAddress } from "./witness_address.js";

/** Flows from or to all of `subjects`, the other end one of `ends`, on one of `ports`. */
export interface FlowSet {
  readonly subjects: readonly EndSet[];
  readonly ends: readonly EndSet[];
  readonly ports: readonly PortSet[];
}

/** The flows that one side decides differently. */
export interface ChangedFlows extends FlowSet {
  /** Its policies match addresses, so a flow that shows the change has one, even if all addresses changed alike. */
  readonly addressed?: boolean;
}

export interface DecidedFlows extends FlowSet {
  /** The other end's policies allow all of them, or none; undefined: there are too many kinds of other ends to tell. */
  readonly allowed: boolean | undefined;
  readonly sample: { readonly own: End; readonly far: End; readonly port: PortPoint };
}

/** So many classes of other ends are put into words; more are left as they are. */
const MOST_CLASSES = 1024;

/** Thousands of terms make more classes than are put into words, except for a few cases: a few classes tell which it is. */
function mostClasses(terms: readonly PodMatch[], limit: number): number {
  return terms.length > 2 * MOST_CLASSES ? Math.min(limit, 16) : limit;
}

/** The flows of a change, by what the other end says of them. Undefined: the subjects alone are of too many kinds. */
export function byOtherEnd(
  direction: Direction,
  flows: ChangedFlows,
  index: PolicyIndex,
  subjects: Subjects,
  limit: number,
): readonly DecidedFlows[] | undefined {
  const found = new Map<string, DecidedFlows>();
  for (const end of flows.ends) {
    const part = new EndPart(direction, end, flows, index, Math.min(limit, MOST_CLASSES));
    const decided = part.decided(subjects);
    if (!decided) return undefined;
    for (const each of decided) {
      const key = `${each.allowed}\n${endSetsKey(each.subjects)}\n${portSetsKey(each.ports)}`;
      const other = found.get(key);
      found.set(key, other ? { ...other, ends: [...other.ends, ...each.ends] } : each);
    }
  }
  return [...found.values()];
}

const OPPOSITE = { ingress: "egress", egress: "ingress" } as const;

interface Row {
  readonly subject: SubjectRow;
  readonly address: number;
  /** For each behaviour the ports that it allows. */
  readonly allowed: readonly bigint[];
}

class EndPart {
  private readonly terms: readonly PodMatch[];
  private readonly classes: readonly PodClass[];
  private readonly hasOutside: boolean;
  private readonly complete: boolean;
  private readonly behaviours: readonly Behaviour[];
  private readonly families: ReadonlySet<Family>;
  private readonly met = new Map<SubjectRow, Map<number, ReturnType<typeof meetingPods>>>();

  constructor(
    private readonly direction: Direction,
    private readonly end: EndSet,
    private readonly flows: ChangedFlows,
    index: PolicyIndex,
    private readonly limit: number,
  ) {
    const { pods, except, addresses } = end;
    const onlyOutside = isOutside(end);
    const subjects = onlyOutside ? [] : index.subjects(OPPOSITE[direction], pods ?? EVERY_POD);
    this.terms = distinct([...except, ...subjects]);
    this.hasOutside = !pods;
    const found = onlyOutside
      ? { classes: [], truncated: false }
      : podClasses(this.terms, { limit: mostClasses(this.terms, limit), ...(pods && { within: pods }) });
    this.complete = !found.truncated;
    const refused = new Set(except.map(contentOf));
    this.classes = found.classes.filter(
      ({ matched }) => !matched.some((term) => refused.has(contentOf(this.terms[term]!))),
    );
    this.behaviours = this.complete
      ? behavioursOf(this.classes, this.hasOutside, index, OPPOSITE[direction])
      : [];
    this.families = new Set<Family>(addresses ? addresses.map(({ family }) => family) : [4, 6]);
  }

  decided(subjects: Subjects): readonly DecidedFlows[] | undefined {
    return (this.complete ? this.all(subjects) : undefined) ?? this.undecided(subjects);
  }

  /** Undefined: there are too many kinds of flows. */
  private all(subjects: Subjects): readonly DecidedFlows[] | undefined {
    const rules = this.behaviours.flatMap(({ side }) => rulesOf(side));
    const pods = distinct(rules.flatMap(({ peers = [] }) => peers.filter((each) => each.kind === "pods")));
    const chosen = subjects.classes(
      pods.filter((each) => !isContradictory(each)),
      blocksOf(rules),
    );
    if (!chosen) return undefined;
    const points = this.pointsOf(rules, subjects);
    const count = chosen.rows.reduce((sum, { addresses }) => sum + addresses.length, 0);
    if (!points.complete || count * this.behaviours.length > 64 * this.limit) return undefined;
    return this.grouped(chosen, points, this.allowedBy(subjects, points));
  }

  private pointsOf(rules: readonly Rule[], subjects: Subjects): PortPoints {
    const matches = [{ ports: matchesOf(this.flows.ports) }, ...rules.map((rule) => subjects.ports(rule))];
    const most = Math.max(1, ...this.behaviours.map(({ side }) => namesThatMatter(side, side)));
    const named = Math.max(...this.flows.ports.map(({ names }) => names.length));
    return portPoints(matches, namesLimit(matches, named + most, 64 * this.limit));
  }

  /** Outside no policies are; of pods it is left open what theirs say. */
  private undecided(subjects: Subjects): readonly DecidedFlows[] | undefined {
    const { subjects: own, ports } = this.flows;
    const rows = subjects.classes([], [])?.rows;
    if (!rows) return undefined;
    const points = this.pointsOf([], subjects);
    const part = pointsWithin(points, ports);
    const row = rows.map((subject): Row => ({ subject, address: 0, allowed: [] }));
    const { pods, except, addresses } = this.end;
    const outside: EndSet = { pods, except: [...except, EVERY_POD], addresses };
    const inside: EndSet = { pods: pods ?? EVERY_POD, except, addresses };
    const hasOutside = this.hasOutside && !(this.direction === "egress" && allNamed(ports));
    const met = [...this.classes.keys()].find((each) =>
      row.some(({ subject }) => this.meeting(subject, each)),
    );
    return [
      ...(hasOutside
        ? [
            {
              subjects: own,
              ends: [outside],
              ports,
              allowed: true,
              sample: this.sample(row, [this.classes.length], points, part),
            },
          ]
        : []),
      ...(met !== undefined
        ? [
            {
              subjects: own,
              ends: [inside],
              ports,
              allowed: undefined,
              sample: this.sample(row, [met], points, part),
            },
          ]
        : []),
    ];
  }

  private grouped(
    subjects: SubjectClasses,
    points: PortPoints,
    allowed: ReturnType<EndPart["allowedBy"]>,
  ): readonly DecidedFlows[] {
    const wanted = pointsWithin(points, this.flows.ports);
    const groups = new Map<string, Row[]>();
    for (const subject of subjects.rows)
      for (const [address, each] of subject.addresses.entries()) {
        if (each.family !== undefined && !this.families.has(each.family)) continue;
        const row = { subject, address, allowed: allowed(subject, each) };
        const key = row.allowed.join();
        const group = groups.get(key);
        if (group) group.push(row);
        else groups.set(key, [row]);
      }
    return [...groups.values()].flatMap((rows) => this.ofRows(rows, subjects, points, wanted));
  }

  private allowedBy(subjects: Subjects, points: PortPoints) {
    const wanted = pointsWithin(points, this.flows.ports);
    const known = new Map<string, readonly bigint[]>();
    const rules = [...new Set(this.behaviours.flatMap(({ side }) => rulesOf(side)))];
    return ({ matched }: SubjectRow, address: SubjectAddress): readonly bigint[] => {
      const held = new Set<Rule>();
      let key = "";
      for (const rule of rules) {
        const { peers } = rule;
        const holds =
          !peers ||
          peers.some((each) => (each.kind === "pods" ? matched : address.matched).has(contentOf(each)));
        if (holds) held.add(rule);
        key += holds ? "1" : "0";
      }
      let ports = known.get(key);
      if (!ports) {
        const of = (rule: Rule) => (held.has(rule) ? points.of(subjects.ports(rule)) : 0n);
        ports = this.behaviours.map(({ side }) => allowedPorts(side, of, points.every) & wanted);
        known.set(key, ports);
      }
      return ports;
    };
  }

  private ofRows(
    rows: readonly Row[],
    subjects: SubjectClasses,
    points: PortPoints,
    wanted: bigint,
  ): readonly DecidedFlows[] {
    const { allowed } = rows[0]!;
    const own = subjects.describe(this.chosenAddresses(rows));
    return partsOf([wanted, ...allowed]).flatMap((part) =>
      [true, false].flatMap((isAllowed): DecidedFlows[] => {
        const classes = this.behaviours.flatMap(({ classes }, i) =>
          ((allowed[i]! & part) !== 0n) === isAllowed ? classes : [],
        );
        return this.described(rows, { part, points, isAllowed, classes, own });
      }),
    );
  }

  private described(
    rows: readonly Row[],
    of: {
      readonly part: bigint;
      readonly points: PortPoints;
      readonly isAllowed: boolean;
      readonly classes: readonly number[];
      readonly own: readonly EndSet[];
    },
  ): DecidedFlows[] {
    const { part, points, isAllowed, own } = of;
    const ports = describePorts(points, part);
    const unreal = this.direction === "egress" && allNamed(ports);
    const classes = of.classes.filter((each) =>
      each === this.classes.length ? !unreal : rows.some(({ subject }) => this.meeting(subject, each)),
    );
    if (classes.length === 0) return [];
    const sample = this.sample(rows, classes, points, part);
    return [{ subjects: own, ends: this.endsOf(classes), ports, allowed: isAllowed, sample }];
  }

  private endsOf(classes: readonly number[]): readonly EndSet[] {
    const { pods, addresses, except } = this.end;
    const all = this.classes.length + (this.hasOutside ? 1 : 0);
    if (classes.length === all) return [this.end];
    const chosen = new Array<bigint>(all).fill(0n);
    for (const each of classes) chosen[each] = 1n;
    const { terms, hasOutside: outside } = this;
    const space = { terms, classes: this.classes, outside, within: pods, addresses: [EVERY_ADDRESS] };
    return describeEnds(space, chosen).map((set) => {
      // What is left out of the end is left out of each part of it that it may meet.
      const left = except.filter((each) => !set.pods || podsIntersect(set.pods, each));
      return { pods: set.pods, except: distinct([...left, ...set.except]), addresses };
    });
  }

  /** Addresses of a family that the other end has not may be chosen as well: no flow has them. */
  private chosenAddresses(rows: readonly Row[]): ReadonlyMap<SubjectRow, bigint> {
    const chosen = new Map<SubjectRow, bigint>();
    for (const { subject, address } of rows)
      chosen.set(subject, (chosen.get(subject) ?? 0n) | (1n << BigInt(address)));
    for (const [subject, bits] of chosen) {
      const isWhole = subject.addresses.every(
        ({ family }, index) =>
          (family !== undefined && !this.families.has(family)) || ((bits >> BigInt(index)) & 1n) === 1n,
      );
      if (isWhole) chosen.set(subject, (1n << BigInt(subject.addresses.length)) - 1n);
    }
    return chosen;
  }

  private meeting(subject: SubjectRow, index: number): ReturnType<typeof meetingPods> {
    let known = this.met.get(subject);
    if (!known) this.met.set(subject, (known = new Map()));
    if (!known.has(index)) {
      const pod = this.classes[index]!;
      const far = { pod, matched: pod.matched, terms: this.terms, within: this.end.pods };
      known.set(index, meetingPods(subject.pods, far));
    }
    return known.get(index);
  }

  private sample(
    rows: readonly Row[],
    classes: readonly number[],
    points: PortPoints,
    part: bigint,
  ): DecidedFlows["sample"] {
    const nameless = part & points.nameless;
    const bits = nameless !== 0n ? nameless : part;
    const port = points.points.find((_, index) => ((bits >> BigInt(index)) & 1n) === 1n)!;
    const real = this.direction === "ingress" || nameless !== 0n;
    const isOutside = real && classes.includes(this.classes.length);
    for (const { subject, address } of rows) {
      const { ip, family } = subject.addresses[address]!;
      const known = addressesOf(this.end.addresses, family);
      if (isOutside)
        return {
          own: { pod: subject.pods.pod, ip },
          far: { pod: undefined, ip: outsideAddress(known) },
          port,
        };
      const isAddressed = this.end.addresses || family !== undefined || this.flows.addressed;
      const farIp = isAddressed ? podAddress(known) : undefined;
      for (const index of classes) {
        const pair = index < this.classes.length ? this.meeting(subject, index) : undefined;
        if (pair) return { own: { pod: pair[0], ip }, far: { pod: pair[1], ip: farIp }, port };
      }
    }
    throw new Error("a change without a flow");
  }
}

function addressesOf(set: AddressSet | undefined, family: Family | undefined): readonly BlockClass[] {
  const all = set ? set.map((each): BlockClass => blockClassOf(each)) : blockClasses([]);
  return all.filter((each) => family === undefined || each.family === family);
}

function blockClassOf({ family, ranges }: AddressSet[number]): BlockClass {
  const { first, last } = ranges[0]!;
  return {
    family,
    ranges,
    matched: [],
    signature: 0n,
    witness: formatAddress({ family, value: first < last ? first + 1n : first }),
  };
}
