import { RULES } from "../../../rules/registry.js";
import { loadSettings } from "../../config/settings.js";
import { lint } from "../../lint/lint.js";
import type { LintProject } from "../../lsp/workspace.js";
import { readProject } from "../../parser/project.js";
import { YamlCache } from "../../parser/yaml_cache.js";

/** Lints as `polc lint` does in the workspace's folder, with the editor's unsaved changes. */
export const lintProject: LintProject = async (root, contents) => {
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

/** Only changed files are read again. */
const cache = new YamlCache();
