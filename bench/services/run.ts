/** Nanoseconds a packet of services, beside an empty program and a balancer by hand, and the time that a change takes. */
import { execFileSync } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { packageRoot } from "../../src/source/package_root.js";
import { median } from "../table.js";
import type { Loader } from "./node.js";
import { kubeProxyChanges } from "./kube_proxy.js";
import { BenchNode } from "./node.js";
import { nftablesChanges } from "./nftables_changes.js";
import { processor } from "./rows.js";
import type { ServiceRow } from "./rows.js";
import type { Mode, Objects } from "./state.js";
import { BACKENDS, compileObjects, endpointChange, writeState } from "./state.js";
import { benchWire } from "./wire/run.js";

type Measured = Omit<ServiceRow, "services" | "backends" | "processor"> & { readonly verdict: number };

const MODES = ["opt", "ipip", "geneve", "snat"] as const;
const CHANGES = 200;
const XDP_TX = 3;
const TC_REDIRECT = 7;

/** @param kubeProxy path of its program, if it is to be measured too */
export async function benchServices(
  counts: readonly number[],
  runs: number,
  kubeProxy?: string,
): Promise<ServiceRow[]> {
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
      rows.push(nftablesChanges(services));
      if (kubeProxy !== undefined) rows.push(await kubeProxyChanges(kubeProxy, services));
    }
  } finally {
    node.remove();
  }
  return [...rows, ...(await benchWire(counts, runs))];
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
