import type { Command } from "commander";
import { Option } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .argument("[paths...]", "policy files and folders; - is standard input", ["."])
    .option("-o, --out <dir>", "write the bundle here, replacing one that is already there", "polc-out")
    .addOption(
      new Option("--emit <what>", "print the IR as JSON, or the generated C, and build nothing").choices([
        "ir",
        "c",
      ]),
    )
    .option(
      "--verify",
      "fail if the programs cannot be verified here; the default is to verify when possible",
    )
    .option("--no-verify", "skip verification")
    .option(
      "--sign <key>",
      "sign the bundle with this private key, or env:NAME; repeat it for more keys",
      (key: string, all: readonly string[] = []) => [...all, key],
    )
    .option("--no-cache", "read and compile everything again, without the results of earlier builds")
    .option("--quiet", "print no warnings and no progress", false)
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .addHelpText(
      "after",
      `
Needs clang 13 or later and llvm-strip. It uses the newest on PATH, or what CLANG and LLVM_STRIP name.

As root on Linux 6.1 or later it verifies what it built: for each policy set it loads the programs of the pod that most policies
select into this kernel, and has them judge a sample of packets. polc verify checks all pods and packets.

Policy sets that differ only in names are compiled once. Compiled objects and parsed YAML files are cached for the next build in
$XDG_CACHE_HOME/polc (~/.cache/polc). You can remove the cache at any time; it does not change the bytes of a bundle.

If a Service has an address, the bundle has services.json and the three programs that serve it. polc services shows them.

Exit: 0 built, 1 errors in the policies, 2 wrong usage, no files, no compiler, or not verified. --out changes only on exit 0.`,
    )
    .action(lazily(() => import("./run.js")));
}
