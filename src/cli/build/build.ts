import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .argument("[paths...]", "policy files and folders; - is standard input", ["."])
    .option("-o, --out <dir>", "where the bundle goes; a bundle that is there is replaced", "polc-out")
    .addOption(
      new Option("--emit <what>", "print the IR as JSON or the generated C, and build nothing").choices([
        "ir",
        "c",
      ]),
    )
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText(
      "after",
      `
Needs clang 14 or later and llvm-strip, the newest on PATH; CLANG and LLVM_STRIP name other ones.

Exit: 0 built, 1 errors in the policies, 2 usage, no files, or no compiler. Unless it is 0, --out stays as it was.`,
    )
    .action(lazily(() => import("./run.js")));
}
