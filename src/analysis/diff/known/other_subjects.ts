/**
 * Connections of pods that no file describes with a known pod of which something else is known now: its labels, its names
 * of ports, its place on the host network. Policies that did not change may say something else of it.
 */
import type { Direction, Peer, PodMatch, Rule } from "../../../ir/policy.js";
import { decide, matchesPeer } from "../../semantics/decide.js";
import type { Decision, Flow } from "../../semantics/decide.js";
import type { KnownPod, Member } from "../../reachability/members.js";
import { portsOf } from "../../reachability/reach.js";
import { podClasses } from "../../sets/classes.js";
import type { PodClass } from "../../sets/classes.js";
import { blockClasses } from "../../sets/intervals.js";
import type { BlockClass } from "../../sets/intervals.js";
import { isContradictory, podsIntersect } from "../../sets/pod_conditions.js";
import { allowedPorts } from "../../sides/allowed_ports.js";
import { contentOf, distinct } from "../../sides/content.js";
import { sameFamily } from "../../sides/same_family.js";
import type { SideRules } from "../../sides/policy_index.js";
import { namesThatMatter, rulesOf } from "../../sides/side_rules.js";
import { EVERY_POD } from "../../cover/peer_points.js";
import { saysTheSame } from "../changed_subjects.js";
import { describeEnds } from "../ends/describe_ends.js";
import { blocksOf, EVERY_ADDRESS } from "../ends/end_classes.js";
import type { EndSet } from "../ends/end_set.js";
import { classOf, endOf, knownFlow, NamesOf } from "./known_end.js";
import { OPPOSITE, sideOf } from "./known_sides.js";
import type { KnownSides } from "./known_sides.js";
import { meetingPods } from "../meeting.js";
import { partsOf } from "../own_side.js";
import type { ChangeKind } from "../own_side.js";
import { namesLimit, portPoints } from "../port_points.js";
import type { PortPoints } from "../port_points.js";
import { describePorts, portSetsKey } from "../port_sets.js";
import type { PortSet } from "../port_sets.js";
import { podAddress } from "../witness_address.js";

/** Flows between any of `subjects`, whose side changed, and a known pod. */
export interface ChangeTowards {
  readonly kind: ChangeKind;
  readonly direction: Direction;
  readonly subjects: readonly EndSet[];
  readonly peer: Member;
  readonly ports: readonly PortSet[];
  readonly witness: { readonly before: Flow; readonly after: Flow };
  readonly before: Decision;
  readonly after: Decision;
}

export interface ChangesTowards {
  readonly changes: readonly ChangeTowards[];
  readonly complete: boolean;
}

const SIDES = ["before", "after"] as const;
const KINDS = ["opened", "closed"] as const;

export class OtherSubjects {
  private found: readonly (readonly [Peer, readonly Rule[]])[] | undefined;

  /** @param direction of the subjects */
  constructor(
    private readonly direction: Direction,
    private readonly sides: KnownSides,
    private readonly limit: number,
  ) {}

  changesTowards(member: Member): ChangesTowards {
    const [was, is] = member.at as readonly [KnownPod, KnownPod];
    const subjects = distinct(this.rulesThatTell(was, is).map(({ subject }) => subject));
    const found = subjects
      .filter((each) => !isContradictory(each))
      .map((within) => new Towards(this.direction, member, within, this.sides, this.limit).changes());
    return {
      changes: found.flatMap((each) => each ?? []),
      complete: found.every((each) => each !== undefined),
    };
  }

  /** The rules that hold for the pod on one side only, or may mean other ports of it. */
  private rulesThatTell(was: KnownPod, is: KnownPod): readonly Rule[] {
    const [before, after] = [endOf(was), endOf(is)];
    const byPeer = this.peers().flatMap(([peer, rules]) =>
      matchesPeer(peer, before) === matchesPeer(peer, after) ? [] : rules,
    );
    if (this.direction === "ingress" || saysTheSame(portsOf(was.pod), portsOf(is.pod))) return byPeer;
    return [...byPeer, ...this.rules().filter(({ ports }) => ports?.some(({ kind }) => kind === "named"))];
  }

  private rules(): readonly Rule[] {
    return SIDES.flatMap((side) => this.sides[side].index.rulesOn(this.direction, EVERY_POD));
  }

  private peers() {
    if (!this.found) {
      const found = new Map<string, [Peer, Rule[]]>();
      for (const rule of this.rules())
        for (const peer of rule.peers ?? []) {
          const text = contentOf(peer);
          const known = found.get(text);
          if (known) known[1].push(rule);
          else found.set(text, [peer, [rule]]);
        }
      this.found = [...found.values()];
    }
    return this.found;
  }
}

/** Told alike of these classes of subjects, with these addresses of each. */
interface Group {
  readonly kind: ChangeKind;
  readonly ports: readonly PortSet[];
  readonly chosen: bigint[];
  readonly sample: { readonly before: Flow; readonly after: Flow };
}

/** The pods of one subject and one known pod. */
class Towards {
  private readonly terms: readonly PodMatch[];
  private readonly found: ReturnType<typeof podClasses>;
  private readonly addresses: readonly BlockClass[];
  /** The known pod's own side. */
  private readonly far: Record<"before" | "after", SideRules>;
  private readonly names: Record<"before" | "after", NamesOf>;

