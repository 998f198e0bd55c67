/** What reading found that does not stop a build: said as polc lint says it. */
import { loadSettings } from "../../config/settings.js";
import { inOrder } from "../../lint/lint.js";
import { applySuppressions } from "../../lint/suppress/suppress.js";
import { TEMPLATE } from "../../parser/parsed_file.js";
import type { Project } from "../../parser/project.js";
import type { Diagnostic } from "../../source/diagnostic.js";

/** Warnings that neither a comment nor the configuration switches off. A configuration with errors switches nothing off. */
export async function warningsOf({ diagnostics, sources }: Project): Promise<readonly Diagnostic[]> {
  const all = diagnostics.filter(({ severity, rule }) => severity === "warning" && rule !== TEMPLATE);
  if (all.length === 0) return [];
  const { RULES } = await import("../../../rules/registry.js");
  const settings = await loadSettings({ cwd: process.cwd(), rules: RULES });
  const isOff = ({ rule, span }: Diagnostic) =>
    !("diagnostics" in settings) && settings.levels.levelOf(rule, span.file) === "off";
  const on = new Set(all.filter((each) => !isOff(each)));
  const left = applySuppressions([...on], sources, { rules: RULES, ran: () => false });
  return inOrder(left.filter((each) => on.has(each)));
}
