import type { Command } from "commander";
import { InvalidArgumentError, Option } from "commander";
import { parseCanary } from "../../deploy/nodes.js";
import type { Canary } from "../../deploy/nodes.js";
import { withClusterOptions } from "../cluster_options.js";
import { duration } from "../duration.js";
import { lazily } from "../lazily.js";
import { positiveNumber } from "../positive_number.js";

export function define(command: Command): void {
  // So that options of the same name are those of the subcommand that they follow.
  command.enablePositionalOptions();
  command.argument("[bundle]", "the folder that polc build made");
  withClusterOptions(command)
    .addOption(
      new Option("--dry-run [where]", "only say what would change; server: the API server checks it too")
        .choices(["client", "server"])
        .preset("client"),
    )
    .option("--detailed-exitcode", "exit 0 if there is nothing to change, 1 on errors, 2 on changes", false)
    .option("--force-conflicts", "take over fields that others have set", false)
    .option("--to <dir>", "write the objects into this folder, for GitOps, and talk to no cluster")
    .option(
      "--epoch <n>",
      "by default one more than the last that the cluster, or the folder of --to, knows of",
      positiveNumber,
    )
    .option("--keep <n>", "how many bundles stay in the cluster for a rollback", positiveNumber, 5);
  withRolloutOptions(command);
  command.option("--canary <nodes>", "first on some: 10%, or nodes with a label as KEY=VALUE", canary);
  withLocalOptions(command);
  command
    .option("-y, --yes", "do not ask", false)
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .addHelpText("after", HELP)
    .action(lazily(() => import("./dispatch.js")));
  withSubcommands(command);
}

const HELP = `
On a cluster: the plan first, then the bundle goes to the nodes that run polc agent, and what was enforced before is
again if one of them refuses it, does not answer, or loses or denies more than is allowed.

On this machine (--local), annotations tell where a pod is:
  polc.dev/netns: NAME       its network namespace, by name or path
  polc.dev/interface: vethX  the node's end of its link
  polc.dev/sources: LIST     more addresses or blocks that it may send from

Exit: 0 deployed (or nothing to ask for a --dry-run), 1 declined, rolled back, or installed and the status names a
problem, 2 not deployed: what ran before still does.`;

/** Of everything that brings a bundle to the nodes. */
function withRolloutOptions(command: Command): Command {
  return command
    .option("--wait", "wait until all nodes enforce it; the default")
    .option("--no-wait", "do not wait: nobody rolls back")
    .option("--timeout <time>", "for the nodes to answer", duration, 300_000)
    .option("--soak <time>", "how long to look at the nodes when they enforce it", duration, 0)
    .option("--max-denies <n>", "of a node during the rollout; with more it is rolled back", count)
    .option("--max-losses <n>", "log events that a node loses during the rollout; likewise", count)
    .option("--no-rollback", "on a failure leave it as it is");
}

function withLocalOptions(command: Command): Command {
  return command
    .option("--local <bundle>", "install this bundle on this machine")
    .option("--pods <file>", "Pods, Namespaces and Nodes, as Kubernetes YAML or JSON; - is standard input")
    .option("--node <name>", "this machine's node name; defaults to the node that the pods name")
    .option("--instance <name>", "name of the installation; differently named ones are independent", "local")
    .option("--audit", "report what the policies deny, but let it pass", false)
    .option("--log-all", "also log every allowed connection, not only those of logged rules", false)
    .option("--log-dropped", "also log packets that are dropped for reasons other than policy", false)
    .option(
      "--link <name>",
      "a link by which packets to services come, repeatable; by default those with a default route",
      (name: string, before: readonly string[] = []) => [...before, name],
    )
    .option("--no-services", "leave the bundle's services out")
    .option("-c, --config <file>", "how services are served, where the bundle does not say it")
    .option("--no-config", "use no configuration");
}

function withSubcommands(command: Command): void {
  const formats = () =>
    new Option("-f, --format <format>", "how it is written").choices(["pretty", "json"]).default("pretty");
  withClusterOptions(command.command("status").summary("show what each node of a cluster enforces"))
    .addOption(formats())
    .addHelpText(
      "after",
      "\nExit: 0 all nodes enforce what is deployed, 1 not all or nothing is deployed, 2 it cannot be told.",
    )
    .action(lazily(() => import("./cluster/status.js")));
  withClusterOptions(command.command("history").summary("list the bundles that a rollback can go back to"))
    .addOption(formats())
    .action(lazily(() => import("./cluster/history.js")));
  const rollback = command
    .command("rollback")
    .summary("deploy a bundle of the history again")
    .argument("[digest]", "its digest, or how that begins; by default the one before");
  withRolloutOptions(withClusterOptions(rollback))
    .option("--dry-run", "only say what would change", false)
    .option("--force-conflicts", "take over fields that others have set", false)
    .option("-y, --yes", "do not ask", false)
    .option("--no-color", "plain text; the default when standard output is not a terminal")
    .action(lazily(() => import("./cluster/rollback.js")));
  withClusterOptions(
    command.command("uninstall").summary("remove what polc deploy wrote: nothing is enforced any more"),
  )
    .option("-y, --yes", "do not ask", false)
    .action(lazily(() => import("./cluster/uninstall.js")));
}

function canary(text: string): Canary {
  const parsed = parseCanary(text);
  if (!parsed) throw new InvalidArgumentError("Not a part such as 10%, or a label as KEY=VALUE.");
  return parsed;
}

function count(text: string): number {
  if (!/^\d+$/.test(text)) throw new InvalidArgumentError("Not a whole number.");
  return Number(text);
}
