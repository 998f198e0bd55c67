/** Connections and requests a second through a lab's ingress node, and what its link carries: DSR beside SNAT beside nftables. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { requireLab } from "../../../src/lab/run/requirements.js";
import type { Mode } from "../../../src/lab/services/mode.js";
import { serviceObjects } from "../../../src/lab/services/service_objects.js";
import { packageRoot } from "../../../src/source/package_root.js";
import { median, table } from "../../table.js";
import { processor } from "../rows.js";
import { BACKENDS, cluster } from "./cluster.js";
import { ServedLab } from "./served_lab.js";
import type { Load } from "./served_lab.js";

export interface LabRow {
  readonly subject: "polc" | "nftables";
  readonly case: "connections" | "requests";
  readonly mode: Mode;
  readonly hook: "lab";
  readonly services: number;
  readonly backends: number;
  readonly median_per_second: number;
  /** Of one request, on the ingress node's link: from the client's side into the node, and out of it. */
  readonly bytes_in: number;
  readonly bytes_out: number;
  readonly failed: number;
  readonly late: number;
  readonly runs: number;
  readonly processor: string;
}

const MODES = ["opt", "ipip", "geneve", "snat", "nftables"] as const;
const CASES = { connections: "new", requests: "kept" } as const;
/** Short, so that what else the machine does concerns all alike. */
const MILLISECONDS = 500;
const CONNECTIONS = 32;

export async function benchLabServices(counts: readonly number[], runs: number): Promise<LabRow[]> {
  requireLab();
  const directory = mkdtempSync(join(tmpdir(), "polc-bench-lab-"));
  try {
    const folder = join(packageRoot(), "bench/services");
    execFileSync("make", ["--no-print-directory", "-C", folder], { stdio: ["ignore", "ignore", "inherit"] });
    const rows: LabRow[] = [];
    for (const services of counts) {
      process.stderr.write(`services in the lab: ${services} of ${BACKENDS} backends\n`);
      rows.push(...(await measure(services, directory, join(folder, "lab/load"), runs)));
    }
    return rows;
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** All dataplanes stand at once and take turns, so that what else the machine does concerns them alike. */
async function measure(services: number, directory: string, load: string, runs: number): Promise<LabRow[]> {
  const labs: ServedLab[] = [];
  try {
    const inventory = cluster(services);
    const objects = await serviceObjects("opt", directory);
    for (const mode of MODES) labs.push(await ServedLab.up(mode, inventory, objects, load));
    const rows: LabRow[] = [];
    for (const name of ["connections", "requests"] as const) {
      const loads = new Map<ServedLab, Load[]>(labs.map((lab) => [lab, []]));
      for (const lab of labs) await lab.ask(CASES[name], MILLISECONDS, CONNECTIONS, services);
      for (let round = 0; round < runs; round++)
        for (const lab of labs)
          loads.get(lab)!.push(await lab.ask(CASES[name], MILLISECONDS, CONNECTIONS, services));
      rows.push(...labs.map((lab) => rowOf(lab.mode, name, services, loads.get(lab)!)));
    }
    return rows;
  } finally {
    for (const lab of labs) await lab.down();
  }
}

function rowOf(mode: Mode, name: LabRow["case"], services: number, loads: readonly Load[]): LabRow {
  const each = (of: (load: Load) => number) => median(loads.map(of));
  return {
    ...{ subject: mode === "nftables" ? "nftables" : "polc", case: name, mode, hook: "lab", services },
    ...{
      backends: BACKENDS,
      median_per_second: Math.round(each(({ requests, seconds }) => requests / seconds)),
    },
    bytes_in: Math.round(each(({ bytesIn, requests }) => bytesIn / requests)),
    bytes_out: Math.round(each(({ bytesOut, requests }) => bytesOut / requests)),
    failed: loads.reduce((sum, { failed }) => sum + failed, 0),
    late: loads.reduce((sum, { late }) => sum + late, 0),
    ...{ runs: loads.length, processor },
  };
}

export function labServicesTable(rows: readonly LabRow[]): string {
  const lines = rows.map((row) => {
    const nftables = rows.find(
      (each) => each.subject === "nftables" && each.case === row.case && each.services === row.services,
    )!;
    return [
      ...[row.services.toLocaleString("en"), row.case, row.mode, row.median_per_second.toLocaleString("en")],
      ...[`${(row.median_per_second / nftables.median_per_second).toFixed(2)}x`, row.bytes_in, row.bytes_out],
      ...[row.failed, row.late],
    ];
  });
  const head = [
    "services",
    "case",
    "mode",
    "a second",
    "/nftables",
    "bytes in",
    "bytes out",
    "failed",
    "late",
  ];
  return `${processor}\n${table(head, lines)}`;
}
