/** What is measured of services: the rows, as JSON and as tables. */
import { cpus } from "node:os";
import { table } from "../table.js";
import type { Mode } from "./state.js";

type Hook = "xdp" | "tc" | "nft" | "kube-proxy" | `wire-${"none" | "netfilter" | "xdp" | "tc"}`;

export interface ServiceRow {
  /** `floor_shared`: the balancer by hand whose services all have the backends of the first. */
  readonly subject: "empty" | "floor" | "floor_shared" | "polc" | "nftables";
  readonly case: "dsr_opening" | "dsr_established" | "clusterip_established" | "endpoint_changed";
  readonly mode: Mode;
  /**
   * Where it runs, and how it was measured. `xdp`, `tc`: by test run. `wire-*`: real packets through a node, with all that the
   * kernel does of them; `wire-none` only routes them. Of a changed endpoint `tc` is a change of polc-loader's, `nft` the
   * transaction that kube-proxy writes, and `kube-proxy` its own time.
   */
  readonly hook: Hook;
  /** Of the floor: is each packet's next hop looked up in the kernel's tables? */
  readonly fib?: "in" | "out";
  readonly services: number;
  readonly backends: number;
  readonly median_ns: number;
  readonly min_ns: number;
  readonly runs: number;
  readonly processor: string;
}

export const processor = cpus()[0]?.model ?? "unknown";

function isTestRun(hook: Hook): boolean {
  return hook === "xdp" || hook === "tc";
}

/** polc and the floor with the empty program taken off, and their ratio. */
function testRunTable(rows: readonly ServiceRow[]): string {
  const same = (a: ServiceRow, b: ServiceRow) => a.services === b.services && a.hook === b.hook;
  const lines = rows
    .filter(
      ({ subject, hook, case: name }) => subject === "polc" && isTestRun(hook) && name !== "endpoint_changed",
    )
    .map((row) => {
      const of = (subject: string, fib?: string) =>
        rows.find(
          (each) =>
            same(each, row) &&
            each.subject === subject &&
            each.fib === fib &&
            (each.case === row.case || (subject === "empty" && !row.case.endsWith("opening"))),
        )?.median_ns;
      const [empty, floor, without] = [of("empty"), of("floor", "in"), of("floor", "out")];
      const ratio = (by?: number) =>
        by === undefined || empty === undefined
          ? ""
          : `${((row.median_ns - empty) / (by - empty)).toFixed(2)}x`;
      return [
        ...[row.services.toLocaleString("en"), row.case, row.mode, row.hook],
        ...[empty ?? "", floor ?? "", without ?? "", row.median_ns],
        ...[ratio(floor), ratio(without)],
      ];
    });
  const head = [
    "services",
    "case",
    "mode",
    "hook",
    "empty",
    "floor",
    "floor, no FIB",
    "polc",
    "polc/floor",
    "polc/floor, no FIB",
  ];
  return table(head, lines);
}

/** Real packets: polc and the kernel's own NAT beside a node that only routes. */
function wireTable(rows: readonly ServiceRow[]): string {
  const wired = rows.filter(({ hook }) => hook.startsWith("wire-"));
  const lines = wired
    .filter(({ subject }) => subject !== "empty")
    .map((row) => {
      const of = (subject: ServiceRow["subject"]) =>
        wired.find(
          (each) => each.subject === subject && each.case === row.case && each.services === row.services,
        )!.median_ns;
      const [routed, nftables] = [of("empty"), of("nftables")];
      return [
        ...[
          row.services.toLocaleString("en"),
          row.case,
          row.subject,
          row.mode,
          row.hook.replace("wire-", ""),
        ],
        ...[routed, row.median_ns, row.median_ns - routed, `${(row.median_ns / nftables).toFixed(2)}x`],
      ];
    });
  const head = ["services", "case", "subject", "mode", "hook", "routed", "ns", "more", "/nftables"];
  return table(head, lines);
}

function changesTable(rows: readonly ServiceRow[]): string {
  const lines = rows
    .filter((row) => row.case === "endpoint_changed")
    .map(({ services, backends, subject, hook, median_ns, min_ns, runs }) => [
      ...[services.toLocaleString("en"), backends, subject, hook, (median_ns / 1e6).toFixed(2)],
      ...[(min_ns / 1e6).toFixed(2), runs],
    ]);
  return table(["services", "backends", "subject", "by", "ms", "least", "runs"], lines);
}

export function servicesTable(rows: readonly ServiceRow[]): string {
  return [
    processor,
    `By test run:\n${testRunTable(rows)}`,
    `Real packets through a node:\n${wireTable(rows)}`,
    `A changed endpoint:\n${changesTable(rows)}`,
  ].join("\n\n");
}
