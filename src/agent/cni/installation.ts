/** Is the agent ended for good, or started again? Its DaemonSet tells: polc-cni leaves the chain with it. */
import type { Cluster } from "../../cluster/client.js";
import { NAMESPACE } from "../../cluster/policy_bundle.js";
import { RESOURCES } from "../../cluster/resource.js";
import type { ApiFailure, KubeObject } from "../../cluster/resource.js";
import { isFailure } from "../../node/failure.js";

const AGENTS = { namespace: NAMESPACE, name: "polc-agent" };

export class Installation {
  private wasSeen = false;

  constructor(private readonly cluster: Pick<Cluster, "get">) {}

  /** Call it when the agent starts. */
  async look(): Promise<void> {
    this.wasSeen = !isFailure(await this.cluster.get(RESOURCES.daemonSets, AGENTS));
  }

  /**
   * 1. The DaemonSet is gone, or is about to be: yes.
   * 2. Its own rights are gone, which it had: they are removed with the rest.
   * 3. Whatever else: no. A chain that stays keeps pods closed, one that goes too early leaves them open.
   */
  async isRemoved(): Promise<boolean> {
    if (!this.wasSeen) return false;
    const answer = await this.cluster.get(RESOURCES.daemonSets, AGENTS);
    if (isFailure(answer)) return [401, 403, 404].includes((answer as ApiFailure).status ?? 0);
    return (answer as KubeObject).metadata.deletionTimestamp !== undefined;
  }
}
