/** Of one known pod: the peers with which connections opened or closed, those together for which the same rules decide. */
import type { BlockMatch, Direction, Rule } from "../../../ir/policy.js";
import { blockClasses } from "../../sets/intervals.js";
import type { BlockClass } from "../../sets/intervals.js";
import type { Member } from "../../reachability/members.js";
import { bitsWhere, portsOf } from "../../reachability/reach.js";
import type { Side } from "../../reachability/reach.js";
import type { ChangeKind } from "../own_side.js";
import { saysTheSame } from "../changed_subjects.js";
import { contentOf, distinct } from "../../sides/content.js";
import { sameFamily } from "../../sides/same_family.js";
import type { OtherEndMembers } from "../ends/other_end_members.js";
import { mayTalk } from "./known_sides.js";
import type { KnownSides } from "./known_sides.js";
import { changedPeers, rulesOf, ruleChange } from "../../sides/side_rules.js";

export interface ChangedPeers {
  readonly kind: ChangeKind;
  readonly direction: Direction;
  readonly subject: number;
  /** As bits of `KnownSides.ports`. */
  readonly ports: bigint;
  /** By number. */
  readonly members: readonly number[];
  /** Classes of addresses that no pod has. */
  readonly addresses: readonly BlockClass[];
}

export function changedPeersOf(
  direction: Direction,
  subject: number,
  sides: KnownSides,
  far: OtherEndMembers,
): readonly ChangedPeers[] {
  const own = { before: sides.before.side(direction, subject), after: sides.after.side(direction, subject) };
  const groups = new PeerGroups(direction, subject);
  new MemberComparison(own, groups, sides, far).run();
  compareAddresses(own, groups, sides);
  return groups.all();
}

interface Own {
  readonly before: Side;
  readonly after: Side;
}

type Group = ChangedPeers & { readonly members: number[]; readonly addresses: BlockClass[] };

class PeerGroups {
  private readonly groups = new Map<string, Group>();

  constructor(
    readonly direction: Direction,
    readonly subject: number,
  ) {}

  all(): readonly ChangedPeers[] {
    return [...this.groups.values()].filter(
      ({ members, addresses }) => members.length + addresses.length > 0,
    );
  }

  /** @param holding which rules of each side hold for the peers */
  addMembers(kind: ChangeKind, ports: bigint, holding: string, peers: readonly number[]): void {
    const { members } = this.group(kind, ports, `member ${holding}`);
    for (const peer of peers) members.push(peer);
  }

  addAddresses(kind: ChangeKind, ports: bigint, holding: string, addresses: BlockClass): void {
    if (ports !== 0n) this.group(kind, ports, `address ${holding}`).addresses.push(addresses);
  }

  private group(kind: ChangeKind, ports: bigint, holding: string): Group {
    const key = `${kind} ${ports} ${holding}`;
    let group = this.groups.get(key);
    if (!group) {
      const { direction, subject } = this;
      this.groups.set(key, (group = { kind, direction, subject, ports, members: [], addresses: [] }));
    }
    return group;
  }
}

/** What both ends of a pair say, before and after, as ports. */
interface Said {
  readonly was: bigint;
  readonly is: bigint;
  readonly farWas: bigint;
  readonly farIs: bigint;
}

/** One member's side against the members at the other end. */
class MemberComparison {
  constructor(
    private readonly own: Own,
    private readonly groups: PeerGroups,
    private readonly sides: KnownSides,
    private readonly far: OtherEndMembers,
  ) {}

  run(): void {
    const { before, after } = this.own;
    const named = new Set([...before.named.keys(), ...after.named.keys()]);
    const [was, is] = [before.rest, after.rest];
    if (was === undefined || is === undefined) this.each(this.sides.members.keys());
    else if (was === is) this.each(named);
    else {
      const { subject } = this.groups;
      const apart = new Set([...named, ...this.far.naming(subject), ...this.far.varying, subject]);
      this.each(apart);
      this.alike(was, is, apart);
    }
  }

