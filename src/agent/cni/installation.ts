/** Is the agent ended for good, or started again? Its DaemonSet tells: polc-cni leaves the chain with it. */
import type { Api, ApiFailure } from "../api/api.js";
import { NAMESPACE } from "../../cluster/policy_bundle.js";
import { isFailure } from "../../node/failure.js";

const PATH = `/apis/apps/v1/namespaces/${NAMESPACE}/daemonsets/polc-agent`;

export class Installation {
  private wasSeen = false;

  constructor(private readonly api: Pick<Api, "get">) {}

  /** Call it when the agent starts. */
  async look(): Promise<void> {
    this.wasSeen = !isFailure(await this.api.get(PATH));
  }

  /**
   * 1. The DaemonSet is gone, or is about to be: yes.
   * 2. Its own rights are gone, which it had: they are removed with the rest.
   * 3. Whatever else: no. A chain that stays keeps pods closed, one that goes too early leaves them open.
   */
  async isRemoved(): Promise<boolean> {
    if (!this.wasSeen) return false;
    const answer = await this.api.get(PATH);
    if (isFailure(answer)) return [401, 403, 404].includes((answer as ApiFailure).status ?? 0);
    return (
      (answer as { metadata?: { deletionTimestamp?: string } }).metadata?.deletionTimestamp !== undefined
    );
  }
}
