import { describe, expect, test } from "vitest";
import { kernelMetrics } from "../../src/agent/report/kernel_metrics.js";
import { PacketTimes } from "../../src/agent/report/packet_times.js";
import { playedMetrics, reportedNode, statusWith } from "./played_metrics.js";
import type { PlayedPod } from "./played_metrics.js";
import { noPromtool, promtool } from "./promtool.js";

describe("metrics of an agent", () => {
  const lines = () => playedMetrics().textOf(reportedNode()).split("\n");

  test.skipIf(noPromtool)("are read by Prometheus, and named by its conventions", () => {
    expect(promtool(["check", "metrics"], playedMetrics().textOf(reportedNode()))).toBe("");
  });

  test.skipIf(noPromtool)("would not be if a name were wrong: the tool tells", () => {
    const text = playedMetrics().textOf(reportedNode());
    expect(promtool(["check", "metrics"], text.replaceAll("polc_verdicts_total", "polc_verdicts"))).toContain(
      'counter metrics should have "_total" suffix',
    );
    expect(promtool(["check", "metrics"], text.replace(" 42", " many"))).toContain("error while linting");
  });

  test("have verdicts by policy, drops by reason, losses by cause", () => {
    expect(lines()).toEqual(
      expect.arrayContaining([
        'polc_policy_verdicts_total{kind="NetworkPolicy",namespace="shop",policy="db",direction="ingress",verdict="deny"} 42',
        'polc_verdicts_total{verdict="allowed"} 1',
        'polc_verdicts_total{verdict="denied"} 2',
        'polc_dropped_packets_total{reason="truncated"} 4',
        'polc_lost_events_total{cause="ring"} 18',
        'polc_lost_events_total{cause="budget"} 19',
        "polc_connections_unremembered_total 17",
      ]),
    );
  });

  test("have how full connection tables are, epochs, tiers, and the time of packets and changes", () => {
    expect(lines()).toEqual(
      expect.arrayContaining([
        'polc_connection_table_entries{table="established4"} 7',
        'polc_connection_table_capacity{table="half_open6"} 262144',
        "polc_maps_bytes 8264",
        "polc_connection_epoch 3",
        "polc_bundle_epoch 4",
        'polc_interfaces{tier="specialised"} 1',
        'polc_interfaces{tier="closed"} 1',
        'polc_packet_seconds_sum{hook="from_pod"} 0.000003',
        'polc_packet_seconds_count{hook="to_pod"} 10',
        'polc_change_seconds_bucket{le="0.01"} 1',
        'polc_service_packets_total{outcome="opened"} 0',
        'polc_service_table_capacity{table="frontends"} 64',
      ]),
    );
  });

  test("without a kernel that answers have what the agent knows", () => {
    const text = playedMetrics().textOf({ verdicts: [] });
    expect(text).toContain("polc_ready 1\n");
    expect(text).not.toContain("polc_generation");
    if (!noPromtool) expect(promtool(["check", "metrics"], text)).toBe("");
  });
});

describe("the time of packets", () => {
  const after = (times: PacketTimes, ...pods: readonly PlayedPod[]) => {
    const metric = kernelMetrics(statusWith(...pods), times).find(
      ({ name }) => name === "polc_packet_seconds",
    )!;
    return metric.values.filter(({ labels }) => labels?.["hook"] === "from_pod").map(({ value }) => value);
  };

  test("of one program on many pods counts once", () => {
    const one = { subject: 1, program: 9, runs: 10, run_ns: 1e9 };
    expect(after(new PacketTimes(), one, one)).toEqual([1, 10]);
  });

  test("never falls when programs go", () => {
    const times = new PacketTimes();
    after(
      times,
      { subject: 1, program: 1, runs: 10, run_ns: 1e9 },
      { subject: 2, program: 2, runs: 5, run_ns: 1e9 },
    );
    expect(after(times, { subject: 1, program: 1, runs: 12, run_ns: 2e9 })).toEqual([3, 17]);
    expect(after(times, { subject: 1, program: 3, runs: 1, run_ns: 5e8 })).toEqual([3.5, 18]);
  });

  test("is left out while the kernel does not count", () => {
    expect(after(new PacketTimes(), { subject: 1 })).toEqual([]);
  });
});
