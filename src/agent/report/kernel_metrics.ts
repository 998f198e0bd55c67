/** What the programs of a node counted, and how full their maps are. */
import type { AttachedInterface, Counter, InstanceStatus } from "../../node/loader_status.js";
import type { Metric } from "./metrics.js";
import { labelled, one } from "./metrics.js";
import type { PacketTimes } from "./packet_times.js";

const VERDICTS: Readonly<Record<string, string>> = {
  allowed_new: "allowed",
  denied: "denied",
  audited: "audited",
};

/** Maps of connections, by what is in them. */
const CONNECTIONS = /^(established|half_open)[46]$/;

const TIERS = ["table", "specialised", "none", "closed"] as const;

export function kernelMetrics(status: InstanceStatus, times: PacketTimes): Metric[] {
  const { counters, interfaces, maps } = status;
  const tables = maps.filter(({ name }) => CONNECTIONS.test(name));
  return [
    one("polc_generation", "gauge", "The generation in force.", status.generation),
    one(
      "polc_connection_epoch",
      "gauge",
      "Grows with changes that may revoke something: older connections are decided again.",
      status.epoch,
    ),
    ofCounters(counters),
    labelled(
      ...(["polc_interfaces", "gauge", "Interfaces that programs are on, by what decides."] as const),
      "tier",
      TIERS.map((tier) => [tier, interfaces.filter((each) => tierOf(each) === tier).length]),
    ),
    labelled(
      ...(["polc_connection_table_entries", "gauge", "Connections that are remembered."] as const),
      "table",
      tables.map(({ name, entries = 0 }) => [name, entries]),
    ),
    labelled(
      ...(["polc_connection_table_capacity", "gauge", "Connections that can be remembered."] as const),
      "table",
      tables.map(({ name, size }) => [name, size]),
    ),
    one("polc_maps_bytes", "gauge", "Memory of the kernel's maps.", sum(maps.map(({ bytes }) => bytes))),
    one("polc_problems", "gauge", "Problems that polc status has in words.", status.problems.length),
    packetTimes(times.update(interfaces)),
  ].flat();
}

function ofCounters(counters: readonly Counter[]): Metric[] {
  const named = (of: (name: string) => string | undefined) =>
    counters.flatMap(({ name, value }) => {
      const label = of(name);
      return label === undefined ? [] : [[label, value] as const];
    });
  const after = (prefix: string) => (name: string) =>
    name.startsWith(prefix) ? name.slice(prefix.length) : undefined;
  const full = counters.find(({ name }) => name === "conntrack_full")?.value ?? 0;
  const verdicts = "New connections allowed, once on each side, and packets denied by policy.";
  return [
    labelled(
      "polc_verdicts_total",
      "counter",
      verdicts,
      "verdict",
      named((name) => VERDICTS[name]),
    ),
    labelled(
      ...([
        "polc_dropped_packets_total",
        "counter",
        "Packets dropped for another reason than policy.",
      ] as const),
      "reason",
      named(after("drop_")),
    ),
    labelled(
      ...([
        "polc_lost_events_total",
        "counter",
        "Events of the verdict log that were lost, by cause.",
      ] as const),
      "cause",
      named(after("lost_")),
    ),
    one("polc_connections_unremembered_total", "counter", "Connections that found their table full.", full),
  ];
}

function tierOf({ closed, tier }: AttachedInterface): (typeof TIERS)[number] {
  return closed ? "closed" : (tier ?? "none");
}

function packetTimes(times: ReturnType<PacketTimes["update"]>): Metric {
  return {
    name: "polc_packet_seconds",
    help: "Time of programs for packets, while kernel.bpf_stats_enabled is 1.",
    type: "summary",
    values: times.flatMap(({ hook, count, nanoseconds }) => [
      { suffix: "_sum" as const, labels: { hook }, value: nanoseconds / 1e9 },
      { suffix: "_count" as const, labels: { hook }, value: count },
    ]),
  };
}

function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}
