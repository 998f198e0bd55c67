/** Takes a lab down by its record: also one whose process was killed half-way. Every step passes over what is gone already. */
import { removeLocal } from "../agent/local.js";
import { forEachOf } from "./command.js";
import { deadRuns, isAlive, readRun, removeRun } from "./run_record.js";
import { netnsPath, removeNamespaces } from "./topology.js";

/** False if no lab has this name. */
export async function takeDown(name: string): Promise<boolean> {
  const record = readRun(name);
  if (!record) return false;
  for (const server of record.servers) if (isAlive(server)) process.kill(server.pid, "SIGKILL");
  await forEachOf(record.instances, 2, async ({ instance, netns }) => {
    await removeLocal(instance, { netns: netnsPath(netns) });
  });
  await removeNamespaces(record.namespaces);
  removeRun(name);
  return true;
}

/** Takes down what killed labs left behind; their names. */
export async function takeDownDead(): Promise<string[]> {
  const dead = deadRuns();
  for (const { name } of dead) await takeDown(name);
  return dead.map(({ name }) => name);
}
