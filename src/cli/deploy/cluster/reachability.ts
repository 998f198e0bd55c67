/** What a deploy opens and closes, compared with what the cluster enforces. */
import { compareSides } from "../../../analysis/diff/report.js";
import type { Bundle } from "../../../bundle/bundle.js";
import type { Cluster } from "../../../cluster/client.js";
import { isNotFound } from "../../../cluster/resource.js";
import type { PolicyBundleSpec } from "../../../cluster/policy_bundle.js";
import { isFailure } from "../../../node/failure.js";
import type { Colors } from "../../../source/pretty.js";
import { printable } from "../../../source/printable.js";
import { deployedSide } from "../../diff/cluster_side.js";
import { withoutLeftOut } from "../../diff/left_out.js";
import { bundleSide } from "../../diff/read_side.js";
import { diffText } from "../../diff/text.js";

const LINES = 80;

/** Never a reason not to deploy: where it cannot be told, why. */
export async function reachabilityText(
  cluster: Cluster,
  deployed: PolicyBundleSpec | undefined,
  { name, bundle }: { readonly name: string; readonly bundle: Bundle },
  colors: Colors,
): Promise<string> {
  const found = await deployedSide(cluster, deployed);
  if (isFailure(found)) {
    const lost = isNotFound(found) ? "what is deployed cannot be read" : "not compared";
    return colors.yellow(printable(`${lost}: ${found.error}`));
  }
  const after = bundleSide(name, bundle);
  const report = compareSides(...withoutLeftOut(found.side, { ...after, inventory: found.side.inventory }))!;
  const lines = diffText(report, colors).split("\n");
  const more = lines.length - LINES;
  return [
    ...(found.note === undefined ? [] : [colors.dim(printable(found.note))]),
    ...(more > 0 ? [...lines.slice(0, LINES), `... ${more} more lines: polc diff --against cluster`] : lines),
  ].join("\n");
}