  constructor(
    private readonly direction: Direction,
    private readonly member: Member,
    private readonly within: PodMatch,
    private readonly sides: KnownSides,
    private readonly limit: number,
  ) {
    const opposite = OPPOSITE[direction];
    const [was, is] = member.at as readonly [KnownPod, KnownPod];
    this.names = { before: new NamesOf(opposite, was), after: new NamesOf(opposite, is) };
    this.far = {
      before: this.names.before.side(sideOf(sides.before.index, opposite, was)),
      after: this.names.after.side(sideOf(sides.after.index, opposite, is)),
    };
    const rules = SIDES.flatMap((side) => rulesOf(this.far[side]));
    const pods = rules.flatMap(({ peers = [] }) => peers.filter((peer) => peer.kind === "pods"));
    this.terms = distinct([
      ...SIDES.flatMap((side) => sides[side].index.subjects(direction, within)),
      ...pods.filter((each) => !isContradictory(each) && podsIntersect(each, within)),
    ]);
    this.found = podClasses(this.terms, { within, limit });
    const blocks = blocksOf(rules);
    this.addresses = blocks.length > 0 ? blockClasses(blocks) : [EVERY_ADDRESS];
  }

  /** Undefined: there are too many classes. */
  changes(): readonly ChangeTowards[] | undefined {
    const groups = new Map<string, Group>();
    for (const [index, pod] of this.found.classes.entries())
      if (!this.add(index, pod, groups)) return undefined;
    if (this.found.truncated) return undefined;
    const { classes } = this.found;
    const { terms, within, addresses } = this;
    return [...groups.values()].map(({ kind, ports, chosen, sample }) => {
      const subjects = describeEnds({ terms, classes, outside: false, within, addresses }, chosen);
      const [before, after] = SIDES.map((side) =>
        decide(this.sides[side].index.concerning(sample[side]), sample[side]),
      ) as [Decision, Decision];
      return {
        kind,
        direction: this.direction,
        subjects,
        peer: this.member,
        ports,
        witness: sample,
        before,
        after,
      };
    });
  }

  private add(index: number, pod: PodClass, groups: Map<string, Group>): boolean {
    const { direction, terms, within } = this;
    const known = classOf(this.member.at[1]!);
    const pair = meetingPods(known, { pod, matched: pod.matched, terms, within });
    if (!pair) return true;
    const own = Object.fromEntries(
      SIDES.map((side) => [side, this.names[side].side(this.sides[side].index.side(direction, pod))]),
    ) as Record<"before" | "after", SideRules>;
    const rules = SIDES.flatMap((side) => [...rulesOf(own[side]), ...rulesOf(this.far[side])]);
    const matter = namesThatMatter(own.before, own.after, this.far.before, this.far.after);
    const points = portPoints(rules, namesLimit(rules, matter, this.limit));
    if (!points.complete) return false;
    for (const kind of KINDS) {
      const bits = this.addresses.map((address) => this.changed(kind, own, pod, address, points));
      for (const part of partsOf(bits)) {
        const ports = describePorts(points, part);
        const key = `${kind} ${portSetsKey(ports)}`;
        const port = points.points.find((_, i) => ((part >> BigInt(i)) & 1n) === 1n)!;
        const first = this.addresses.filter((_, i) => (bits[i]! & part) !== 0n);
        const ip = this.addresses.length > 1 ? podAddress(first) : undefined;
        const end = { pod: pair[1], ip };
        const [before, after] = this.member.at.map((at) => knownFlow(OPPOSITE[direction], at, end, port)) as [
          Flow,
          Flow,
        ];
        let group = groups.get(key);
        if (!group) {
          const chosen = new Array<bigint>(this.found.classes.length).fill(0n);
          groups.set(key, (group = { kind, ports, chosen, sample: { before, after } }));
        }
        for (const [i, each] of bits.entries())
          if ((each & part) !== 0n) group.chosen[index]! |= 1n << BigInt(i);
      }
    }
    return true;
  }

  /** The ports on which such a pod's side changed, and the known pod's side lets the flow pass. */
  private changed(
    kind: ChangeKind,
    own: Record<"before" | "after", SideRules>,
    pod: PodClass,
    address: BlockClass,
    points: PortPoints,
  ): bigint {
    const known = Object.fromEntries(SIDES.map((side, i) => [side, endOf(this.member.at[i]!)]));
    const ownAllowed = (side: "before" | "after") => {
      const holds = (rule: Rule) => !rule.peers || rule.peers.some((peer) => matchesPeer(peer, known[side]!));
      return allowedPorts(own[side], (rule) => (holds(rule) ? points.of(rule) : 0n), points.every);
    };
    const [was, is] = [ownAllowed("before"), ownAllowed("after")];
    const changed = kind === "opened" ? is & ~was : was & ~is;
    const side = kind === "opened" ? "after" : "before";
    if (changed === 0n || (this.addresses.length > 1 && !sameFamily(known[side]!.ip, address.witness)))
      return 0n;
    const end = {
      kind: "pod" as const,
      pod: { namespace: pod.namespace.name, name: "any", labels: pod.labels, ports: [] },
      namespace: pod.namespace,
      ip: address.witness,
    };
    const holds = (rule: Rule) => !rule.peers || rule.peers.some((peer) => matchesPeer(peer, end));
    return (
      changed & allowedPorts(this.far[side], (rule) => (holds(rule) ? points.of(rule) : 0n), points.every)
    );
  }
}
