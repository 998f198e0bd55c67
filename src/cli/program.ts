/** What `polc` runs. The build bundles it into one file; `start.ts` loads that. */
import { Command, CommanderError, Help, Option } from "commander";
import { COMMANDS } from "./commands.js";
import { EXIT } from "./exit.js";
import { packageVersion } from "../source/package_root.js";

const program = new Command("polc")
  .description("Lint Kubernetes network policies, compile them to eBPF, and enforce them.")
  .version(packageVersion(), "-V, --version")
  // Else options after a subcommand's own subcommand (polc deploy status --context C) were taken for those of the first one.
  .enablePositionalOptions()
  .configureHelp({ optionDescription: describeOption })
  .showSuggestionAfterError()
  .showHelpAfterError("(polc --help lists the commands)")
  .exitOverride();

// The reader may stop reading (`polc lint | head`), which is not an error.
process.stdout.on("error", (error: NodeJS.ErrnoException) => {
  if (error.code === "EPIPE") process.exit();
  throw error;
});

const wanted = process.argv.slice(2).find((argument) => !argument.startsWith("-"));
const helped = wanted === "help" ? process.argv[process.argv.indexOf("help") + 1] : undefined;

void runProgram();

async function runProgram(): Promise<void> {
  try {
    for (const { name, summary, load } of COMMANDS) {
      const command = program.command(name).summary(summary).description(summary).exitOverride();
      if (name === wanted || name === helped) (await load()).define(command, COMMANDS);
    }
    await program.parseAsync();
  } catch (error) {
    if (error instanceof CommanderError) {
      process.exitCode = error.exitCode === 0 ? EXIT.ok : EXIT.usage;
    } else {
      const { stackOf } = await import("./stack_of.js");
      process.stderr.write(`polc: internal error, please report it: ${stackOf(error)}\n`);
      process.exitCode = EXIT.usage;
    }
  }
}

/** A flag is off by default, so its description need not say so. */
function describeOption(option: Option): string {
  const shown = option.defaultValue === false ? { ...option, defaultValue: undefined } : option;
  return new Help().optionDescription(Object.assign(new Option(option.flags), shown));
}
