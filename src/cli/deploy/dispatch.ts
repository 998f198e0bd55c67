/** Where `polc deploy` deploys to: this machine, a folder, or a cluster. */
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import type { Brought } from "./cluster/bring.js";
import type { DeployOptions } from "./cluster/deploy.js";
import type { ToFolderOptions } from "./cluster/to_folder.js";
import type { LocalOptions } from "./run.js";

type Options = LocalOptions &
  DeployOptions &
  Omit<ToFolderOptions, "to"> &
  Partial<Pick<ToFolderOptions, "to">>;

export async function run(bundle: string | undefined, options: Options): Promise<number> {
  const code = await dispatch(bundle, options);
  // As terraform plan and helm diff have it: 1 is an error, since 2 says that there are changes.
  if (!options.detailedExitcode) return code;
  return code === CHANGES ? 2 : code === EXIT.ok ? 0 : 1;
}

/** Of `--detailed-exitcode` alone. */
const CHANGES = 3;

async function dispatch(bundle: string | undefined, options: Options): Promise<number> {
  if (options.local !== undefined || options.pods !== undefined) {
    if (bundle !== undefined)
      return fail("deploy", "a bundle for a cluster and --local at once", {
        help: "polc deploy BUNDLE, or polc deploy --local BUNDLE --pods FILE",
      });
    const { run } = await import("./run.js");
    return run(options);
  }
  if (bundle === undefined)
    return fail("deploy", "deploy needs a bundle", {
      help: "polc deploy BUNDLE for a cluster, polc deploy --local BUNDLE --pods FILE for this machine",
    });
  const { code, changes } = await brought(bundle, options);
  return code === EXIT.ok && changes && options.detailedExitcode ? CHANGES : code;
}

async function brought(bundle: string, options: Options): Promise<Brought> {
  if (options.to !== undefined) {
    const { writeToFolder } = await import("./cluster/to_folder.js");
    return writeToFolder(bundle, { ...options, to: options.to });
  }
  const { deployToCluster } = await import("./cluster/deploy.js");
  return deployToCluster(bundle, options);
}
