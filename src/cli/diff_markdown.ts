import { printable } from "../source/printable.js";
import { reasonOf } from "./diff_reasons.js";
import type { DiffEntry, DiffReport } from "./diff_report.js";
import { counts, notes, summary } from "./diff_summary.js";
import { endText, listText, portsText } from "./diff_words.js";

/** A comment may have 65536 characters; these many rows stay below it. */
const ROWS = 60;
const NAMED = 4;

/** For a comment on a pull request: a table, and the reasons to be folded out. */
export function diffMarkdown(report: DiffReport): string {
  const { opened, closed } = counts(report);
  const changed = report.entries.filter(({ connection }) => connection !== "unchanged");
  const title =
    changed.length === 0
      ? "Network policy: no connection changes"
      : `Network policy: ${opened} opened, ${closed} closed`;
  const parts = [`### ${title}`, `${summary(report, code)}.`];
  if (changed.length > 0) {
    const shown = changed.slice(0, ROWS);
    parts.push([HEAD, ...shown.map(row)].join("\n"));
    if (changed.length > ROWS) parts.push(`and ${changed.length - ROWS} more: \`polc diff\` lists them.`);
    const details = shown.map((entry) => detail(entry, report)).join("\n");
    parts.push(`<details>\n<summary>Packets and policies</summary>\n\n${details}\n\n</details>`);
  }
  return [...parts, ...notes(report, code)].join("\n\n");
}

const HEAD = "| | workload | peers | ports |\n|---|---|---|---|";

function row({ kind, direction, subject, peers, ports, connection }: DiffEntry): string {
  const way = direction === "ingress" ? "from" : "to";
  const doubt = connection === "unknown" ? " (if the other end allows it)" : "";
  return `| ${kind} | ${code(subject)} | ${way} ${code(listText(peers, NAMED))} | ${code(portsText(ports))}${doubt} |`;
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
    `  - packet: ${code(`${endText(from, report.world)} -> ${endText(to, report.world)}, ${number}`)}`,
    why("before"),
    why("after"),
  ].join("\n");
}

/** Inside `<code>` nothing is a link or mentions anybody; every other special character is written as a number. */
function code(text: string): string {
  const escaped = printable(text).replace(/[^\p{L}\p{N} .,/:-]/gu, (char) => `&#${char.codePointAt(0)};`);
  return `<code>${escaped}</code>`;
}
