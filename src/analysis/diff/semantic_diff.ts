/**
 * Compares what two policy sets mean in every possible cluster: namespaces, pods and labels are unknown.
 *
 * Exact: a flow of any cluster is in one of the changes iff one side of it, the subject's ingress or egress, is decided
 * differently. Connections that changed are distinguished from those that the other end denies anyway. Only changed parts
 * are examined: first the subjects of rules that only one set has, split into classes that their policies can distinguish;
 * then the ends that the changed rules cover; then all ports at once; and finally the other ends' policies.
 */
import type { Direction, PodMatch, Policy, Rule } from "../../ir/policy.js";
import { podClasses } from "../sets/classes.js";
import { decide, decideSide } from "../semantics/decide.js";
import type { Flow, SideDecision } from "../semantics/decide.js";
import { contentOf, distinct } from "../sides/content.js";
import { PolicyIndex } from "../sides/policy_index.js";
import type { Sides } from "../sides/policy_index.js";
import { changedPolicies, changedSubjects } from "./changed_subjects.js";
import { describeEnds } from "./ends/describe_ends.js";
import { EVERY_ADDRESS } from "./ends/end_classes.js";
import type { EndSet } from "./ends/end_set.js";
import { flowAt } from "./flow_at.js";
import type { ClassOfPods } from "./meeting.js";
import { byOtherEnd } from "./other_side.js";
import type { ChangedFlows, DecidedFlows, FlowSet } from "./other_side.js";
import { ownChanges, ownSideChanges } from "./own_side.js";
import type { ChangeKind, OwnChange, OwnChanges } from "./own_side.js";
import type { PortSet } from "./port_sets.js";
import { anySubjects } from "./subjects.js";

/** Flows for which one side, a subject's ingress or egress, changed: all that are of these sets. */
export interface Change extends FlowSet {
  readonly direction: Direction;
  /** Who: pods, for ingress the destinations. */
  readonly subjects: readonly EndSet[];
  /** The other ends. */
  readonly ends: readonly EndSet[];
  readonly ports: readonly PortSet[];
  /** The rule that came, went or moved; undefined: it is that the subject is isolated, or no longer. */
  readonly cause: Rule | undefined;
  /** One flow that this side decides differently; if the connections changed, the flow as a whole is too. */
  readonly witness: Flow;
  /** What this side says of the witness. */
  readonly before: SideDecision;
  readonly after: SideDecision;
  /**
   * `changed`: each of the flows is decided differently as a whole. `unchanged`: the other end's policies deny them before
   * and after. `unknown`: the other ends are of too many classes to tell.
   */
  readonly connection: "changed" | "unchanged" | "unknown";
}

export interface SemanticDiff {
  /** Denied before by this side, allowed after. */
  readonly opened: readonly Change[];
  readonly closed: readonly Change[];
  /**
   * The lists contain exactly what changed. Otherwise there were too many classes: there may be more changes, and each
   * change has the sets that its cause covers.
   */
  readonly complete: boolean;
}

export interface SemanticDiffOptions {
  /** The most classes of subjects, and of peers of one subject, that are examined. Defaults to 65536. */
  readonly limit?: number;
}

const LIMIT = 65536;
const DIRECTIONS = ["ingress", "egress"] as const;

/** Every witness was decided by the reference semantics with both sets. */
export function semanticDiff(
  before: readonly Policy[],
  after: readonly Policy[],
  { limit = LIMIT }: SemanticDiffOptions = {},
): SemanticDiff {
  const { sides, subjects } = compared(before, after);
  const found = DIRECTIONS.map((direction) =>
    new SideChanges(direction, sides, limit).of(subjects(direction)),
  );
  const ofKind = (kind: ChangeKind) =>
    found.flatMap(({ changes }) => changes.filter((change) => change.kind === kind));
  return {
    opened: ofKind("opened"),
    closed: ofKind("closed"),
    complete: found.every(({ complete }) => complete),
  };
}

/** Every flow of every cluster is decided alike by both, on each side. False too if there are too many classes to tell. */
export function meansTheSame(
  before: readonly Policy[],
  after: readonly Policy[],
  { limit = LIMIT }: SemanticDiffOptions = {},
): boolean {
  const { sides, subjects } = compared(before, after);
  return DIRECTIONS.every((direction) =>
    new SideChanges(direction, sides, limit).areNone(subjects(direction)),
  );
}

function compared(before: readonly Policy[], after: readonly Policy[]) {
  const changed = changedPolicies(before, after);
  const sides: Sides = { before: new PolicyIndex(before), after: new PolicyIndex(after) };
  return { sides, subjects: (direction: Direction) => changedSubjects(changed, direction) };
}

type KindOfChange = Change & { readonly kind: ChangeKind };

/** A class of subjects, with a text that is one for all of which both sets say the same. */
interface OwnClass extends ClassOfPods {
  readonly key: string;
}

/** One direction of two policy sets. */
class SideChanges {
  private complete = true;
  private readonly classesOf = new Map<string, ReturnType<SideChanges["classify"]>>();
  private readonly known = new Map<string, OwnChanges>();

  constructor(
    private readonly direction: Direction,
    private readonly sides: Sides,
    private readonly limit: number,
  ) {}

  /** @param subjects select every pod that the sets decide differently */
  of(subjects: readonly PodMatch[]) {
    const causes = new Map<string, OwnChange>();
    for (const subject of subjects)
      for (const own of this.classes(subject).classes)
        for (const change of this.changesOf(own)) {
          const key = causeOf(change);
          if (!causes.has(key)) causes.set(key, change);
        }
    const changes = [...causes].flatMap(([key, { about }]) => this.ofCause(key, about));
    return { changes, complete: this.complete };
  }

