/** One cluster's policies, asked which of its known pods may talk to which. */
import type { BlockMatch, Direction, PodMatch, Policy, Rule } from "../../ir/policy.js";
import { parseAddress } from "../../ir/address.js";
import type { ContainerPort } from "../../ir/inventory.js";
import type { Address } from "../../ir/address.js";
import { inBlock } from "../semantics/decide.js";
import { allowedPorts } from "../sides/allowed_ports.js";
import { contentOf } from "../sides/content.js";
import { PolicyIndex } from "../sides/policy_index.js";
import type { SideRules } from "../sides/policy_index.js";
import { rulesOf } from "../sides/side_rules.js";
import { selects, selectsNamespace } from "../semantics/select.js";
import type { KnownPorts, NamedBy } from "./known_ports.js";
import type { KnownPod } from "./members.js";

/** What one side, a member's ingress or egress, allows. */
export interface Side {
  readonly side: SideRules;
  /** The members that some rule with peers names; bit i: `rulesOf(side)[i]` does. */
  readonly named: ReadonlyMap<number, bigint>;
  /** The ports that are allowed with every member that is not named; undefined: that depends on how those name ports. */
  readonly rest: bigint | undefined;
  /** Which rules hold for a member by its peers. */
  holding(member: number): bigint;
  /** The ports that are allowed with a member at the other end. */
  at(member: number): bigint;
  /** The ports that are allowed with an end for which just these rules hold; `destination` is its ports, if it is a pod's. */
  allowed(holding: bigint, destination: NamedBy): bigint;
}

/** No policy covers a pod on the host network. */
export const NO_RULES: SideRules = { admin: [], isolatedBy: [], allows: [], baseline: [] };

export class Reach {
  readonly index: PolicyIndex;
  private readonly selected = new Map<string, readonly number[]>();
  private readonly inNamespace = new Map<string, number[]>();
  private readonly addresses: { readonly member: number; readonly address: Address }[] = [];
  private readonly sides: Record<Direction, Map<number, Side>> = { ingress: new Map(), egress: new Map() };
  private readonly bySideRules = new Map<string, ReadonlyMap<number, bigint>>();

  /** @param members the pods, by the numbers that stand for them */
  constructor(
    policies: readonly Policy[],
    private readonly members: readonly KnownPod[],
    private readonly ports: KnownPorts,
  ) {
    this.index = new PolicyIndex(policies);
    for (const [member, { pod, namespace, ip }] of members.entries()) {
      const address = ip === undefined ? undefined : parseAddress(ip);
      if (address) this.addresses.push({ member, address });
      // It is seen by its address only.
      if (pod.hostNetwork) continue;
      const list = this.inNamespace.get(namespace.name);
      if (list) list.push(member);
      else this.inNamespace.set(namespace.name, [member]);
    }
  }

  side(direction: Direction, member: number): Side {
    let side = this.sides[direction].get(member);
    if (!side) this.sides[direction].set(member, (side = this.makeSide(direction, member)));
    return side;
  }

  private makeSide(direction: Direction, member: number): Side {
    const { pod, namespace } = this.members[member]!;
    const side = pod.hostNetwork ? NO_RULES : this.index.side(direction, { labels: pod.labels, namespace });
    const rules = rulesOf(side);
    const named = this.namedBy(`${direction} ${this.index.keyOf(side)}`, rules);
    const always = bitsWhere(rules, ({ peers }) => !peers);
    const bit = new Map(rules.map((rule, i) => [rule, 1n << BigInt(i)]));
    const known = new Map<string | bigint, bigint>();
    const allowed = (holding: bigint, destination: NamedBy) =>
      allowedPorts(
        side,
        (rule) => ((holding & bit.get(rule)!) === 0n ? 0n : this.ports.of(rule, destination)),
        this.ports.every,
      );
    const byName =
      direction === "egress" && rules.some(({ ports }) => ports?.some(({ kind }) => kind === "named"));
    const destination = direction === "ingress" ? portsOf(pod) : undefined;
    const holding = (other: number) => (named.get(other) ?? 0n) | always;
    const remembered = (holding: bigint, other: NamedBy, key: string | bigint) => {
      let ports = known.get(key);
      if (ports === undefined) known.set(key, (ports = allowed(holding, other)));
      return ports;
    };
    return {
      side,
      named,
      rest: byName ? undefined : remembered(always, destination, always),
      holding,
      at: (other) => {
        const held = holding(other);
        if (!byName) return remembered(held, destination, held);
        const ports = portsOf(this.members[other]!.pod);
        return remembered(held, ports, `${held} ${JSON.stringify(ports)}`);
      },
      allowed,
    };
  }

  /** Subjects of which the same is said share one map. */
  private namedBy(key: string, rules: readonly Rule[]): ReadonlyMap<number, bigint> {
    let named = this.bySideRules.get(key) as Map<number, bigint> | undefined;
    if (named) return named;
    this.bySideRules.set(key, (named = new Map()));
    for (const [index, { peers }] of rules.entries())
      for (const peer of peers ?? [])
        for (const member of this.membersOf(peer))
          named.set(member, (named.get(member) ?? 0n) | (1n << BigInt(index)));
    return named;
  }

  private membersOf(peer: PodMatch | BlockMatch): readonly number[] {
    const text = contentOf(peer);
    let found = this.selected.get(text);
    if (!found) {
      found = peer.kind === "pods" ? this.podsOf(peer) : this.addressesOf(peer);
      this.selected.set(text, found);
    }
    return found;
  }

  private podsOf({ namespaces, pods }: PodMatch): readonly number[] {
    const among =
      namespaces.kind === "name"
        ? (this.inNamespace.get(namespaces.name) ?? [])
        : [...this.inNamespace.values()].flatMap((members) =>
            selectsNamespace(namespaces, this.members[members[0]!]!.namespace) ? members : [],
          );
    return among.filter((member) => selects(pods, this.members[member]!.pod.labels));
  }

  private addressesOf(block: BlockMatch): readonly number[] {
    return this.addresses.flatMap(({ member, address }) => (inBlock(block, address) ? [member] : []));
  }
}

/** Port names mean nothing on the host network. */
export function portsOf({ hostNetwork, ports }: KnownPod["pod"]): readonly ContainerPort[] {
  return hostNetwork ? [] : ports;
}

export function bitsWhere<T>(items: readonly T[], holds: (item: T) => boolean): bigint {
  let bits = 0n;
  for (const [index, item] of items.entries()) if (holds(item)) bits |= 1n << BigInt(index);
  return bits;
}
