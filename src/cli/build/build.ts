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
    .option(
      "--verify",
      "build nothing if it cannot be verified here; the default is to verify where it can be",
    )
    .option("--no-verify", "do not verify")
    .option(
      "--sign <key>",
      "sign the bundle with this private key, or env:NAME; again for more keys",
      (key: string, all: readonly string[] = []) => [...all, key],
    )
    .option(
      "--no-cache",
      "read and compile everything anew: use nothing that an earlier build kept, and keep nothing",
    )
    .option("--quiet", "neither warnings nor progress on standard error", false)
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText(
      "after",
      `
Needs clang 13 or later and llvm-strip, the newest on PATH; CLANG and LLVM_STRIP name other ones.

As root on Linux 6.1 or later it verifies what it built: each policy set's programs for the pod that most policies select are
loaded into this kernel, and judge a sample of packets. polc verify does it for all pods and packets.

Policy sets that differ in names alone are compiled once. Objects, and what YAML files hold, are kept for the next build in
$XDG_CACHE_HOME/polc (~/.cache/polc), which can be removed at any time; the bytes of a bundle are the same without.

If some Service has an address, the bundle has services.json and the three programs that serve it; polc services shows them.

Exit: 0 built, 1 errors in the policies, 2 usage, no files, no compiler, or not verified. Unless it is 0, --out stays as it was.`,
    )
    .action(lazily(() => import("./run.js")));
}