  private each(peers: Iterable<number>): void {
    const { before, after } = this.own;
    const { subject } = this.groups;
    const self = this.sides.members[subject]!;
    for (const peer of peers) {
      if ((peer === subject && self.single) || !mayTalk(self, this.sides.members[peer]!)) continue;
      const [was, is] = [before.at(peer), after.at(peer)];
      if (was === is) continue;
      const far = this.far.sidesOf(peer);
      const said = { was, is, farWas: far.before.at(subject), farIs: far.after.at(subject) };
      this.add(said, `${before.holding(peer)} ${after.holding(peer)}`, [peer]);
    }
  }

  /** Members that no rule of either end names are decided alike where the other ends say the same to all such. */
  private alike(was: bigint, is: bigint, apart: ReadonlySet<number>): void {
    const { before, after } = this.own;
    const self = this.sides.members[this.groups.subject]!;
    const holding = `${before.holding(NOBODY)} ${after.holding(NOBODY)}`;
    for (const { before: farWas, after: farIs, members } of this.far.alike) {
      if (!mayTalk(self, this.sides.members[members[0]!]!)) continue;
      const peers = members.filter((peer) => !apart.has(peer));
      this.add({ was, is, farWas, farIs }, holding, peers);
    }
  }

  /** What the destination's ingress changed is reported there: an egress side reports the rest. */
  private add({ was, is, farWas, farIs }: Said, holding: string, peers: readonly number[]): void {
    const isIngress = this.groups.direction === "ingress";
    const opened = is & farIs & ~(was & farWas) & (isIngress ? ~was : farWas);
    const closed = was & farWas & ~(is & farIs) & (isIngress ? ~is : farIs);
    if (opened !== 0n) this.groups.addMembers("opened", opened, holding, peers);
    if (closed !== 0n) this.groups.addMembers("closed", closed, holding, peers);
  }
}

/** A number that no member has. */
const NOBODY = -1;

function compareAddresses(own: Own, groups: PeerGroups, { members }: KnownSides): void {
  const { direction, subject } = groups;
  const { at } = members[subject]!;
  if (!concernsAddresses(own, at)) return;
  const { before, after } = own;
  const blocks = distinct([...rulesOf(before.side), ...rulesOf(after.side)].flatMap(blocksOf));
  for (const addresses of blockClasses(blocks)) {
    if (!at.every(({ ip }) => sameFamily(ip, addresses.witness))) continue;
    const held = new Set(addresses.matched.map((index) => contentOf(blocks[index]!)));
    const [was, is] = [before, after].map((side, i) => {
      const holding = bitsWhere(
        rulesOf(side.side),
        (rule) => !rule.peers || blocksOf(rule).some((block) => held.has(contentOf(block))),
      );
      const destination = direction === "ingress" ? portsOf(at[i]!.pod) : undefined;
      return { holding, ports: side.allowed(holding, destination) };
    }) as [Held, Held];
    const holding = `${was.holding} ${is.holding}`;
    groups.addAddresses("opened", is.ports & ~was.ports, holding, addresses);
    groups.addAddresses("closed", was.ports & ~is.ports, holding, addresses);
  }
}

interface Held {
  readonly holding: bigint;
  readonly ports: bigint;
}

function blocksOf({ peers = [] }: Rule): readonly BlockMatch[] {
  return peers.filter((peer) => peer.kind === "block");
}

/** Rules of pods alone say nothing about addresses; what a pod calls its ports may matter to any rule. */
function concernsAddresses({ before, after }: Own, at: Member["at"]): boolean {
  if (!saysTheSame(portsOf(at[0]!.pod), portsOf(at[1]!.pod))) return true;
  const peers = changedPeers(ruleChange(before.side, after.side));
  return peers.some((peer) => peer?.kind !== "pods");
}
