import { endWords } from "../../analysis/semantics/end_words.js";
import { printable } from "../../source/printable.js";
import { reasonOf } from "./reasons.js";
import type { DiffEntry, DiffReport } from "../../analysis/diff/report.js";
import { counts, notes, summary } from "./summary.js";
import { NAMED, peersText, portsText } from "./words.js";

/** A GitHub comment may have 65536 characters, so rows and details beyond these numbers are left out. */
const CHARACTERS = 60_000;

/** A comment on a pull request: a table, and the reasons in a collapsed section. */
export function diffMarkdown(report: DiffReport): string {
  const { opened, closed } = counts(report);
  const changed = report.entries.filter(({ connection }) => connection !== "unchanged");
  const title =
    changed.length === 0
      ? "Network policy: no connection changes"
      : `Network policy: ${opened} opened, ${closed} closed`;
  const parts = [`### ${title}`, `${summary(report, code)}.`];
  if (changed.length > 0) {
    const { rows, details } = fitting(changed, report);
    parts.push([HEAD, ...rows].join("\n"));
    const left = changed.length - rows.length;
    if (left > 0) parts.push(`and ${left} more: \`polc diff\` lists them.`);
    const reasons = details.join("\n");
    parts.push(`<details>\n<summary>Packets and policies</summary>\n\n${reasons}\n\n</details>`);
  }
  return [...parts, ...notes(report, code)].join("\n\n");
}

function fitting(entries: readonly DiffEntry[], report: DiffReport) {
  const rows: string[] = [];
  const details: string[] = [];
  let length = 0;
  for (const entry of entries) {
    const [own, reason] = [row(entry), detail(entry, report)];
    length += own.length + reason.length + 2;
    if (length > CHARACTERS) break;
    rows.push(own);
    details.push(reason);
  }
  return { rows, details };
}

const HEAD = "| | workload | peers | ports |\n|---|---|---|---|";

function row(entry: DiffEntry): string {
  const { kind, direction, subject, ports, connection } = entry;
  const way = direction === "ingress" ? "from" : "to";
  const doubt = connection === "unknown" ? " (if the other end allows it)" : "";
  return `| ${kind} | ${code(subject)} | ${way} ${code(peersText(entry))} | ${code(portsText(ports))}${doubt} |`;
}

function detail(entry: DiffEntry, report: DiffReport): string {
  const { kind, subject, direction, witness, decisions } = entry;
  const { from, to, protocol, port } = kind === "opened" ? witness.after : witness.before;
  const number = protocol === "other" ? "ICMP" : `${protocol} ${port}`;
  const why = (side: "before" | "after") => {
    const { said, places } = reasonOf(decisions[side], report[side]);
    const named = places.slice(0, NAMED).map(({ policy, where }) => `${code(policy)} at ${code(where)}`);
    if (places.length > NAMED) named.push(`${places.length - NAMED} more`);
    return `  - ${side}: ${said} ${named.join(", ")}`.trimEnd();
  };
  return [
    `- ${kind}: ${direction} of ${code(subject)}`,
    `  - packet: ${code(`${endWords(from)} -> ${endWords(to)}, ${number}`)}`,
    why("before"),
    why("after"),
  ].join("\n");
}

/** In `<code>`, nothing becomes a link or a mention. Special characters become numeric references. */
function code(text: string): string {
  const escaped = printable(text).replace(/[^\p{L}\p{N} .,/:-]/gu, (char) => `&#${char.codePointAt(0)};`);
  return `<code>${escaped}</code>`;
}
