/** What the agent tells Prometheus. Counters are those of the kernel, so they outlive the agent. */
import { isFailure } from "../../node/failure.js";
import { loaderStatus } from "../../node/loader_status.js";
import type { InstanceStatus } from "../../node/loader_status.js";
import type { Agent } from "../agent.js";
import type { Metric } from "./metrics.js";
import { metricsText } from "./metrics.js";

const one = (name: string, type: Metric["type"], help: string, value: number): Metric => ({
  ...{ name, type, help },
  values: [{ value }],
});

export async function agentMetrics(agent: Agent, instance: string, netns?: string): Promise<string> {
  const status = await loaderStatus(instance, netns);
  return [
    metricsText([...ofAgent(agent), ...(isFailure(status) ? [] : ofKernel(status))]),
    agent.changeSeconds.text(
      "polc_change_seconds",
      "From a change that the API told until it was in force on this node.",
    ),
  ].join("");
}

function ofAgent(agent: Agent): Metric[] {
  const watchers = [...agent.watchers];
  const requests = watchers.flatMap(([resource, watcher]) =>
    (["list", "watch"] as const).map((verb) => ({
      labels: { resource, verb },
      value: watcher.requests[verb],
    })),
  );
  return [
    one("polc_ready", "gauge", "1: the node is as the API says.", agent.unready() === undefined ? 1 : 0),
    one("polc_generation", "gauge", "The generation in force.", agent.generation),
    one("polc_pods", "gauge", "Pods of this node on which policy can be enforced.", agent.places.size),
    one(
      "polc_pods_missing",
      "gauge",
      "Pods of this node whose interface is not found.",
      agent.places.missing.size,
    ),
    one("polc_policies", "gauge", "Policies in force.", agent.policies().length),
    one(
      ...([
        "polc_policies_refused",
        "gauge",
        "Policies that cannot be evaluated, and deny instead.",
      ] as const),
      agent.view.refused,
    ),
    one("polc_bundle_epoch", "gauge", "Of the bundle in force; 0: none.", agent.bundle?.epoch ?? 0),
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
      values: watchers.map(([resource]) => ({
        labels: { resource },
        value: agent.apiFailures.get(resource) ?? 0,
      })),
    },
    one("process_resident_memory_bytes", "gauge", "Memory of the agent.", process.memoryUsage.rss()),
    one("process_cpu_seconds_total", "counter", "CPU time of the agent.", cpuSeconds()),
  ];
}

function cpuSeconds(): number {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
}

const VERDICTS: Readonly<Record<string, string>> = {
  allowed_new: "allowed",
  denied: "denied",
  audited: "audited",
};

function ofKernel({ counters, problems, interfaces }: InstanceStatus): Metric[] {
  const labelled = (label: string, of: (name: string) => string | undefined) =>
    counters.flatMap(({ name, value }) => {
      const text = of(name);
      return text === undefined ? [] : [{ labels: { [label]: text }, value }];
    });
  const after = (prefix: string) => (name: string) =>
    name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
  return [
    {
      ...{ name: "polc_connections_total", type: "counter", help: "Connections by verdict." },
      values: labelled("verdict", (name) => VERDICTS[name]),
    },
    {
      ...{
        name: "polc_dropped_packets_total",
        type: "counter",
        help: "Packets dropped for reasons other than policy.",
      },
      values: labelled("reason", after("drop_")),
    },
    {
      ...{
        name: "polc_lost_events_total",
        type: "counter",
        help: "Events of the log that were lost, by cause.",
      },
      values: labelled("cause", after("lost_")),
    },
    one(
      ...([
        "polc_connections_unremembered_total",
        "counter",
        "Connections that found the table full.",
      ] as const),
      counters.find(({ name }) => name === "conntrack_full")?.value ?? 0,
    ),
    one("polc_interfaces", "gauge", "Interfaces that programs are on.", interfaces.length),
    one(
      "polc_problems",
      "gauge",
      "Problems of what is enforced: polc status has them in words.",
      problems.length,
    ),
  ];
}
