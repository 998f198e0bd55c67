/** `polc lint` with what it keeps between runs: findings of files that have not changed, and what files hold. */
import { factsOf } from "../../lint/affected/facts.js";
import type { Compared } from "../../lint/affected/facts.js";
import type { LintOptions } from "../../lint/lint.js";
import { findProjectFiles } from "../../parser/project.js";
import type { LoadOptions, ReadProject } from "../../parser/project.js";
import { loadYamlCache, storeYamlCache } from "../../parser/yaml_cache.js";
import type { Diagnostic } from "../../source/diagnostic.js";
import type { Asked, LintInputs } from "./inputs.js";
import { KeptFindings, stampOf } from "./kept_findings.js";
import type { LintResult } from "./kept_findings.js";
import { relint } from "./relint.js";

/** Reading fewer bytes takes less time than looking up what is kept. */
const WORTH_BYTES = 256 * 1024;

/** How files are read and linted. */
export interface Examining {
  readonly read: (load: LoadOptions) => Promise<ReadProject>;
  readonly lint: (
    project: ReadProject,
    how?: Pick<LintOptions, "scopes" | "elsewhere" | "compared">,
  ) => readonly Diagnostic[];
}

export async function examineCached(
  { paths, load }: LintInputs,
  { options, settings, cwd }: Asked,
  { read, lint }: Examining,
): Promise<LintResult> {
  const found = findProjectFiles(paths, load);
  const wanted = { ...load, found };
  const stamps = found.files.map(({ absolute }) => stampOf(absolute));
  const bytes = stamps.reduce((sum, stamp) => sum + (stamp?.[0] ?? 0), 0);
  if (bytes < WORTH_BYTES) {
    const project = await read(wanted);
    return { project, diagnostics: lint(project) };
  }
  const isFixed = options.fix || options.fixDryRun;
  const kept = isFixed ? undefined : KeptFindings.of(found, stamps, settings.fingerprint());
  const since = kept?.since();
  if (since?.changed.size === 0) return since.result;
  const facts = since && kept!.facts(since);
  if (facts) {
    const yamlCache = loadYamlCache(cwd, undefined, ["others"]);
    const scopes = settings.scopes.bind(settings);
    const relinted = await relint(since, facts, { paths, found, load: { ...load, yamlCache }, scopes, lint });
    if (relinted) {
      kept!.storeAgain(since, relinted.result, relinted.facts);
      return relinted.result;
    }
  }
  const yamlCache = loadYamlCache(cwd);
  const compared: Compared = new Map();
  const project = await read({ ...wanted, yamlCache });
  const diagnostics = lint(project, { compared: (scope, redundant) => compared.set(scope, redundant) });
  const result = { project, diagnostics };
  storeYamlCache(yamlCache, cwd);
  kept?.store(result, factsOf(project, compared));
  return result;
}
