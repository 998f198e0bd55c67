/** Labs that stay when their command ends. */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import type { Inventory } from "../../ir/inventory.js";
import { printable } from "../../source/printable.js";
import { LabError } from "../command.js";
import { INTERNET, Lab } from "../lab.js";
import type { LabPlan } from "../plan.js";
import { startServer } from "../probe/probe_process.js";
import type { ServedPort } from "../probe/probe_process.js";
import { allRuns, processId, readRun, runDirectory, writeRun } from "./run_record.js";
import { netnsPath } from "../topology.js";

interface Kept {
  readonly plan: LabPlan;
  /** Labels as they are now. */
  readonly inventory: Inventory;
  /** What the internet serves. */
  readonly ports: readonly ServedPort[];
}

/** Hands the lab over to servers of its own. From here on it stays until it is taken down by name. */
export async function keep(lab: Lab, listening: (endpoint: string) => readonly ServedPort[]): Promise<void> {
  const { plan } = lab;
  await lab.leave();
  writeKept({ plan, inventory: lab.current, ports: listening(INTERNET) });
  const record = readRun(plan.name)!;
  const pids = [...lab.endpoints()].map(([endpoint, netns]) =>
    startServer(netnsPath(netns), listening(endpoint)),
  );
  const servers = pids.map(processId).filter((id) => id !== undefined);
  writeRun({ ...record, kept: true, servers });
}

/**
 * A kept lab, with probes of this process; its servers go on serving. End with `stepOut`.
 * @throws LabError if there is none.
 */
export function enterKept(name: string): { lab: Lab; ports: readonly ServedPort[] } {
  if (!readRun(name)?.kept) {
    const kept = allRuns()
      .filter((run) => run.kept)
      .map((run) => run.name);
    throw new LabError(
      `no lab is called ${printable(name)}`,
      kept.length > 0 ? `kept labs: ${kept.join(", ")}` : "polc lab PATHS --keep leaves one running",
    );
  }
  const { plan, inventory, ports } = JSON.parse(readFileSync(keptPath(name), "utf8")) as Kept;
  return { lab: Lab.enter(plan, inventory), ports };
}

/** Leaves a kept lab as it is now. */
export async function stepOut(lab: Lab, ports: readonly ServedPort[]): Promise<void> {
  await lab.leave();
  writeKept({ plan: lab.plan, inventory: lab.current, ports });
}

function writeKept(kept: Kept): void {
  writeFileSync(keptPath(kept.plan.name), JSON.stringify(kept));
}

function keptPath(name: string): string {
  return join(runDirectory(name), "kept.json");
}
