import type { Command } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .option("--local <bundle>", "install this bundle on this machine")
    .option("--pods <file>", "Pods, Namespaces and Nodes, as Kubernetes YAML or JSON; - is standard input")
    .option("--node <name>", "this machine's node name; defaults to the node that the pods name")
    .option("--instance <name>", "name of the installation; differently named ones are independent", "local")
    .option("--audit", "report what the policies deny, but let it pass", false)
    .option("--log-all", "also log every allowed connection, not only those of logged rules", false)
    .option("--log-dropped", "also log packets that are dropped for reasons other than policy", false)
    .option("--dry-run", "show what would change, and change nothing", false)
    .option("-y, --yes", "install without asking", false)
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .addHelpText(
      "after",
      `
Annotations tell where a pod is on this machine:
  polc.dev/netns: NAME       its network namespace, by name or path
  polc.dev/interface: vethX  the node's end of its link
  polc.dev/sources: LIST     more addresses or blocks that it may send from

Exit: 0 installed, or --dry-run is done; 1 declined, or installed with a problem that polc status shows;
2 not installed: whatever was enforced before still is.`,
    )
    .action(lazily(() => import("./run.js")));
}
