/**
 * Connections of known pods with the ends that no file describes: any other pod, and addresses that no pod has. The
 * labels, names and addresses of those are unknowns; what is known of the subject is taken as it is on each side.
 */
import type { BlockMatch, Direction, PodMatch, Rule } from "../../../ir/policy.js";
import { parseAddress } from "../../../ir/address.js";
import { portsOf } from "../../reachability/reach.js";
import { decide, inBlock } from "../../semantics/decide.js";
import type { Decision, Flow } from "../../semantics/decide.js";
import { selectsPod } from "../../semantics/select.js";
import type { KnownPod, Member } from "../../reachability/members.js";
import { contentOf } from "../../sides/content.js";
import type { PolicyIndex } from "../../sides/policy_index.js";
import { isChanged, ruleChange } from "../../sides/side_rules.js";
import { saysTheSame } from "../changed_subjects.js";
import type { EndSet } from "../ends/end_set.js";
import { classOf, knownFlow, NamesOf } from "./known_end.js";
import { sideOf } from "./known_sides.js";
import type { KnownSides } from "./known_sides.js";
import { byOtherEnd } from "../other_side.js";
import { ownChanges } from "../own_side.js";
import type { ChangeKind, OwnChange } from "../own_side.js";
import type { PortPoint } from "../port_points.js";
import type { PortSet } from "../port_sets.js";
import type { SubjectAddress, Subjects } from "../subjects.js";
import type { End } from "../flow_at.js";

export interface ChangeWithOthers {
  readonly kind: ChangeKind;
  readonly direction: Direction;
  readonly subject: Member;
  readonly ends: readonly EndSet[];
  readonly ports: readonly PortSet[];
  /** `unknown`: if the other end's policies allow it. Those that they deny are left out. */
  readonly connection: "changed" | "unknown";
  readonly witness: { readonly before: Flow; readonly after: Flow };
  readonly before: Decision;
  readonly after: Decision;
}

export interface ChangesWithOthers {
  readonly changes: readonly ChangeWithOthers[];
  readonly complete: boolean;
}

export function changesWithOthers(
  direction: Direction,
  number: number,
  sides: KnownSides,
  limit: number,
): ChangesWithOthers {
  const member = sides.members[number]!;
  const [was, is] = member.at as readonly [KnownPod, KnownPod];
  const rules = {
    before: sideOf(sides.before.index, direction, was),
    after: sideOf(sides.after.index, direction, is),
  };
  if (!isChanged(ruleChange(rules.before, rules.after)) && saysTheSame(portsOf(was.pod), portsOf(is.pod)))
    return { changes: [], complete: true };
  const resolved = [new NamesOf(direction, was), new NamesOf(direction, is)] as const;
  const own = { before: resolved[0].side(rules.before), after: resolved[1].side(rules.after) };
  const { changes, complete } = ownChanges(direction, classOf(is), own, limit);
  return {
    changes: changes.flatMap((change) => {
      const at = change.kind === "opened" ? 1 : 0;
      const index = at === 1 ? sides.after.index : sides.before.index;
      const known = new KnownSubject(member.at[at]!, resolved[at]);
      return withOtherEnd(direction, change, { member, known, index, sides, limit });
    }),
    complete,
  };
}

interface Context {
  readonly member: Member;
  readonly known: KnownSubject;
  readonly index: PolicyIndex;
  readonly sides: KnownSides;
  readonly limit: number;
}

function withOtherEnd(
  direction: Direction,
  change: OwnChange,
  { member, known, index, sides, limit }: Context,
): readonly ChangeWithOthers[] {
  const { kind, ends, ports } = change;
  const decided = change.exact
    ? byOtherEnd(direction, { subjects: [], ends, ports }, index, known, limit)
    : undefined;
  const told = (
    each: { readonly ends: readonly EndSet[]; readonly ports: readonly PortSet[] },
    { far, port }: { readonly far: End; readonly port: PortPoint },
    connection: ChangeWithOthers["connection"],
  ): ChangeWithOthers => {
    const flows = member.at.map((pod) => knownFlow(direction, pod, far, port)) as [Flow, Flow];
    const before = decide(sides.before.index.concerning(flows[0]), flows[0]);
    const after = decide(sides.after.index.concerning(flows[1]), flows[1]);
    const [was, is] = kind === "opened" ? (["deny", "allow"] as const) : (["allow", "deny"] as const);
    if (before[direction].verdict !== was || after[direction].verdict !== is)
      throw new Error("the diff and the reference semantics disagree");
    const witness = { before: flows[0], after: flows[1] };
    return {
      kind,
      direction,
      subject: member,
      ends: each.ends,
      ports: each.ports,
      connection,
      witness,
      before,
      after,
    };
  };
  if (!decided) return [told(change, change.sample, "unknown")];
  return decided
    .filter(({ allowed }) => allowed !== false)
    .map((each) => told(each, each.sample, each.allowed ? "changed" : "unknown"));
}

/** The address of a pod that is not known is in no block. */
class KnownSubject implements Subjects {
  constructor(
    private readonly at: KnownPod,
    private readonly names: NamesOf,
  ) {}

  ports(rule: Rule): Rule {
    return this.names.of(rule);
  }

  classes(matches: readonly PodMatch[], blocks: readonly BlockMatch[]) {
    const { pod, namespace, ip } = this.at;
    const matched = new Set(
      pod.hostNetwork ? [] : matches.filter((each) => selectsPod(each, pod, namespace)).map(contentOf),
    );
    const parsed = ip === undefined ? undefined : parseAddress(ip);
    const held = parsed ? blocks.filter((block) => inBlock(block, parsed)) : [];
    const address: SubjectAddress = { family: parsed?.family, matched: new Set(held.map(contentOf)), ip };
    const row = { pods: classOf(this.at), matched, addresses: [address] };
    return { rows: [row], describe: () => [] };
  }
}
