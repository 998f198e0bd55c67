import type { Command } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .option("--local", "remove what `polc deploy --local` installed on this machine", false)
    .option("--instance <name>", "the name it was installed under", "local")
    .addHelpText("after", "\nExit: 0 removed or not there, 2 not removed.")
    .action(lazily(() => import("./run.js")));
}
