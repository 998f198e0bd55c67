/** Findings as lines: severity, check, message, and below it what to do. */
import type { Finding } from "../../node/doctor/finding.js";
import { count } from "../../node/describe_plan.js";
import { printable } from "../../source/printable.js";
import type { Colors } from "../../source/pretty.js";

export function doctorText(findings: readonly Finding[], colors: Colors): string {
  const paint = { ok: colors.green, warning: colors.yellow, problem: colors.red };
  const width = Math.max(...findings.map(({ check }) => check.length));
  const lines = findings.flatMap(({ severity, check, message, help }) => [
    `${paint[severity](severity.padEnd(7))}  ${colors.dim(check.padEnd(width))}  ${printable(message)}`,
    ...(help === undefined ? [] : [`${" ".repeat(width + 11)}${colors.bold("help:")} ${printable(help)}`]),
  ]);
  const [problems, warnings] = (["problem", "warning"] as const).map((wanted) =>
    count(findings.filter(({ severity }) => severity === wanted).length, wanted),
  );
  return [...lines, "", `${problems}, ${warnings}`].join("\n");
}
