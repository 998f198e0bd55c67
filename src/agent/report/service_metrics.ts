/** What the programs of Services counted, and how full their tables are. */
import type { ServicesStatus } from "../../node/services/services_status.js";
import type { Metric } from "./metrics.js";
import { labelled, one } from "./metrics.js";

export function serviceMetrics({ generation, counters, tables, problems }: ServicesStatus): Metric[] {
  return [
    one("polc_service_generation", "gauge", "The generation of Services in force.", generation),
    labelled(
      ...(["polc_service_packets_total", "counter", "Packets to Services, by what became of them."] as const),
      "outcome",
      counters.map(({ name, value }) => [name, value]),
    ),
    labelled(
      ...(["polc_service_table_entries", "gauge", "Entries of the tables of Services."] as const),
      "table",
      tables.map(({ name, used }) => [name, used]),
    ),
    labelled(
      ...([
        "polc_service_table_capacity",
        "gauge",
        "Entries that these tables can have before they grow.",
      ] as const),
      "table",
      tables.map(({ name, capacity }) => [name, capacity]),
    ),
    one(
      "polc_service_problems",
      "gauge",
      "Problems of Services that polc status has in words.",
      problems.length,
    ),
  ];
}
