import type { Explanation } from "../analysis/semantics/explain.js";
import type { FlowText } from "../analysis/semantics/resolve_flow.js";
import { policiesOf } from "./sound.js";
import type { ParsedProject } from "./parse.js";

/**
 * Whether a flow is allowed, and what decides it: tier by tier, on the side of its source and of its destination.
 * @param flow ends as `NAMESPACE/POD` or an address, a port such as `8080/tcp`, `53/udp` or `icmp`
 * @throws RangeError if the project has no such end or port; Error if the project could not be read without errors
 */
export async function explain(project: ParsedProject, flow: FlowText): Promise<Explanation> {
  const [analysis, { resolveFlow }] = await Promise.all([
    import("../analysis/semantics/explain.js"),
    import("../analysis/semantics/resolve_flow.js"),
  ]);
  const { policies, inventory } = await policiesOf(project, "inventory and ports");
  const resolved = resolveFlow(flow, inventory);
  if ("message" in resolved) throw new RangeError(resolved.message);
  return analysis.explain(policies, resolved);
}
