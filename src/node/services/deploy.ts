/**
 * Installs a bundle with its services: both, or on a failure what was there before.
 *
 * 1. Services come first: what the loader refuses of them changes nothing.
 * 2. If policy fails then, the services that were there before are put in force again.
 * 3. Services that are not deployed any more go when the new policy is in force.
 */
import type { Bundle } from "../../bundle/bundle.js";
import type { Inventory } from "../../ir/inventory.js";
import type { WholeServices } from "../../services/node/services_state.js";
import type { LocalPod } from "../../state/node_state.js";
import type { Failure } from "../failure.js";
import { failureOf, isFailure } from "../failure.js";
import { runLoader } from "../loader.js";
import { applyLocal } from "../local.js";
import type { Applied, ApplyOptions, LocalNode } from "../local.js";
import { takeLock } from "../lock.js";
import { needRoot } from "../need_root.js";
import { checkInstance, runDir } from "../run_dir.js";
import { cgroupRoot } from "./cgroup_root.js";
import { forgetKept, keep, readKept, servicesStatePath, writeForLoader } from "./kept_services.js";
import type { KeptServices } from "./kept_services.js";
import type { ServicesHere } from "./services_here.js";
import { servicesStatus } from "./services_status.js";

export interface Deployed extends Applied {
  /** What the loader could not do for services, in words. */
  readonly serviceProblems: readonly string[];
}

/** @param services undefined: the machine serves none afterwards */
export async function deployLocal(
  bundle: Bundle,
  inventory: Inventory,
  node: LocalNode,
  pods: readonly LocalPod[],
  services: ServicesHere | undefined,
  options: Omit<ApplyOptions, "services"> = {},
): Promise<Deployed | Failure> {
  const wrong = checkInstance(node.instance) ?? needRoot();
  if (wrong) return wrong;
  const release = takeLock(`${runDir(node.instance)}/services.deploy.lock`);
  if (isFailure(release)) return release;
  try {
    const before = await servicesStatus(node.instance, node.netns);
    if (isFailure(before)) return before;
    const inForce = before?.generation ?? 0;
    const kept = readKept(node.instance);
    const cgroup = services && (await cgroupRoot());
    const served = services && (await put(node, withProcesses(services.state, cgroup), inForce + 1));
    if (isFailure(served)) {
      if (!before) forgetKept(node.instance);
      return served;
    }
    const named = services && { services: services.names };
    const applied = await applyLocal(bundle, inventory, node, pods, { ...options, ...named });
    if (isFailure(applied)) return served ? await goBack(node, applied, inForce, kept) : applied;
    if (served) keep(node.instance, { state: served.state, names: services!.names });
    else if (before) {
      const failure = await removeServices(node.instance, node.netns);
      if (failure)
        return { ...failure, error: `policy is enforced, but services are still there: ${failure.error}` };
    }
    const alone = isFailure(cgroup) ? [`processes of this machine are not served: ${cgroup.error}`] : [];
    return { ...applied, serviceProblems: [...alone, ...(served?.problems ?? [])] };
  } catch (error) {
    return failureOf(`deploying services to ${node.instance}`, error);
  } finally {
    release();
  }
}

/** The machine's own processes get the services too, by their sockets. */
function withProcesses(state: WholeServices, cgroup: string | Failure | undefined): WholeServices {
  return cgroup === undefined || isFailure(cgroup) ? state : { ...state, cgroup };
}

/** Takes an instance's services away; policy stays. Nothing to take away is fine. */
export async function removeServices(
  instance: string,
  netns: string | undefined,
): Promise<Failure | undefined> {
  const detached = await runLoader(["services", "detach", "--instance", instance], netns);
  if (isFailure(detached)) return detached;
  forgetKept(instance);
  return undefined;
}

const WITHOUT = "--no-services enforces policy alone";

interface Put {
  readonly state: WholeServices;
  readonly problems: readonly string[];
}

async function put(
  { instance, netns }: LocalNode,
  state: WholeServices,
  generation: number,
): Promise<Put | Failure> {
  const written = writeForLoader(instance, { ...state, generation });
  const path = servicesStatePath(instance);
  const answer = await runLoader(["services", "apply", "--instance", instance, path], netns);
  if (isFailure(answer)) return { help: WITHOUT, ...answer, error: `services: ${answer.error}` };
  const { problems = [] } = answer as { readonly problems?: readonly string[] };
  return { state: written, problems };
}

/** The failure, and what became of the services. */
async function goBack(
  node: LocalNode,
  failure: Failure,
  inForce: number,
  kept: KeptServices | undefined,
): Promise<Failure> {
  if (inForce === 0) return (await removeServices(node.instance, node.netns)) ? undone(failure) : failure;
  const back = kept && (await put(node, kept.state, inForce + 2));
  if (!back || isFailure(back)) return undone(failure);
  keep(node.instance, { state: back.state, names: kept.names });
  return failure;
}

function undone(failure: Failure): Failure {
  return { ...failure, error: `${failure.error}; the new services are in force all the same` };
}
