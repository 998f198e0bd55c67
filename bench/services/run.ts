/** Nanoseconds a packet of services, beside an empty program and a balancer by hand, and the time that a change takes. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";
import { median, table } from "../table.js";
import type { Loader } from "./node.js";
import { BenchNode } from "./node.js";
import type { Mode, Objects } from "./state.js";
import { BACKENDS, compileObjects, endpointChange, writeState } from "./state.js";

export interface ServiceRow {
  /** `floor_shared`: the balancer by hand whose services all have the backends of the first. */
  readonly subject: "empty" | "floor" | "floor_shared" | "polc";
  readonly case: "dsr_opening" | "dsr_established" | "clusterip_established" | "endpoint_changed";
  readonly mode: Mode;
  readonly hook: "xdp" | "tc";
  /** Of the floor: is each packet's next hop looked up in the kernel's tables? */
  readonly fib?: "in" | "out";
  readonly services: number;
  readonly backends: number;
  readonly median_ns: number;
  readonly min_ns: number;
  readonly runs: number;
  readonly processor: string;
}

type Measured = Omit<ServiceRow, "services" | "backends" | "processor"> & { readonly verdict: number };

const MODES = ["opt", "ipip", "geneve", "snat"] as const;
const CHANGES = 200;
const XDP_TX = 3;
const TC_REDIRECT = 7;
const processor = cpus()[0]?.model ?? "unknown";

export async function benchServices(counts: readonly number[], runs: number): Promise<ServiceRow[]> {
  const folder = join(packageRoot(), "bench/services");
  execFileSync("make", ["--no-print-directory", "-C", folder], { stdio: ["ignore", "ignore", "inherit"] });
  const node = new BenchNode();
  const rows: ServiceRow[] = [];
  try {
    const objects = compileObjects(node.directory);
    for (const services of counts) {
      process.stderr.write(`services: ${services} of ${BACKENDS} backends\n`);
      // Of many services the loader holds a gigabyte for each mode: there only the mode that has a floor beside it.
      const modes = services > 1000 ? (["ipip"] as const) : MODES;
      rows.push(...(await packets(node, folder, services, modes, objects, runs)));
      rows.push(await changes(node, services, objects));
    }
  } finally {
    node.remove();
  }
  return rows;
}

async function packets(
  node: BenchNode,
  folder: string,
  services: number,
  modes: readonly Mode[],
  objects: Objects,
  runs: number,
): Promise<ServiceRow[]> {
  const loaders: Loader[] = [];
  const words: string[] = [];
  try {
    for (const mode of modes) {
      const path = join(node.directory, `${mode}.json`);
      writeState(path, services, mode, objects, []);
      const loader = node.loader("run", path);
      loaders.push(loader);
      await loader.ask('{"counters":true}');
      words.push(`${mode}=${loader.pid}`);
    }
    const [command, rest] = node.inside(
      join(folder, "measure"),
      String(runs),
      String(services),
      String(node.ifindex),
    );
    const text = execFileSync(command, [...rest, ...words], { cwd: folder, encoding: "utf8" });
    const measured = text
      .trim()
      .split("\n")
      .map((line) => JSON.parse(line) as Measured);
    for (const row of measured) checkVerdict(row);
    return measured.map(({ verdict: _, ...row }) => ({ ...row, services, backends: BACKENDS, processor }));
  } finally {
    for (const loader of loaders) await loader.end();
  }
}

/** A number is only worth something if the packet was sent on. */
function checkVerdict({ subject, case: name, hook, mode, verdict }: Measured): void {
  const wanted =
    subject === "empty" || name === "clusterip_established"
      ? undefined
      : hook === "xdp"
        ? XDP_TX
        : TC_REDIRECT;
  if (wanted !== undefined && verdict !== wanted)
    throw new Error(`${subject} answered ${verdict} in the case ${name}, ${mode} by ${hook}`);
}

/** From the line that says it to the answer that it is in force, by a loader that is attached to a link. */
async function changes(node: BenchNode, services: number, objects: Objects): Promise<ServiceRow> {
  const path = join(node.directory, "serve.json");
  writeState(path, services, "ipip", objects, [{ name: "uplink", hook: "tc" }]);
  const loader = node.loader("serve");
  const took: number[] = [];
  try {
    await loader.ask(readFileSync(path, "utf8").trimEnd());
    for (let i = 0; i < CHANGES; i++) {
      const change = JSON.stringify(endpointChange(services, Math.floor(services / 2), i));
      const started = process.hrtime.bigint();
      await loader.ask(change);
      took.push(Number(process.hrtime.bigint() - started));
    }
  } finally {
    await loader.end();
    node.detach();
  }
  return {
    ...{ subject: "polc", case: "endpoint_changed", mode: "ipip", hook: "tc", services, backends: BACKENDS },
    ...{ median_ns: median(took), min_ns: Math.min(...took), runs: CHANGES, processor },
  };
}

/** polc and the floor with the empty program taken off, and their ratio. */
export function servicesTable(rows: readonly ServiceRow[]): string {
  const same = (a: ServiceRow, b: ServiceRow) => a.services === b.services && a.hook === b.hook;
  const lines = rows
    .filter(({ subject }) => subject === "polc")
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
      const shown =
        row.case === "endpoint_changed" ? `${(row.median_ns / 1e6).toFixed(2)} ms` : row.median_ns;
      return [
        ...[row.services.toLocaleString("en"), row.case, row.mode, row.hook],
        ...[row.case === "endpoint_changed" ? "" : (empty ?? ""), floor ?? "", without ?? "", shown],
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
  return `${processor}\n${table(head, lines)}`;
}
