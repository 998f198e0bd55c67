import type { Command } from "commander";
import type { LintProject } from "../lsp/workspace.js";

export function define(command: Command): void {
  command
    .option("--stdio", "speak over standard input and output, the only way there is", true)
    .addHelpText(
      "after",
      "\nFor editors: diagnostics while typing, what a rule matches on hover, quick fixes, and go to the covering rule.",
    )
    .action(run);
}

async function run(): Promise<void> {
  const [{ createConnection }, { serve }, { packageVersion }] = await Promise.all([
    import("vscode-languageserver/node"),
    import("../lsp/server.js"),
    import("../source/package_root.js"),
  ]);
  serve(createConnection(process.stdin, process.stdout), lintProject, packageVersion());
}

export const lintProject: LintProject = async (root, contents) => {
  const [{ readProject }, { lint }, { presetLevels }, { RULES }] = await Promise.all([
    import("../parser/project.js"),
    import("../lint/lint.js"),
    import("../lint/levels.js"),
    import("../lint/registry.js"),
  ]);
  const project = await readProject([root], { cwd: root, contents });
  const levels = presetLevels("recommended", RULES);
  return { project, diagnostics: lint(project, { rules: RULES, levels, cwd: root }) };
};
