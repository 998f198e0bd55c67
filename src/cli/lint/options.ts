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
  readonly cache: boolean;
}

/** In the working folder: findings that were there when polc came. */
export const BASELINE_FILE = "polc-suppressions.json";

const LEVELS: readonly Level[] = ["off", "warning", "error"];

export function defineOptions(command: Command): void {
  command
    .addOption(
      new Option("-f, --format <format>", "how findings are written").choices(FORMATS).default("pretty"),
    )
    .option("-o, --output-file <file>", "write findings to this file")
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .option("--quiet", "errors only: warnings are neither shown nor counted", false)
    .option("--max-warnings <n>", "exit 0 up to this many warnings", parseCount, 0)
    .addOption(
      new Option("--error-on-warnings", "exit 1 for any warning; the default").conflicts("maxWarnings"),
    )
    .option("--timing", "say on standard error how long reading and each rule took", false)
    .option("-c, --config <file>", "a configuration in place of polc.config.{ts,yaml,yml,json}")
    .option("--no-config", "no configuration")
    .option("--print-config <file>", "print what is in force for a file, and end")
    .addOption(new Option("--preset <preset>", "in place of the configured ones").choices(PRESETS))
    .option("--rule <name[=level]>", "turn a rule on, or set it to off, warning or error", addRule)
    .option("--no-gitignore", "search files that .gitignore names too")
    .addOption(
      new Option("--staged", "only what is staged for commit, as it is staged").conflicts([
        "changed",
        "since",
        "stdin",
        "stdinFilename",
      ]),
    )
    .addOption(new Option("--changed", "only files that are not as committed").conflicts("stdin"))
    .addOption(new Option("--since <ref>", "only files changed since then").implies({ changed: true }))
    .option("--stdin", "read standard input; the same as the path -")
    .option("--stdin-filename <file>", "standard input is the text of this file")
    .addOption(
      new Option("--fix", "make the fixes that are proved to change no verdict")
        .default(false)
        .conflicts(["staged", "stdin", "stdinFilename", "fixDryRun", "watch"]),
    )
    .addOption(
      new Option("--fix-dry-run", "show what --fix would change, as a patch")
        .default(false)
        .conflicts(["staged", "stdin", "stdinFilename", "watch"]),
    )
    .option("--unsafe", "with --fix: also fixes that may change a verdict, or lose a comment", false)
    .option("--suppress-all", `suppress what is found now, in ${BASELINE_FILE}`, false)
    .option("--prune-suppressions", "take out of it what is no longer found", false)
    .addOption(
      new Option("--watch", "lint again whenever a file changes")
        .default(false)
        .conflicts(["staged", "stdin", "stdinFilename", "outputFile"]),
    )
    .option("--cache", "remember between runs what files hold", false);
}

function parseCount(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("It is not a whole number.");
  return Number(text);
}

function addRule(
  text: string,
  before: ReadonlyMap<string, Level | undefined> = new Map(),
): ReadonlyMap<string, Level | undefined> {
  const [name = "", written] = text.split("=");
  const level = LEVELS.find((each) => each === written);
  if (written !== undefined && !level) throw new InvalidArgumentError(`Levels are ${LEVELS.join(", ")}.`);
  return new Map([...before, [name, level]]);
}
