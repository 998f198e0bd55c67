import { endWords } from "../../analysis/semantics/end_words.js";
import type { Colors } from "../../source/pretty.js";
import { printable } from "../../source/printable.js";
import { reasonOf } from "./reasons.js";
import type { DiffEntry, DiffReport } from "../../analysis/diff/report.js";
import { summary, notes } from "./summary.js";
import { NAMED, peersText, portsText } from "./words.js";

/** For each workload: what opened and closed, a sample packet, and the policies on both sides. */
export function diffText(report: DiffReport, colors: Colors): string {
  const changed = report.entries.filter(({ connection }) => connection !== "unchanged");
  const masked = report.entries.filter(({ connection }) => connection === "unchanged");
  const blocks = [...bySubject(changed)].map(([subject, entries]) => block(subject, entries, report, colors));
  if (masked.length > 0) {
    const lines = masked.map((entry) => `  ${line(entry, colors)} ${printable(`(${entry.subject})`)}`);
    blocks.push(
      ["decided differently, but denied by the other end's policies before and after:", ...lines].join("\n"),
    );
  }
  const said = notes(report, printable).map((note) => colors.dim(note));
  return [...blocks, [colors.bold(summary(report, printable)), ...said].join("\n")].join("\n\n");
}

function bySubject(entries: readonly DiffEntry[]): ReadonlyMap<string, readonly DiffEntry[]> {
  const found = new Map<string, DiffEntry[]>();
  for (const entry of entries) {
    const list = found.get(entry.subject);
    if (list) list.push(entry);
    else found.set(entry.subject, [entry]);
  }
  return found;
}

/** Entries that the same policies decide are grouped, and their reasons listed once. */
function block(subject: string, entries: readonly DiffEntry[], report: DiffReport, colors: Colors): string {
  const byReasons = new Map<string, string[]>();
  for (const entry of entries) {
    const reasons = [...why("before", entry, report, colors), ...why("after", entry, report, colors)].join(
      "\n",
    );
    const lines = byReasons.get(reasons) ?? [];
    byReasons.set(reasons, lines);
    lines.push(`  ${line(entry, colors)}`, `      ${colors.dim("packet")}  ${printable(packet(entry))}`);
  }
  const parts = [...byReasons].map(([reasons, lines]) => [...lines, reasons].join("\n"));
  return [colors.bold(printable(subject)), ...parts].join("\n");
}

function line(entry: DiffEntry, colors: Colors): string {
  const { kind, direction, ports, connection } = entry;
  const paint = kind === "opened" ? colors.green : colors.red;
  const way = direction === "ingress" ? "ingress from" : "egress to";
  const doubt = connection === "unknown" ? " (if the other end allows it)" : "";
  return `${paint(`${kind === "opened" ? "+ opened" : "- closed"}`)}  ${way} ${printable(`${peersText(entry)}, ${portsText(ports)}`)}${doubt}`;
}

/** The ends of a packet may have different labels before and after: it is shown as on the side that allows it. */
function packet({ kind, witness }: DiffEntry): string {
  const { from, to, protocol, port } = kind === "opened" ? witness.after : witness.before;
  return `${endWords(from)} -> ${endWords(to)}, ${protocol === "other" ? "ICMP" : `${protocol} ${port}`}`;
}

function why(
  side: "before" | "after",
  { decisions }: DiffEntry,
  report: DiffReport,
  colors: Colors,
): readonly string[] {
  const { said, places } = reasonOf(decisions[side], report[side]);
  const shown = places.slice(0, NAMED).map(({ policy, where }) => {
    return `          ${printable(policy)}  ${colors.dim(printable(where))}`;
  });
  if (places.length > NAMED) shown.push(`          and ${places.length - NAMED} more`);
  return [`      ${colors.dim(side.padEnd(6))}  ${said}`, ...shown];
}
