import type { ServicesState } from "../../services/node/services_state.js";
import { LabError, run } from "../command.js";
import type { LabNode } from "../plan.js";
import { netnsPath } from "../topology.js";
import type { Applied, Dataplane } from "./dataplane.js";
import { nftablesRules } from "./nftables_rules.js";

/** The rules go with the nodes' network namespaces. */
export class NftablesDataplane implements Dataplane {
  readonly wholeOnly = true;

  constructor(
    /** Blocks of the cluster's pods. */
    private readonly inside: readonly string[],
  ) {}

  async apply({ netns, name }: LabNode, state: ServicesState): Promise<Applied> {
    if (!state.whole) throw new LabError(`${name}: rules of nftables are written as a whole`);
    const started = performance.now();
    await run(
      "nsenter",
      [`--net=${netnsPath(netns)}`, "nft", "-f", "-"],
      nftablesRules(state, this.inside),
    );
    return { generation: state.generation, microseconds: Math.round((performance.now() - started) * 1000) };
  }

  kill(): void {
    // Nothing runs.
  }

  stop(): Promise<void> {
    return Promise.resolve();
  }
}
