import { needRoot } from "../../node/need_root.js";
import { instances } from "../../node/run_dir.js";

import { fail } from "../fail.js";
import { hasKubeconfig } from "../has_kubeconfig.js";
import type { LogsOptions } from "./logs_options.js";

export async function run(options: LogsOptions): Promise<number> {
  const { instance } = options;
  if (asksForCluster(options)) return (await import("./of_cluster.js")).logsOfCluster(options);
  const unable = needRoot();
  if (unable) return fail("logs", unable.error, unable);
  const wanted = instance === undefined ? instances() : instances().filter((name) => name === instance);
  if (wanted.length > 0) return (await import("./of_machine.js")).logsOfMachine(wanted, options);
  const which = instance === undefined ? "on this machine" : "under this name";
  return fail("logs", `nothing is installed ${which}, so there is no log`, {
    help: "polc deploy --local installs a bundle; --context follows the nodes of a cluster",
  });
}

/** A cluster is meant if it is named; where nothing is installed, the current one is. */
function asksForCluster({ local, instance, context, kubeconfig }: LogsOptions): boolean {
  if (context !== undefined || kubeconfig !== undefined) return true;
  return !local && instance === undefined && instances().length === 0 && hasKubeconfig();
}
