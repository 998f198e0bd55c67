/**
 * Two policy sets compared by what they mean, in every possible cluster: namespaces, pods and labels are unknowns.
 *
 * Exact: no change is found just when every flow of every cluster is decided alike, on each side of it. Only where
 * something changed is looked at: the subjects of what one set says and the other does not, split into classes that the
 * policies on them can tell apart; then the peers of the changed rules; then all ports at once.
 */
import type { Direction, Peer, PodMatch, Policy, Rule } from "../../ir/policy.js";
import { decideSide } from "../semantics/decide.js";
import type { Flow, SideDecision } from "../semantics/decide.js";
import type { SideChange } from "./change_groups.js";
import { changedPolicies, changedSubjects } from "./changed_subjects.js";
import { changedConnection } from "./connection.js";
import { flowAt } from "./flow_at.js";
import { PolicyIndex } from "../sides/policy_index.js";
import type { Sides } from "../sides/policy_index.js";
import type { PortPoint } from "./port_points.js";
import { sideChanges } from "./side_changes.js";

/** A change of what one side, a subject's ingress or egress, says. */
export interface Change {
  readonly direction: Direction;
  /** Those that the cause is about; the change may concern some of them only. */
  readonly subject: PodMatch;
  /** The rule that came, went or moved; undefined: it is that the subject is isolated, or no longer. */
  readonly cause: Rule | undefined;
  /** Those of the cause; undefined: all. */
  readonly peers: readonly Peer[] | undefined;
  /** Every port at which some flow is decided differently. */
  readonly ports: readonly PortPoint[];
  /** One flow that this side decides differently; if a connection changed, the flow as a whole is too. */
  readonly witness: Flow;
  /** What this side says of the witness. */
  readonly before: SideDecision;
  readonly after: SideDecision;
  /** `unchanged`: whatever this side says, the other end's policies deny it before or after. `unknown`: too many classes. */
  readonly connection: "changed" | "unchanged" | "unknown";
}

export interface SemanticDiff {
  /** Denied before by this side, allowed after. */
  readonly opened: readonly Change[];
  readonly closed: readonly Change[];
  /** Everything was looked at: what is not listed did not change. Else there were too many classes. */
  readonly complete: boolean;
}

export interface SemanticDiffOptions {
  /** The most classes of subjects, and of peers of one subject, that are looked at. Default 65536. */
  readonly limit?: number;
}

/** Every witness was decided by the reference semantics with both sets. */
export function semanticDiff(
  before: readonly Policy[],
  after: readonly Policy[],
  { limit = 65536 }: SemanticDiffOptions = {},
): SemanticDiff {
  const { sides, found } = compare(before, after, { limit, stopAtFirst: false });
  const changes = found.flatMap((each) => each.changes);
  const ofKind = (kind: SideChange["kind"]) =>
    changes.filter((change) => change.kind === kind).map((change) => describe(change, sides, limit));
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
  { limit = 65536 }: SemanticDiffOptions = {},
): boolean {
  const { found } = compare(before, after, { limit, stopAtFirst: true });
  return found.every(({ changes, complete }) => complete && changes.length === 0);
}

function compare(
  before: readonly Policy[],
  after: readonly Policy[],
  options: { readonly limit: number; readonly stopAtFirst: boolean },
) {
  const changed = changedPolicies(before, after);
  const sides: Sides = { before: new PolicyIndex(before), after: new PolicyIndex(after) };
  const found = (["ingress", "egress"] as const).map((direction) =>
    sideChanges(direction, sides, changedSubjects(changed, direction), options),
  );
  return { sides, found };
}

function describe(change: SideChange, sides: Sides, limit: number): Change {
  const { kind, direction, subject, cause, ports, points } = change;
  const connection = changedConnection(change, sides, limit);
  const first = points[0]!;
  const witness =
    typeof connection === "object"
      ? connection
      : flowAt(direction, { pod: first.pod }, first.far, first.port);
  const decisions = {
    before: decideSide(sides.before.concerning(witness), direction, witness),
    after: decideSide(sides.after.concerning(witness), direction, witness),
  };
  const [was, is] = kind === "opened" ? (["deny", "allow"] as const) : (["allow", "deny"] as const);
  if (decisions.before.verdict !== was || decisions.after.verdict !== is)
    throw new Error("the diff and the reference semantics disagree");
  return {
    direction,
    subject,
    cause,
    peers: cause?.peers,
    ports,
    witness,
    ...decisions,
    connection: connection === "unknown" ? "unknown" : connection === "none" ? "unchanged" : "changed",
  };
}
