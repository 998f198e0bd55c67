import { realpathSync } from "node:fs";
import type { Command } from "commander";
import { Option } from "commander";
import type { DiffReport } from "./report.js";
import type { DiffSide } from "./side.js";
import { EXIT } from "../exit.js";

interface DiffOptions {
  readonly world?: DiffReport["world"];
  readonly format: "pretty" | "json" | "markdown";
  readonly failOn?: "opened" | "closed" | "any";
  readonly color: boolean;
}

export function define(command: Command): void {
  command
    .argument("[before]", "files, a folder, a bundle, or a git revision: REV or REV:PATH", "HEAD")
    .argument("[after]", "the same; by default what is in the working tree now")
    .addOption(
      new Option(
        "--world <world>",
        "the pods in the files, or every possible cluster; by default the pods if there are any",
      ).choices(["inventory", "every-cluster"]),
    )
    .addOption(
      new Option("-f, --format <format>", "how the changes are written")
        .choices(["pretty", "json", "markdown"])
        .default("pretty"),
    )
    .addOption(
      new Option("--fail-on <changes>", "exit 1 if there are such changes").choices([
        "opened",
        "closed",
        "any",
      ]),
    )
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText("after", "\nExit: 0 compared, 1 changes that --fail-on names, 2 error.")
    .action(async (before: string, after: string | undefined, options: DiffOptions) =>
      run(after === undefined ? [before] : [before, after], options),
    );
}

async function run(names: readonly string[], options: DiffOptions): Promise<void> {
  const cwd = realpathSync(process.cwd());
  const sides = await readSides(names, cwd);
  if (!sides) return;
  const report = await compare(sides, options.world);
  if (!report) return;
  process.stdout.write(`${await written(report, options)}\n`);
  process.exitCode = await exitCode(report, options.failOn);
}

async function readSides(
  names: readonly string[],
  cwd: string,
): Promise<readonly [DiffSide, DiffSide] | undefined> {
  const [{ readSide, sourcesOf }, { YamlCache }] = await Promise.all([
    import("./side.js"),
    import("../../parser/yaml_cache.js"),
  ]);
  const sources = sourcesOf(names, cwd);
  if (typeof sources === "string") {
    const { refuse } = await import("../answerable_project.js");
    await refuse("diff", sources);
    return undefined;
  }
  // A file that is the same on both sides is parsed once.
  const options = { yamlCache: new YamlCache(), gitignore: true };
  const before = await readSide(sources[0], cwd, options);
  const after = before && (await readSide(sources[1], cwd, options));
  return after && [before, after];
}

async function compare(
  [before, after]: readonly [DiffSide, DiffSide],
  wanted: DiffOptions["world"],
): Promise<DiffReport | undefined> {
  const [{ meansTheSame, semanticDiff }, { everyClusterReport, inventoryReport }] = await Promise.all([
    import("../../analysis/diff/semantic_diff.js"),
    import("./report.js"),
  ]);
  const known = [before, after].filter(({ inventory }) => inventory.pods.length > 0);
  const world = wanted ?? (known.length > 0 ? "inventory" : "every-cluster");
  if (world === "every-cluster")
    return everyClusterReport({ before, after }, semanticDiff(before.policies, after.policies));
  if (known.length === 0) {
    const { refuse } = await import("../answerable_project.js");
    await refuse("diff", "there are no pods or workloads in the files: --world every-cluster needs none");
    return undefined;
  }
  const { knownDiff } = await import("../../analysis/diff/known_diff.js");
  // Policies alone, such as a bundle's, are compared on the pods that the other side describes.
  const at = ({ policies, inventory }: DiffSide) => {
    return { policies, inventory: inventory.pods.length > 0 ? inventory : known[0]!.inventory };
  };
  const diff = knownDiff(at(before), at(after));
  const none = diff.opened.length + diff.closed.length === 0;
  return inventoryReport({ before, after }, diff, none && !meansTheSame(before.policies, after.policies));
}

async function written(report: DiffReport, { format, color }: DiffOptions): Promise<string> {
  switch (format) {
    case "json":
      return (await import("./json.js")).diffJson(report);
    case "markdown":
      return (await import("./markdown.js")).diffMarkdown(report);
    case "pretty": {
      const [{ diffText }, { colorsFor }] = await Promise.all([
        import("./text.js"),
        import("../../source/pretty.js"),
      ]);
      return diffText(report, colorsFor(process.stdout, color));
    }
  }
}

/** Where not all could be looked at, that nothing is forbidden cannot be said. */
async function exitCode(report: DiffReport, failOn: DiffOptions["failOn"]): Promise<number> {
  if (failOn === undefined) return EXIT.ok;
  const { counts } = await import("./summary.js");
  const { opened, closed } = counts(report);
  const failing = { opened, closed, any: opened + closed }[failOn];
  if (failing > 0) return EXIT.findings;
  return report.complete ? EXIT.ok : EXIT.usage;
}
