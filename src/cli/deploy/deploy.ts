import type { Command } from "commander";
import { lazily } from "../lazily.js";

export function define(command: Command): void {
  command
    .option("--local <bundle>", "install this bundle on this machine")
    .option("--pods <file>", "Pods, Namespaces and Nodes, as Kubernetes YAML or JSON; - is standard input")
    .option("--node <name>", "the node that this machine is; by default the one that the pods name")
    .option("--instance <name>", "installations with different names do not touch each other", "local")
    .option("--audit", "report what would be denied, and let it pass", false)
    .option("--log-all", "log every allowed connection too, not only those of logged rules", false)
    .option("--log-dropped", "log packets that are dropped for other reasons than policy too", false)
    .option("--dry-run", "only say what would change", false)
    .option("-y, --yes", "do not ask", false)
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText(
      "after",
      `
Pods say where they are on this machine by an annotation:
  polc.dev/netns: NAME       a network namespace, by its name or path
  polc.dev/interface: vethX  the node's end of the pod's link
  polc.dev/sources: LIST     more addresses or blocks that the pod may send from

Exit: 0 installed (or nothing to ask for a --dry-run), 1 declined, or installed and the status names a
problem, 2 not installed: what ran before still does.`,
    )
    .action(lazily(() => import("./run.js")));
}
