/** What the agent tells Prometheus. Counters of the kernel outlive the agent; those of verdicts by policy begin with it. */
import { isFailure } from "../../node/failure.js";
import { loaderStatus } from "../../node/loader_status.js";
import type { InstanceStatus } from "../../node/loader_status.js";
import { servicesStatus } from "../../node/services/services_status.js";
import type { ServicesStatus } from "../../node/services/services_status.js";
import { packageVersion } from "../../source/package_root.js";
import type { Agent } from "../agent.js";
import type { VerdictCount } from "../verdicts/verdict_counts.js";
import { kernelMetrics } from "./kernel_metrics.js";
import type { Metric } from "./metrics.js";
import { metricsText, one } from "./metrics.js";
import { PacketTimes } from "./packet_times.js";
import { serviceMetrics } from "./service_metrics.js";

/** What of an agent is told. */
export type ReportedAgent = Pick<
  Agent,
  | "watchers"
  | "generation"
  | "places"
  | "view"
  | "bundle"
  | "apiFailures"
  | "changeSeconds"
  | "unready"
  | "policies"
>;

export interface ReportedNode {
  readonly status?: InstanceStatus | undefined;
  readonly services?: ServicesStatus | undefined;
  readonly verdicts: readonly VerdictCount[];
}

export class AgentMetrics {
  private readonly times = new PacketTimes();

  constructor(
    private readonly agent: ReportedAgent,
    private readonly node: { readonly instance: string; readonly netns?: string },
    private readonly verdicts: { readonly values: readonly VerdictCount[] } = { values: [] },
  ) {}

  async text(): Promise<string> {
    const { instance, netns } = this.node;
    const [status, services] = await Promise.all([
      loaderStatus(instance, netns),
      servicesStatus(instance, netns),
    ]);
    return this.textOf({
      ...(!isFailure(status) && { status }),
      ...(services && !isFailure(services) && { services }),
      verdicts: this.verdicts.values,
    });
  }

  textOf({ status, services, verdicts }: ReportedNode): string {
    const { agent } = this;
    const metrics = [
      ...ofAgent(agent),
      {
        name: "polc_policy_verdicts_total",
        help: "Packets denied and connections allowed by each policy, as far as they are logged.",
        type: "counter" as const,
        values: verdicts,
      },
      ...(status ? kernelMetrics(status, this.times) : []),
      ...(services ? serviceMetrics(services) : []),
    ];
    const changes = "From a change that the API told until it was in force on this node.";
    return metricsText(metrics) + agent.changeSeconds.text("polc_change_seconds", changes);
  }
}

function ofAgent(agent: ReportedAgent): Metric[] {
  const { bundle, places } = agent;
  return [
    info("polc_build_info", "The version of polc.", { version: packageVersion() }),
    one("polc_ready", "gauge", "1: the node is as the API says.", agent.unready() === undefined ? 1 : 0),
    one("polc_pods", "gauge", "Pods of this node on which policy can be enforced.", places.size),
    one("polc_pods_missing", "gauge", "Pods of this node whose interface is not found.", places.missing.size),
    one("polc_policies", "gauge", "Policies in force.", agent.policies().length),
    one(
      "polc_policies_refused",
      "gauge",
      "Policies that cannot be evaluated, and deny instead.",
      agent.view.refused,
    ),
    one("polc_bundle_epoch", "gauge", "Epoch of the bundle in force; 0: none.", bundle?.epoch ?? 0),
    info("polc_bundle_info", "The bundle in force, by its digest.", { digest: bundle?.digest ?? "live" }),
    ...ofApi(agent),
    one("process_resident_memory_bytes", "gauge", "Memory of the agent.", process.memoryUsage.rss()),
    one("process_cpu_seconds_total", "counter", "CPU time of the agent.", cpuSeconds()),
    one("process_start_time_seconds", "gauge", "When the agent started, in Unix time.", startedAt()),
  ];
}

function ofApi({ watchers: all, apiFailures }: ReportedAgent): Metric[] {
  const watchers = [...all];
  const requests = watchers.flatMap(([resource, watcher]) =>
    (["list", "watch"] as const).map((verb) => ({
      labels: { resource, verb },
      value: watcher.requests[verb],
    })),
  );
  return [
    {
      ...{ name: "polc_objects", type: "gauge", help: "API objects being watched." },
      values: watchers.map(([resource, { size }]) => ({ labels: { resource }, value: size })),
    },
    {
      name: "polc_api_requests_total",
      type: "counter",
      help: "Lists and watches started.",
      values: requests,
    },
    {
      ...{ name: "polc_api_failures_total", type: "counter", help: "Lists and watches that failed." },
      values: watchers.map(([resource]) => ({ labels: { resource }, value: apiFailures.get(resource) ?? 0 })),
    },
  ];
}

function info(name: string, help: string, labels: Readonly<Record<string, string>>): Metric {
  return { name, help, type: "gauge", values: [{ labels, value: 1 }] };
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

function startedAt(): number {
  return Math.round(Date.now() / 1000 - process.uptime());
}