  areNone(subjects: readonly PodMatch[]): boolean {
    const seen = new Set<string>();
    return subjects.every((subject) => {
      const { classes, truncated } = this.classes(subject);
      return (
        !truncated &&
        classes.every((own) => {
          if (seen.has(own.key)) return true;
          seen.add(own.key);
          return !ownSideChanges(this.direction, own, this.sidesAt(own), this.limit);
        })
      );
    });
  }

  private classes(within: PodMatch) {
    const text = contentOf(within);
    let found = this.classesOf.get(text);
    if (!found) this.classesOf.set(text, (found = this.classify(within)));
    if (found.truncated) this.complete = false;
    return found;
  }

  private classify(within: PodMatch) {
    const { before, after } = this.sides;
    const terms = distinct([
      ...before.subjects(this.direction, within),
      ...after.subjects(this.direction, within),
    ]);
    const { classes, truncated } = podClasses(terms, { within, limit: this.limit });
    return {
      terms,
      truncated,
      classes: classes.map((pod): OwnClass => {
        const sides = this.sidesAt({ pod });
        const key = `${before.keyOf(sides.before)} ${after.keyOf(sides.after)}`;
        return { pod, matched: pod.matched, terms, within, key };
      }),
    };
  }

  private sidesAt({ pod }: Pick<ClassOfPods, "pod">) {
    const { before, after } = this.sides;
    return { before: before.side(this.direction, pod), after: after.side(this.direction, pod) };
  }

  private changesOf(own: OwnClass): readonly OwnChange[] {
    let found = this.known.get(own.key);
    if (!found) {
      found = ownChanges(this.direction, own, this.sidesAt(own), this.limit);
      this.known.set(own.key, found);
    }
    if (!found.complete) this.complete = false;
    return found.changes;
  }

  /** All that one rule, or isolation, made different: subjects for which that is told alike together. */
  private ofCause(cause: string, within: PodMatch): readonly KindOfChange[] {
    const { classes, terms, truncated } = this.classes(within);
    const told = new Map<string, { readonly change: OwnChange; readonly chosen: bigint[] }>();
    for (const [index, own] of classes.entries())
      for (const change of this.changesOf(own)) {
        if (causeOf(change) !== cause) continue;
        let group = told.get(change.key);
        if (!group)
          told.set(change.key, (group = { change, chosen: new Array<bigint>(classes.length).fill(0n) }));
        group.chosen[index] = 1n;
      }
    const space = { terms, classes, outside: false, within, addresses: [EVERY_ADDRESS] };
    return [...told.values()].flatMap(({ change, chosen }) => {
      const subjects = truncated
        ? [{ pods: within, except: [], addresses: undefined }]
        : describeEnds(space, chosen);
      const told = { ...change, exact: change.exact && !truncated };
      const found = connections(this.direction, told, subjects, this.sides, this.limit);
      if (!found.every(({ isShown }) => isShown)) this.complete = false;
      return found.map(({ isShown: _, ...each }) => each);
    });
  }
}

const numbers = new WeakMap<Rule, number>();
let last = 0;

function causeOf({ kind, cause, about }: OwnChange): string {
  if (!cause) return `${kind} ${contentOf(about)}`;
  let number = numbers.get(cause);
  if (number === undefined) numbers.set(cause, (number = ++last));
  return `${kind} ${number}`;
}

/**
 * The change of a side, by what the other end makes of it. Not shown: its flow is decided otherwise than it says, as may be
 * where kinds of pods were left out; then what is listed is not exact.
 */
function connections(
  direction: Direction,
  change: OwnChange,
  subjects: readonly EndSet[],
  sides: Sides,
  limit: number,
): readonly (KindOfChange & { readonly isShown: boolean })[] {
  const { kind, cause, ends, ports } = change;
  const flows: ChangedFlows = { subjects, ends, ports, addressed: change.sample.far.ip !== undefined };
  const index = kind === "opened" ? sides.after : sides.before;
  const decided = change.exact
    ? byOtherEnd(direction, flows, index, anySubjects(subjects, limit), limit)
    : undefined;
  const told = (
    each: FlowSet,
    { own, far, port }: DecidedFlows["sample"],
    connection: Change["connection"],
  ) => {
    const witness = flowAt(direction, own, far, port);
    const { subjects, ends, ports } = each;
    const { decisions, isShown } = decisionsOf(direction, kind, witness, sides, connection);
    const shown = isShown ? connection : ("unknown" as const);
    return {
      kind,
      direction,
      subjects,
      ends,
      ports,
      cause,
      witness,
      ...decisions,
      connection: shown,
      isShown,
    };
  };
  if (!decided) {
    const { own, far, port } = change.sample;
    return [told(flows, { own: { pod: own }, far, port }, "unknown")];
  }
  return decided.map((each) => told(each, each.sample, connectionOf(each)));
}

function connectionOf({ allowed }: DecidedFlows): Change["connection"] {
  return allowed === undefined ? "unknown" : allowed ? "changed" : "unchanged";
}

function decisionsOf(
  direction: Direction,
  kind: ChangeKind,
  witness: Flow,
  sides: Sides,
  connection: Change["connection"],
) {
  const [was, is] = [sides.before, sides.after].map((side) => side.concerning(witness)) as [
    readonly Policy[],
    readonly Policy[],
  ];
  const decisions = {
    before: decideSide(was, direction, witness),
    after: decideSide(is, direction, witness),
  };
  const expected = kind === "opened" ? (["deny", "allow"] as const) : (["allow", "deny"] as const);
  const isShown =
    decisions.before.verdict === expected[0] &&
    decisions.after.verdict === expected[1] &&
    (connection !== "changed" ||
      (decide(was, witness).verdict === expected[0] && decide(is, witness).verdict === expected[1]));
  return { decisions, isShown };
}
