/** The metrics of an agent that has everything to tell: what it follows, a kernel that counts, and Services. */
import { AgentMetrics } from "../../src/agent/report/agent_metrics.js";
import type { ReportedAgent, ReportedNode } from "../../src/agent/report/agent_metrics.js";
import { Durations } from "../../src/agent/report/metrics.js";
import { asInstanceStatus, COUNTER_MEANINGS } from "../../src/node/loader_status.js";
import type { InstanceStatus } from "../../src/node/loader_status.js";
import { SERVICE_COUNTER_MEANINGS } from "../../src/node/services/services_status.js";

const counted = (meanings: Readonly<Record<string, string>>) =>
  Object.fromEntries(Object.keys(meanings).map((name, index) => [name, index + 1]));

const program = (id: number, runs: number, run_ns: number) => ({ attach: "tcx", program: id, runs, run_ns });

export interface PlayedPod {
  readonly subject: number | "closed" | null;
  readonly tier?: string;
  readonly program?: number;
  readonly runs?: number;
  readonly run_ns?: number;
}

/** As polc-loader prints it. */
export function statusWith(...pods: readonly PlayedPod[]): InstanceStatus {
  const map = { size: 262144, bytes: 4096, entries: 7 };
  return asInstanceStatus({
    ...{
      instance: "node-1",
      generation: 12,
      epoch: 3,
      counters: counted(COUNTER_MEANINGS),
      problems: ["one"],
    },
    maps: { established4: map, half_open6: map, control: { size: 1, bytes: 72 } },
    pods: pods.map(({ subject, tier = "table", program: id = 1, runs = 0, run_ns = 0 }, index) => ({
      ...{ ifindex: index + 2, interface: `v-${index}`, subject, tier },
      ...{ from_pod: program(id, runs, run_ns), to_pod: program(id + 1000, runs, 2 * run_ns) },
    })),
  }) as InstanceStatus;
}

export function reportedNode(): Required<ReportedNode> {
  const services = {
    ...{ generation: 5, links: [], pods: [], frontends: 3, endpoints: 4, problems: [] },
    counters: Object.entries(SERVICE_COUNTER_MEANINGS).map(([name, meaning], value) => ({
      name,
      meaning,
      value,
    })),
    tables: [{ name: "frontends", used: 3, capacity: 64 }],
  };
  const labels = {
    kind: "NetworkPolicy",
    namespace: "shop",
    policy: "db",
    direction: "ingress",
    verdict: "deny",
  };
  const pods = [{ subject: 1, tier: "specialised", runs: 10, run_ns: 3000 }, { subject: "closed" as const }];
  return { status: statusWith(...pods), services, verdicts: [{ labels, value: 42 }] };
}

export function playedMetrics(): AgentMetrics {
  const changeSeconds = new Durations([0.01, 0.1]);
  changeSeconds.add(0.004);
  const agent = {
    ...{ generation: 12, changeSeconds, unready: () => undefined, policies: () => [] },
    watchers: new Map([["pods", { requests: { list: 1, watch: 2 }, size: 3 }]]),
    ...{ places: { size: 2, missing: new Map() }, view: { refused: 0 }, apiFailures: new Map([["pods", 1]]) },
    bundle: { epoch: 4, digest: `sha256:${"a".repeat(64)}` },
  };
  return new AgentMetrics(agent as unknown as ReportedAgent, { instance: "node-1" });
}
