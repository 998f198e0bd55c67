/** Takes a lab down by its record: also one whose process was killed half-way. Every step passes over what is gone already. */
import { existsSync } from "node:fs";
import type { Failure } from "../../node/failure.js";
import { isFailure } from "../../node/failure.js";
import { runLoader } from "../../node/loader.js";
import { removeLocal } from "../../node/local.js";
import { LabError, forEachOf } from "../command.js";
import { removeCgroups } from "../services/cgroups.js";
import { deadRuns, isAlive, readRun, removeRun } from "./run_record.js";
import { netnsPath, removeNamespaces } from "../topology.js";

/**
 * False if no lab has this name.
 * @throws LabError if programs could not be removed; the record stays then, to try again.
 */
export async function takeDown(name: string): Promise<boolean> {
  const record = readRun(name);
  if (!record) return false;
  for (const server of record.servers) if (isAlive(server)) process.kill(server.pid, "SIGKILL");
  const failures: Failure[] = [];
  await forEachOf(record.instances, 2, async ({ instance, netns }) => {
    const inside = existsSync(netnsPath(netns)) ? netnsPath(netns) : undefined;
    const services = await runLoader(["services", "detach", "--instance", instance], inside);
    const failure = isFailure(services) ? services : await removeLocal(instance, { netns: netnsPath(netns) });
    if (failure && existsSync(`/sys/fs/bpf/polc/${instance}`)) failures.push(failure);
  });
  await removeNamespaces(record.namespaces);
  removeCgroups(record.cgroups ?? []);
  if (failures[0]) throw new LabError(`${name}: ${failures[0].error}`, failures[0].help);
  removeRun(name);
  return true;
}

/** Takes down what killed labs left behind; their names. */
export async function takeDownDead(): Promise<string[]> {
  const dead = deadRuns();
  for (const { name } of dead) await takeDown(name);
  return dead.map(({ name }) => name);
}
