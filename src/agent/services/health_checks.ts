/** The healthCheckNodePorts of this node, answered as its services are. */
import type { HealthCheck } from "../../services/health.js";
import { HealthServer } from "../../services/health.js";

export class HealthChecks {
  private readonly server: HealthServer;
  private working: Promise<void> = Promise.resolve();
  private told = "";

  /** @param addresses the node's */
  constructor(
    addresses: readonly string[],
    private readonly log: (text: string) => void,
  ) {
    this.server = new HealthServer(addresses);
  }

  /** One after the other: what is set last stays. A port that cannot be opened is tried again by the next. */
  set(checks: readonly HealthCheck[]): void {
    this.working = this.working.then(async () => this.tell(await this.server.set(checks)));
  }

  async stop(): Promise<void> {
    await this.working;
    await this.server.stop();
  }

  private tell(problems: Awaited<ReturnType<HealthServer["set"]>>): void {
    const text = problems
      .map(({ service, port, message }) => `healthCheckNodePort ${port} of Service ${service}: ${message}`)
      .join("\n");
    if (text !== this.told && text !== "") this.log(`services: ${text}`);
    this.told = text;
  }
}
