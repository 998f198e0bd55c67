/** The result in a sentence or two. */
import type { DiffEntry, DiffReport, SideError } from "../../analysis/diff/report.js";
import { termsOf } from "../../analysis/semantics/pod_variants.js";
import { unknownNamespaces, unknownNamespacesNote } from "../../analysis/semantics/unknown_namespaces.js";
import { listText } from "./words.js";

/** The number of changes of each kind. */
export function counts({ entries }: Pick<DiffReport, "entries">): Record<"opened" | "closed", number> {
  const of = (kind: "opened" | "closed") =>
    entries.filter((entry) => entry.kind === kind && entry.connection !== "unchanged").length;
  return { opened: of("opened"), closed: of("closed") };
}

/** How a format writes text that users chose. */
export type Quote = (text: string) => string;

export function summary(report: DiffReport, quote: Quote): string {
  const { opened, closed } = counts(report);
  const said = opened + closed === 0 ? "no connection changes" : `${opened} opened, ${closed} closed`;
  return `${said} from ${quote(report.before.name)} to ${quote(report.after.name)}, ${worldText(report)}`;
}

function worldText({ world, compared }: DiffReport): string {
  if (world === "every-cluster") return "in every possible cluster";
  return compared === 1 ? "for the one workload in both" : `for the ${compared} workloads in both`;
}

/** What readers must know to understand the result. */
export function notes(report: DiffReport, quote: Quote): readonly string[] {
  const { complete, added, removed, moved, world } = report;
  const found = [report.before, report.after].flatMap(({ name, errors }) => errorNotes(name, errors, quote));
  if (added.length > 0)
    found.push(`not compared, new in ${quote(report.after.name)}: ${quote(listText(added, 4))}`);
  if (removed.length > 0)
    found.push(`not compared, no longer in ${quote(report.after.name)}: ${quote(listText(removed, 4))}`);
  if (moved.onto.length > 0)
    found.push(
      `now on the host network, where policies treat a pod as its node: ${quote(listText(moved.onto, 4))}`,
    );
  if (moved.off.length > 0)
    found.push(
      `no longer on the host network, where policies treat a pod as its node: ${quote(listText(moved.off, 4))}`,
    );
  if (world === "inventory" && report.entries.some(tellsOfOthers))
    found.push("selectors stand for pods that no file describes");
  if (world === "inventory") found.push(...unknownNamespacesNote(unknownNamespacesOf(report).map(quote)));
  if (!complete)
    found.push(
      "too many kinds of pods to check them all: there may be more changes, and the listed ones may be smaller",
    );
  return found;
}

/** One of each effect: an object may have many errors. */
function errorNotes(name: string, errors: readonly SideError[], quote: Quote): readonly string[] {
  return [...new Set(errors.map(({ effect }) => effect))].map((effect) => {
    const [first, ...more] = errors.filter((each) => each.effect === effect);
    const others = more.length > 0 ? `, and ${more.length} more` : "";
    const [where, message] = [quote(first!.where), quote(first!.message)];
    return `error in ${quote(name)}, ${where}: ${message}${others}; ${quote(effect)}`;
  });
}

function tellsOfOthers({ subjectSets, peerSets }: DiffEntry): boolean {
  return [...subjectSets, ...peerSets].some(({ pods }) => pods);
}

/** Namespaces whose labels policies of a side use, but its files do not describe. */
export function unknownNamespacesOf({ before, after }: DiffReport): readonly string[] {
  const names = [before, after].flatMap(({ policies, inventory }) =>
    unknownNamespaces(termsOf(policies), inventory),
  );
  return [...new Set(names)].sort();
}
