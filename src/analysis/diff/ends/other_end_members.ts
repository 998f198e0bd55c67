/** The other ends of one direction's connections: what their own sides say to the ends that are looked at. */
import type { Direction } from "../../../ir/policy.js";
import type { Side } from "../../reachability/reach.js";
import { OPPOSITE } from "../known/known_sides.js";
import type { KnownSides } from "../known/known_sides.js";

/** Members whose sides say the same, before and after, to every member that they do not name. */
export interface AlikeMembers {
  readonly before: bigint;
  readonly after: bigint;
  readonly members: readonly number[];
}

export class OtherEndMembers {
  private found:
    | {
        readonly naming: ReadonlyMap<number, readonly number[]>;
        readonly varying: readonly number[];
        readonly alike: readonly AlikeMembers[];
      }
    | undefined;

  constructor(
    private readonly direction: Direction,
    private readonly sides: KnownSides,
  ) {}

  sidesOf(member: number): { readonly before: Side; readonly after: Side } {
    const direction = OPPOSITE[this.direction];
    return {
      before: this.sides.before.side(direction, member),
      after: this.sides.after.side(direction, member),
    };
  }

  /** Members whose rules name this one, before or after. */
  naming(member: number): readonly number[] {
    return this.all().naming.get(member) ?? [];
  }

  /** Members that say something else to some that they do not name. */
  get varying(): readonly number[] {
    return this.all().varying;
  }

  /** All others. Those of one group have addresses of the same families. */
  get alike(): readonly AlikeMembers[] {
    return this.all().alike;
  }

  /** Looks at every member: made when first asked for, since few changes concern them all. */
  private all() {
    return (this.found ??= this.look());
  }

  private look() {
    const naming = new Map<number, number[]>();
    const varying: number[] = [];
    const alike = new Map<string, AlikeMembers & { readonly members: number[] }>();
    for (const [member, { at }] of this.sides.members.entries()) {
      const { before, after } = this.sidesOf(member);
      for (const named of new Set([...before.named.keys(), ...after.named.keys()])) {
        const list = naming.get(named);
        if (list) list.push(member);
        else naming.set(named, [member]);
      }
      if (before.rest === undefined || after.rest === undefined) {
        varying.push(member);
        continue;
      }
      const families = at.map(({ ip }) => (ip === undefined ? 0 : ip.includes(":") ? 6 : 4));
      const key = `${before.rest} ${after.rest} ${families.join()}`;
      let group = alike.get(key);
      if (!group) alike.set(key, (group = { before: before.rest, after: after.rest, members: [] }));
      group.members.push(member);
    }
    return { naming, varying, alike: [...alike.values()] };
  }
}
