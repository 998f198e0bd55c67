/** `polc lint` with what it keeps between runs: findings of files that have not changed, and what files hold. */
import { findProjectFiles } from "../../parser/project.js";
import type { LoadOptions } from "../../parser/project.js";
import { loadYamlCache, storeYamlCache } from "../../parser/yaml_cache.js";
import type { Asked, LintInputs } from "./inputs.js";
import { bytesOf, KeptFindings } from "./kept_findings.js";
import type { LintResult } from "./kept_findings.js";

/** Reading fewer bytes takes less time than looking up what is kept. */
const WORTH_BYTES = 256 * 1024;

export async function examineCached(
  { paths, load }: LintInputs,
  { options, settings, cwd }: Asked,
  examine: (load: LoadOptions) => Promise<LintResult>,
): Promise<LintResult> {
  const found = findProjectFiles(paths, load);
  const wanted = { ...load, found };
  if (bytesOf(found) < WORTH_BYTES) return examine(wanted);
  const isFixed = options.fix || options.fixDryRun;
  const kept = isFixed ? undefined : KeptFindings.of(found, settings.fingerprint());
  const known = kept?.load();
  if (known) return known;
  const yamlCache = loadYamlCache(cwd);
  const result = await examine({ ...wanted, yamlCache });
  storeYamlCache(yamlCache, cwd);
  kept?.store(result);
  return result;
}
