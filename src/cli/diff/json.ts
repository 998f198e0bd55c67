import type { Endpoint, Flow, SideDecision } from "../../analysis/semantics/decide.js";
import { knownLabels } from "../../analysis/semantics/pod_variants.js";
import { printableJson } from "../../lint/format/printable_json.js";
import { policyOf, ruleOf } from "../explain/decision_json.js";
import type { DiffEntry, DiffReport } from "../../analysis/diff/report.js";
import { setJson } from "../../analysis/diff/ends/set_words.js";
import type { DiffSide } from "../../analysis/diff/report.js";
import { counts, unknownNamespacesOf } from "./summary.js";

/** Version 1 of the format: fields may be added, but none changes its meaning. */
export function diffJson(report: DiffReport): string {
  const { before, after, world, complete, entries, added, removed, othersDiffer } = report;
  const ofKind = (kind: DiffEntry["kind"]) =>
    entries.filter((entry) => entry.kind === kind).map((entry) => entryOf(entry, report));
  const document = {
    version: 1,
    before: before.name,
    after: after.name,
    world,
    complete,
    summary: counts(report),
    opened: ofKind("opened"),
    closed: ofKind("closed"),
    added,
    removed,
    othersDiffer,
    ...(world === "inventory" && { moved: report.moved }),
    errors: [before, after].flatMap((side) => side.errors.map((each) => ({ side: side.name, ...each }))),
    ...(world === "inventory" && { unknownNamespaces: unknownNamespacesOf(report) }),
  };
  return printableJson(JSON.stringify(document, null, 2));
}

function entryOf(
  { direction, subject, peers, except, ports, connection, witness, decisions, ...sets }: DiffEntry,
  { before, after }: DiffReport,
): object {
  return {
    direction,
    subject,
    peers,
    ...(except.length > 0 && { except }),
    ...(sets.subjectSets.length > 0 && { subjectSets: sets.subjectSets.map(setJson) }),
    ...(sets.peerSets.length > 0 && { peerSets: sets.peerSets.map(setJson) }),
    ports,
    connection,
    before: { packet: flowOf(witness.before), ...decisionOf(decisions.before, before) },
    after: { packet: flowOf(witness.after), ...decisionOf(decisions.after, after) },
  };
}

function flowOf({ from, to, protocol, port }: Flow): object {
  return { from: endOf(from), to: endOf(to), protocol, port };
}

function endOf(end: Endpoint): object {
  if (end.kind === "address") return { ip: end.ip };
  const { namespace, name, ports } = end.pod;
  return {
    namespace,
    name,
    labels: knownLabels(end.pod),
    ports,
    ...(end.ip !== undefined && { ip: end.ip }),
  };
}

function decisionOf({ verdict, tier, rules, isolatedBy }: SideDecision, side: DiffSide): object {
  return {
    verdict,
    ...(tier && { tier }),
    rules: rules.map((each) => ruleOf(each, side)),
    isolatedBy: isolatedBy.map((policy) => policyOf(policy, side)),
  };
}
