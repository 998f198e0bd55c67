/** Of one known pod: the peers with which connections opened or closed, those together for which the same rules decide. */
import type { BlockMatch, Direction, Rule } from "../../ir/policy.js";
import { blockClasses } from "../intervals.js";
import type { BlockClass } from "../intervals.js";
import type { KnownPorts } from "../reachability/known_ports.js";
import type { Member } from "../reachability/members.js";
import { bitsWhere } from "../reachability/reach.js";
import type { Reach, Side } from "../reachability/reach.js";
import type { ChangeKind } from "./change_groups.js";
import { contentOf, distinct } from "./content.js";
import { sameFamily } from "./same_family.js";
import { rulesOf } from "./speeches.js";

export interface KnownSides {
  /** By number, as both sides count them. */
  readonly members: readonly Member[];
  readonly before: Reach;
  readonly after: Reach;
  readonly ports: KnownPorts;
}

export interface ChangedPeers {
  readonly kind: ChangeKind;
  readonly direction: Direction;
  readonly subject: number;
  /** As bits of `KnownSides.ports`. */
  readonly ports: bigint;
  readonly members: readonly Member[];
  /** Classes of addresses that are no pod's. */
  readonly addresses: readonly BlockClass[];
}

const OPPOSITE = { ingress: "egress", egress: "ingress" } as const;

export function changedPeersOf(
  direction: Direction,
  subject: number,
  sides: KnownSides,
): readonly ChangedPeers[] {
  const own = { before: sides.before.side(direction, subject), after: sides.after.side(direction, subject) };
  const groups = new PeerGroups(direction, subject);
  compareMembers(own, groups, sides);
  compareAddresses(own, groups, sides);
  return groups.all();
}

interface Own {
  readonly before: Side;
  readonly after: Side;
}

class PeerGroups {
  private readonly groups = new Map<string, ChangedPeers & { members: Member[]; addresses: BlockClass[] }>();

  constructor(
    readonly direction: Direction,
    readonly subject: number,
  ) {}

  all(): readonly ChangedPeers[] {
    return [...this.groups.values()];
  }

  /** @param holding which rules of each side hold for the peer */
  add(kind: ChangeKind, ports: bigint, holding: string, peer: Member | BlockClass): void {
    if (ports === 0n) return;
    const isMember = "name" in peer;
    const key = `${kind} ${ports} ${isMember} ${holding}`;
    let group = this.groups.get(key);
    if (!group) {
      const { direction, subject } = this;
      this.groups.set(key, (group = { kind, direction, subject, ports, members: [], addresses: [] }));
    }
    if (isMember) group.members.push(peer);
    else group.addresses.push(peer);
  }
}

function compareMembers({ before, after }: Own, groups: PeerGroups, { members, ...sides }: KnownSides): void {
  const { direction, subject } = groups;
  const self = members[subject]!;
  const near = before.closed && after.closed;
  for (const far of near ? new Set([...before.named.keys(), ...after.named.keys()]) : members.keys()) {
    const peer = members[far]!;
    if ((far === subject && self.single) || !mayTalk(self, peer)) continue;
    const [was, is] = [before.at(far), after.at(far)];
    if (was === is) continue;
    const farWas = sides.before.side(OPPOSITE[direction], far).at(subject);
    const farIs = sides.after.side(OPPOSITE[direction], far).at(subject);
    const opened = is & farIs & ~(was & farWas);
    const closed = was & farWas & ~(is & farIs);
    const holding = `${before.holding(far)} ${after.holding(far)}`;
    // What the destination's ingress changed is reported there: an egress side reports the rest.
    groups.add("opened", direction === "ingress" ? opened & ~was : opened & farWas, holding, peer);
    groups.add("closed", direction === "ingress" ? closed & ~is : closed & farIs, holding, peer);
  }
}

function mayTalk(a: Member, b: Member): boolean {
  return a.at.every((pod, side) => sameFamily(pod.ip, b.at[side]!.ip));
}

function compareAddresses({ before, after }: Own, groups: PeerGroups, { members }: KnownSides): void {
  const { direction, subject } = groups;
  const at = members[subject]!.at;
  const blocks = distinct(
    [...rulesOf(before.speech), ...rulesOf(after.speech)]
      .flatMap(({ peers }) => peers ?? [])
      .filter((peer) => peer.kind === "block"),
  );
  for (const addresses of blockClasses(blocks)) {
    if (!at.every(({ ip }) => sameFamily(ip, addresses.witness))) continue;
    const held = addresses.matched.map((index) => blocks[index]!);
    const [was, is] = [before, after].map((side, i) => {
      const holding = holdingFor(rulesOf(side.speech), held);
      return {
        holding,
        ports: side.allowed(holding, direction === "ingress" ? at[i]!.pod.ports : undefined),
      };
    }) as [Held, Held];
    const holding = `${was.holding} ${is.holding}`;
    groups.add("opened", is.ports & ~was.ports, holding, addresses);
    groups.add("closed", was.ports & ~is.ports, holding, addresses);
  }
}

interface Held {
  readonly holding: bigint;
  readonly ports: bigint;
}

function holdingFor(rules: readonly Rule[], held: readonly BlockMatch[]): bigint {
  const texts = new Set(held.map(contentOf));
  return bitsWhere(rules, ({ peers }) => !peers || peers.some((peer) => texts.has(contentOf(peer))));
}
