import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import type { ReadProject } from "../parser/project.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { EXIT } from "./exit.js";

interface LintOptions {
  readonly format: "pretty" | "json" | "sarif";
  readonly color: boolean;
  readonly quiet: boolean;
  readonly maxWarnings: number;
}

export function define(command: Command): void {
  command
    .argument("[paths...]", "policy files and folders; - is standard input", ["."])
    .addOption(
      new Option("-f, --format <format>", "how findings are written")
        .choices(["pretty", "json", "sarif"])
        .default("pretty"),
    )
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .option("--quiet", "errors only: warnings are neither shown nor counted", false)
    .option("--max-warnings <n>", "exit 0 up to this many warnings", parseCount, 0)
    .addHelpText("after", "\nExit: 0 clean, 1 findings, 2 usage or no files.")
    .action(run);
}

function parseCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It is not a whole number.");
  return Number(text);
}

async function run(paths: readonly string[], options: LintOptions): Promise<void> {
  const [{ readProject }, { lint }, { presetLevels }, { RULES }] = await Promise.all([
    import("../parser/project.js"),
    import("../lint/lint.js"),
    import("../lint/levels.js"),
    import("../lint/registry.js"),
  ]);
  const project = await readProject(paths);
  if (project.files === 0) {
    const { printable } = await import("../source/printable.js");
    const reasons = project.diagnostics.map(({ message }) => `\n  ${printable(message)}`);
    process.stderr.write(`polc lint: no policy files in ${printable(paths.join(" "))}${reasons.join("")}\n`);
    process.exitCode = EXIT.usage;
    return;
  }
  const levels = presetLevels("recommended", RULES);
  const all = lint(project, { rules: RULES, levels, cwd: process.cwd() });
  const found = options.quiet ? all.filter(({ severity }) => severity === "error") : all;
  process.stdout.write(await written(found, project, options));
  process.exitCode = fails(found, options.maxWarnings) ? EXIT.findings : EXIT.ok;
}

function fails(found: readonly Diagnostic[], maxWarnings: number): boolean {
  const errors = found.filter(({ severity }) => severity === "error").length;
  return errors > 0 || found.length - errors > maxWarnings;
}

async function written(
  found: readonly Diagnostic[],
  { sources, files }: ReadProject,
  { format, color, quiet }: LintOptions,
): Promise<string> {
  switch (format) {
    case "json": {
      const { formatJson } = await import("../lint/format/json.js");
      return `${formatJson(found, sources, files)}\n`;
    }
    case "sarif": {
      const [{ formatSarif }, { RULES }, { packageVersion }] = await Promise.all([
        import("../lint/format/sarif.js"),
        import("../lint/registry.js"),
        import("../source/package_root.js"),
      ]);
      return `${formatSarif(found, sources, RULES, packageVersion())}\n`;
    }
    case "pretty": {
      if (quiet && found.length === 0) return "";
      const { colorsFor, prettyReport } = await import("../source/pretty.js");
      return `${prettyReport(found, sources, files, colorsFor(process.stdout, color))}\n`;
    }
  }
}
