import type { Rule, RuleMeta } from "../../lint/rule.js";
import type { Colors } from "../../source/pretty.js";

const WORLDS: Readonly<Record<RuleMeta["world"], string>> = {
  "every-cluster": "any cluster",
  inventory: "known pods",
  text: "the text",
};

/** A table with one line per rule. */
export function rulesTable(rules: readonly Rule[], colors: Colors): string {
  const head = ["rule", "preset", "level", "holds for", "fix", "summary"];
  const rows = rules.map(({ name, meta }) => [
    name,
    meta.preset,
    meta.severity,
    WORLDS[meta.world],
    meta.fixable ? "yes" : "",
    meta.summary,
  ]);
  const widths = head.map((_, i) => Math.max(...[head, ...rows].map((row) => row[i]!.length)));
  const line = (row: readonly string[]) =>
    row
      .map((cell, i) => cell.padEnd(widths[i]!))
      .join("  ")
      .trimEnd();
  return [
    colors.dim(line(head)),
    ...rows.map((row) => {
      const text = line(row);
      return colors.bold(text.slice(0, widths[0])) + text.slice(widths[0]);
    }),
  ].join("\n");
}
