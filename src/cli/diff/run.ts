import { existsSync, realpathSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { compareSides } from "../../analysis/diff/report.js";
import type { DiffReport, DiffSide } from "../../analysis/diff/report.js";
import { repositoryOf } from "../../config/find_config.js";
import { isFailure } from "../../node/failure.js";
import { buildId } from "../../parser/own_sources.js";
import { loadYamlCache, storeYamlCache, YamlCache } from "../../parser/yaml_cache.js";
import { colorsFor } from "../../source/pretty.js";
import { printable } from "../../source/printable.js";
import type { ClusterOptions } from "../cluster_options.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import { readClusterSide } from "./cluster_side.js";
import { withoutLeftOut } from "./left_out.js";
import { diffJson } from "./json.js";
import { diffMarkdown } from "./markdown.js";
import { readSide, sourceOf, sourcesOf, unknown } from "./read_side.js";
import { counts } from "./summary.js";
import { diffText } from "./text.js";

interface DiffOptions extends ClusterOptions {
  readonly against?: "cluster";
  readonly world?: DiffReport["world"];
  readonly format: "pretty" | "json" | "markdown";
  readonly failOn?: "opened" | "closed" | "any";
  readonly color: boolean;
}

export async function run(
  before: string,
  after: string | undefined,
  options: DiffOptions,
  { args }: Pick<Command, "args">,
): Promise<number> {
  const cwd = realpathSync(process.cwd());
  const sides = options.against
    ? await readAgainstCluster(args, cwd, options)
    : await readSides(after === undefined ? [before] : [before, after], cwd);
  if (!sides) return EXIT.usage;
  const report = compareSides(...sides, options.world);
  if (!report)
    return fail("diff", "no pods or workloads in the files: add them, or use --world every-cluster");
  process.stdout.write(`${written(report, options)}\n`);
  return exitCode(report, options.failOn);
}

async function readSides(
  names: readonly string[],
  cwd: string,
): Promise<readonly [DiffSide, DiffSide] | undefined> {
  const sources = sourcesOf(names, cwd);
  if (typeof sources === "string") {
    fail("diff", sources);
    return undefined;
  }
  // A file that is equal on both sides is parsed once.
  const isKept = buildId() !== undefined && existsSync(join(repositoryOf(cwd), ".git"));
  const yamlCache = isKept ? loadYamlCache(cwd) : new YamlCache();
  const options = { yamlCache, gitignore: true, said: new Set<string>() };
  const before = await readSide(sources[0], cwd, options);
  const after = before && (await readSide(sources[1], cwd, options));
  if (isKept && after) storeYamlCache(yamlCache, cwd, undefined, true);
  return after && withoutLeftOut(before, after);
}

/** What the cluster lets through now, and what it would: for the workloads that it has, if they may be read. */
async function readAgainstCluster(
  args: readonly string[],
  cwd: string,
  options: DiffOptions,
): Promise<readonly [DiffSide, DiffSide] | undefined> {
  if (args.length > 1) {
    fail("diff", "--against cluster takes one argument: what to compare the cluster with");
    return undefined;
  }
  const source = sourceOf(args[0] ?? ".", cwd);
  if (!source) {
    fail("diff", unknown(args[0]!));
    return undefined;
  }
  const found = await readClusterSide(options);
  if (isFailure(found)) {
    fail("diff", found.error, found);
    return undefined;
  }
  if (found.note !== undefined) process.stderr.write(`note: ${printable(found.note)}\n`);
  const after = await readSide(source, cwd, { gitignore: true });
  const { inventory } = found.side;
  return after && withoutLeftOut(found.side, inventory.pods.length > 0 ? { ...after, inventory } : after);
}

function written(report: DiffReport, { format, color }: DiffOptions): string {
  switch (format) {
    case "json":
      return diffJson(report);
    case "markdown":
      return diffMarkdown(report);
    case "pretty":
      return diffText(report, colorsFor(process.stdout, color));
  }
}

/** If something could not be read or checked, the command cannot promise that there is no such change. */
function exitCode(report: DiffReport, failOn: DiffOptions["failOn"]): number {
  if (report.before.errors.length + report.after.errors.length > 0) return EXIT.usage;
  if (failOn === undefined) return EXIT.ok;
  const { opened, closed } = counts(report);
  const failing = { opened, closed, any: opened + closed }[failOn];
  if (failing > 0) return EXIT.findings;
  return report.complete ? EXIT.ok : EXIT.usage;
}
