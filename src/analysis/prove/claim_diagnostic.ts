/** The outcome of a claim as a diagnostic: the packet that breaks it, what decided it, and where that is written. */
import type { Endpoint, Flow } from "../semantics/decide.js";
import { endWords } from "../semantics/end_words.js";
import type { Explanation, SideExplanation } from "../semantics/explain.js";
import { policyName } from "../../ir/policy_name.js";
import type { Diagnostic, Note } from "../../source/diagnostic.js";
import { WORLDS } from "./test_claims.js";
import type { TestedClaim, WorldName } from "./test_claims.js";

/** Undefined: it holds. */
export function claimDiagnostic(tested: TestedClaim, world: WorldName): Diagnostic | undefined {
  const { claim, proof, explanation, holdsInInventory } = tested;
  const { span } = claim;
  switch (proof.kind) {
    case "holds":
      return undefined;
    case "broken": {
      const { flow } = proof;
      const help = holdsInInventory ? "it holds for the pods in the files: see --world inventory" : undefined;
      return {
        rule: "broken-claim",
        severity: "error",
        message: `does not hold: this connection is ${explanation!.verdict === "allow" ? "allowed" : "denied"}`,
        span,
        notes: [...packetNotes(flow), ...reasonNotes(explanation!, flow)],
        ...(help && { help }),
      };
    }
    case "empty":
      return {
        rule: "empty-claim",
        severity: "error",
        message: `covers no possible connection ${WORLDS[world]}`,
        span,
        help: EMPTY_HELP[world],
      };
    case "unknown":
      return {
        rule: "unproved-claim",
        severity: "error",
        message: "not proved: too many kinds of pods and addresses to check",
        span,
        help: "narrow its ends, or split it into several claims",
      };
  }
}

const EMPTY_HELP: Record<WorldName, string> = {
  "every-cluster": "change its ends or exceptions: they leave nothing to prove",
  inventory: "check the labels of its ends, or prove it for every cluster: no known pods match",
};

function packetNotes({ from, to, protocol, port }: Flow): readonly Note[] {
  const name = to.kind === "pod" ? to.pod.ports.find((each) => each.port === port)?.name : undefined;
  const called = name === undefined ? "" : `, which the pod calls "${name}"`;
  const on = protocol === "other" ? "ICMP" : `${protocol} ${port}${called}`;
  return [`from ${endWords(from)}`, `to ${endWords(to)}`, `on ${on}`].map((message) => ({ message }));
}

/** Of a denied flow, the sides that deny it. */
function reasonNotes({ verdict, egress, ingress }: Explanation, { from, to }: Flow): readonly Note[] {
  const sides = [egress, ingress].filter((side) => side.verdict === verdict);
  return sides.flatMap((side) => sideNotes(side, side.direction === "egress" ? from : to));
}

/** Policies and rules past this many are counted. */
const MAX_NOTES = 3;

function sideNotes(
  { direction, steps, verdict, unasked }: SideExplanation,
  subject: Endpoint,
): readonly Note[] {
  if (unasked || subject.kind !== "pod") return [];
  const last = steps.at(-1);
  if (last?.outcome !== "allow" && last?.outcome !== "deny")
    return [{ message: `${direction} is allowed: no policy denies it` }];
  if (last.rules.length > 0) {
    const said = verdict === "allow" ? "allowed" : "denied";
    return listed(
      last.rules,
      ({ policy }) => `${direction} is ${said} by ${policyName(policy)}`,
      ({ rule }) => rule.span,
    );
  }
  const end = direction === "egress" ? "source" : "destination";
  return listed(
    last.isolatedBy,
    (policy) => `the ${end} is isolated by ${policyName(policy)}, and no ${direction} rule allows this`,
    ({ span }) => span,
  );
}

function listed<T>(
  all: readonly T[],
  message: (each: T) => string,
  spanOf: (each: T) => NonNullable<Note["span"]>,
): readonly Note[] {
  const notes: Note[] = all
    .slice(0, MAX_NOTES)
    .map((each) => ({ message: message(each), span: spanOf(each) }));
  return all.length > MAX_NOTES ? [...notes, { message: `and by ${all.length - MAX_NOTES} more` }] : notes;
}
