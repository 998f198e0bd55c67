import type { Command } from "commander";
import { EXIT } from "./exit.js";

interface UndeployOptions {
  readonly local: boolean;
  readonly instance: string;
}

export function define(command: Command): void {
  command
    .option("--local", "remove what `polc deploy --local` installed on this machine", false)
    .option("--instance <name>", "the name it was installed under", "local")
    .addHelpText("after", "\nExit: 0 removed or not there, 2 not removed.")
    .action(run);
}

async function run({ local, instance }: UndeployOptions): Promise<void> {
  const [{ instances }, { removeLocal }, { describeFailure }, { printable }] = await Promise.all([
    import("../node/run_dir.js"),
    import("../node/local.js"),
    import("../node/failure.js"),
    import("../source/printable.js"),
  ]);
  const known = instances().includes(instance);
  const failure = local ? await removeLocal(instance) : { error: "undeploy needs --local" };
  if (failure) {
    process.stderr.write(`polc undeploy: ${describeFailure(failure)}\n`);
    process.exitCode = EXIT.usage;
    return;
  }
  const name = printable(instance);
  process.stdout.write(
    known
      ? `removed ${name}: nothing of it is enforced any more\n`
      : `there was nothing installed as ${name}\n`,
  );
}
