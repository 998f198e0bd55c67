import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { FORMATS } from "../../lint/format/format.js";
import type { Format } from "../../lint/format/format.js";
import type { Level } from "../../lint/levels.js";
import { PRESETS } from "../../lint/rule.js";
import type { Preset } from "../../lint/rule.js";

export interface LintOptions {
  readonly format: Format;
  readonly color: boolean;
  readonly outputFile?: string;
  readonly quiet: boolean;
  readonly maxWarnings: number;
  readonly timing: boolean;
  /** A path, or false for none. */
  readonly config?: string | false;
  readonly printConfig?: string;
  readonly preset?: Preset;
  /** undefined: as the rule's findings say. */
  readonly rule?: ReadonlyMap<string, Level | undefined>;
  readonly gitignore: boolean;
  readonly staged?: true;
  readonly changed?: true;
  readonly since?: string;
  readonly stdin?: true;
  readonly stdinFilename?: string;
  readonly fix: boolean;
  readonly fixDryRun: boolean;
  readonly unsafe: boolean;
  readonly suppressAll: boolean;
  readonly pruneSuppressions: boolean;
  readonly watch: boolean;
  /** undefined: in a git repository. */
  readonly cache?: boolean;
}

/** In the working folder: existing findings that are not reported. */
export const BASELINE_FILE = "polc-suppressions.json";

const LEVELS: readonly Level[] = ["off", "warning", "error"];

export function defineOptions(command: Command): void {
  command
    .addOption(new Option("-f, --format <format>", "output format").choices(FORMATS).default("pretty"))
    .option("-o, --output-file <file>", "write findings to this file")
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .option("--quiet", "errors only: neither show nor count warnings", false)
    .option("--max-warnings <n>", "exit 0 with up to this many warnings", parseCount, 0)
    .addOption(
      new Option("--error-on-warnings", "exit 1 on any warning; the default").conflicts("maxWarnings"),
    )
    .option("--timing", "print the time that reading and each rule took, to standard error", false)
    .option("-c, --config <file>", "use this configuration instead of polc.config.{ts,yaml,yml,json}")
    .option("--no-config", "use no configuration")
    .option("--print-config <file>", "print the configuration of a file, and exit")
    .addOption(
      new Option("--preset <preset>", "use this preset instead of the configured ones").choices(PRESETS),
    )
    .option("--rule <name[=level]>", "turn a rule on, or set it to off, warning or error", addRule)
    .option("--no-gitignore", "include files that .gitignore excludes")
    .addOption(
      new Option("--staged", "only staged files, as staged").conflicts([
        "changed",
        "since",
        "stdin",
        "stdinFilename",
      ]),
    )
    .addOption(new Option("--changed", "only files changed since HEAD").conflicts("stdin"))
    .addOption(
      new Option("--since <ref>", "only files changed since this revision").implies({ changed: true }),
    )
    .option("--stdin", "read standard input, as the path - does")
    .option("--stdin-filename <file>", "read this file's text from standard input")
    .addOption(
      new Option("--fix", "apply the fixes that are proved to change no verdict")
        .default(false)
        .conflicts(["staged", "stdin", "stdinFilename", "fixDryRun", "watch"]),
    )
    .addOption(
      new Option("--fix-dry-run", "print what --fix would change as a patch")
        .default(false)
        .conflicts(["staged", "stdin", "stdinFilename", "watch"]),
    )
    .option("--unsafe", "with --fix: also apply fixes that may change a verdict or lose a comment", false)
    .option("--suppress-all", `suppress all current findings in ${BASELINE_FILE}`, false)
    .option("--prune-suppressions", "remove suppressions that no longer match a finding", false)
    .addOption(
      new Option("--watch", "lint again when a file changes")
        .default(false)
        .conflicts(["staged", "stdin", "stdinFilename", "outputFile"]),
    )
    .option("--cache", "cache results between runs; the default in a git repository")
    .option("--no-cache", "read and check everything again, and keep nothing");
}

function parseCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Not a whole number.");
  return Number(text);
}

function addRule(
  text: string,
  before: ReadonlyMap<string, Level | undefined> = new Map(),
): ReadonlyMap<string, Level | undefined> {
  const [name = "", written] = text.split("=");
  const level = LEVELS.find((each) => each === written);
  if (written !== undefined && !level) throw new InvalidArgumentError(`Use one of ${LEVELS.join(", ")}.`);
  return new Map([...before, [name, level]]);
}
