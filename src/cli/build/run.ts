import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import type { Bundle } from "../../bundle/bundle.js";
import { buildBundle, generateAll } from "../../bundle/build_bundle.js";
import { printIr } from "../../bundle/bundle_json.js";
import { objectCacheDir } from "../../bundle/object_cache.js";
import { comment } from "../../codegen/comment.js";
import { isFailure } from "../../node/failure.js";
import { loadYamlCache, storeYamlCache } from "../../parser/yaml_cache.js";
import type { Project } from "../../parser/project.js";
import { isError } from "../../source/diagnostic.js";
import { printable } from "../../source/printable.js";
import { clusterProject, errorsOf, failEmpty, sayNotes } from "../answerable_project.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import { printReport } from "../print_diagnostics.js";
import { Progress } from "../progress.js";
import { serviceSettings } from "../service_settings.js";
import { servicesToBundle } from "./services.js";
import { signingFor } from "./signing.js";
import { verificationFor } from "./verification.js";
import { warningsOf } from "./warnings.js";

interface BuildOptions {
  readonly out: string;
  readonly emit?: "ir" | "c";
  readonly verify?: boolean;
  readonly sign?: readonly string[];
  readonly cache: boolean;
  readonly quiet: boolean;
  readonly color: boolean;
}

export async function run(paths: readonly string[], options: BuildOptions): Promise<number> {
  const started = performance.now();
  const signing = signingFor(options.sign ?? []);
  if (isFailure(signing)) return fail("build --sign", signing.error, signing);
  const yamlCache = options.cache ? loadYamlCache(process.cwd()) : undefined;
  const project = await clusterProject("build", paths, {
    depends: "policies",
    ...(yamlCache && { yamlCache }),
  });
  if (yamlCache) storeYamlCache(yamlCache, process.cwd());
  const errors = errorsOf(project, "policies");
  const warnings = options.quiet ? [] : await warningsOf(project);
  if (errors.length + warnings.length > 0) printReport([...errors, ...warnings], project, options);
  if (errors.length > 0) return project.files === 0 ? EXIT.usage : EXIT.findings;
  if (project.files === 0) return failEmpty("build", paths, project);
  if (!options.quiet) sayNotes("build", project);
  if (options.emit) return print(options.emit, project);
  const settings = project.inventory.services.length > 0 ? await serviceSettings(options) : {};
  if (!settings) return EXIT.usage;
  const toBundle = servicesToBundle(project.inventory, settings);
  const problems = (toBundle?.problems ?? []).filter((each) => isError(each) || !options.quiet);
  if (problems.length > 0) printReport(problems, project, options);
  const verification = await verificationFor(options);
  if (verification.refused) return fail("build --verify", verification.refused.error, verification.refused);
  const progress = new Progress(options.quiet);
  const bundle = await buildBundle(project.policies, project.sources, options.out, {
    onProgress: (done, total) => progress.show(`${done} of ${total} policy sets compiled`),
    ...(options.cache && { cacheDir: objectCacheDir() }),
    ...(toBundle && { services: toBundle.services }),
    check: async (made) => {
      const problems = (await verification.check?.(made)) ?? [];
      return problems.length > 0 ? problems : signing.sign(made);
    },
  });
  progress.end();
  if (Array.isArray(bundle)) {
    printReport(bundle, project, options);
    return EXIT.usage;
  }
  const lines = [
    summary(bundle as Bundle, performance.now() - started),
    ...verification.lines(),
    ...signing.lines,
  ];
  process.stdout.write(lines.map((line) => `${printable(line)}\n`).join(""));
  return EXIT.ok;
}

function print(what: "ir" | "c", { policies, sources }: Project): number {
  const generated = generateAll(policies, sources);
  if (Array.isArray(generated)) {
    printReport(generated, { sources, files: 0 });
    return EXIT.findings;
  }
  const text =
    what === "ir"
      ? printIr(generated.policies)
      : generated.sets.map(({ set, program }) => program?.text ?? noProgram(set.name)).join("\n");
  process.stdout.write(text);
  return EXIT.ok;
}

function noProgram(set: string): string {
  return `${comment(`Policy set ${set} has too many rules for straight code: nodes fill a table from ir.json.`, "")}\n`;
}

function summary({ dir, manifest, services }: Bundle, ms: number): string {
  const bytes = readdirSync(dir).reduce((sum, file) => sum + statSync(join(dir, file)).size, 0);
  const count = (number: number, one: string, many: string) => `${number} ${number === 1 ? one : many}`;
  const tables = manifest.sets.filter(({ form }) => form === "table").length;
  const parts = [
    count(manifest.sets.length, "policy set", "policy sets") + (tables > 0 ? ` (${tables} by table)` : ""),
    count(manifest.policies.length, "policy", "policies"),
    count(manifest.rules.length, "rule", "rules"),
    ...(services ? [count(services.services.length, "Service", "Services")] : []),
    `${Math.ceil(bytes / 1024)} KiB`,
    `${(ms / 1000).toFixed(1)} s`,
    manifest.compiler,
  ];
  return `${dir}: ${parts.join(", ")}`;
}
