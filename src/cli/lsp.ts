import type { Command } from "commander";
import type { LintProject } from "../lsp/workspace.js";
import { YamlCache } from "../parser/yaml_cache.js";

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
  const [{ loadSettings }, { readProject }, { lint }, { RULES }] = await Promise.all([
    import("../config/settings.js"),
    import("../parser/project.js"),
    import("../lint/lint.js"),
    import("../../rules/registry.js"),
  ]);
  const settings = await loadSettings({ cwd: root, rules: RULES });
  if ("diagnostics" in settings) {
    const project = await readProject([], { cwd: root });
    for (const source of settings.sources.all()) project.sources.add(source);
    return { project, diagnostics: settings.diagnostics };
  }
  const excludes = (absolute: string) => settings.ignores(absolute);
  const project = await readProject([root], { cwd: root, contents, excludes, yamlCache: cache });
  const { levels } = settings;
  const scopes = settings.scopes(project);
  return { project, diagnostics: lint(project, { rules: RULES, levels, cwd: root, scopes }) };
};

/** Only what was typed is read anew. */
const cache = new YamlCache();
