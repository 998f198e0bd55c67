/** Installs a bundle on this machine and says what is installed. `polc deploy --local` and the lab both come through here. */
import { existsSync } from "node:fs";
import type { Bundle } from "../bundle/bundle.js";
import type { Inventory } from "../ir/inventory.js";
import type { Diagnostic } from "../source/diagnostic.js";
import type { GenerationNames } from "../state/generation_names.js";
import { generationNames } from "../state/generation_names.js";
import type { LocalPod, NodeState, StateOptions } from "../state/node_state.js";
import { nodeState } from "../state/node_state.js";
import type { Failure } from "./failure.js";
import { failureOf, isFailure } from "./failure.js";
import { runLoader, streamLoader } from "./loader.js";
import type { InstanceStatus, Tier } from "./loader_status.js";
import { loaderStatus } from "./loader_status.js";
import { needRoot } from "./need_root.js";
import { takeLock } from "./lock.js";
import {
  checkInstance,
  hasPinned,
  instances,
  newestNames,
  pruneNames,
  readNames,
  removeRunDir,
  runDir,
  statePath,
  writeNames,
  writeWhole,
} from "./run_dir.js";
import { servicesStatus } from "./services/services_status.js";
import type { ServicesStatus } from "./services/services_status.js";

/** A node of this machine: the machine itself, or one of several in network namespaces. */
export interface LocalNode {
  /** What it is called here: 1 to 48 of a-z, 0-9, dot and hyphen. */
  readonly instance: string;
  /** The node's name in the inventory. */
  readonly name: string;
  readonly ips: readonly string[];
  /** Path of the network namespace that holds the pods' interfaces, such as `/run/netns/x`; left out: this one. */
  readonly netns?: string;
}

export interface ApplyOptions extends Omit<StateOptions, "generation" | "bundlePath"> {
  /** The change is in force; what may follow is specialised code, which decides the same in less time. */
  readonly onInForce?: (done: InForce) => void;
  /** `table`: without specialised code. */
  readonly tier?: Tier;
  /** What the log calls services, by `serviceNameKey`. */
  readonly services?: GenerationNames["services"];
}

export interface InForce {
  readonly generation: number;
  /** From the first write to the switch, in microseconds. */
  readonly microseconds: number;
}

export interface Applied {
  readonly generation: number;
  readonly node: NodeState;
  /** Warnings about the inventory. */
  readonly diagnostics: readonly Diagnostic[];
  /** Policy sets whose own code the kernel refused, in words: their tables decide. */
  readonly refused: readonly string[];
}

export interface LocalStatus {
  readonly instance: string;
  readonly loader: InstanceStatus;
  /** undefined: user space does not know this generation's names (its files were removed). */
  readonly names?: GenerationNames;
  /** Left out: none are served. */
  readonly services?: ServicesStatus;
}

/**
 * Makes the bundle what is enforced on the node's pods: all of it, or on a failure what was enforced before. The names of
 * the new generation are on disk before its first event can be.
 */
export async function applyLocal(
  bundle: Bundle,
  inventory: Inventory,
  node: LocalNode,
  pods: readonly LocalPod[],
  options: ApplyOptions = {},
): Promise<Applied | Failure> {
  const wrong = checkInstance(node.instance) ?? needRoot();
  if (wrong) return wrong;
  const release = takeLock(`${runDir(node.instance)}/deploy.lock`);
  if (isFailure(release)) return release;
  try {
    const status = await loaderStatus(node.instance, node.netns);
    if (isFailure(status)) return status;
    const generation = status.generation + 1;
    const firstProfile = newestNames(node.instance)?.nextProfile ?? 1;
    const state = nodeState(bundle, inventory, node, pods, { firstProfile, ...options, generation });
    const named = options.services && { services: options.services };
    writeNames(node.instance, { ...generationNames(bundle, node, pods, state), ...named });
    const code = options.tier === "table" && { sets: [], programs: [] };
    writeWhole(statePath(node.instance), JSON.stringify({ ...state.state, ...code }));
    const applied = await loaderApply(node, options.onInForce);
    pruneNames(node.instance, isFailure(applied) ? status.generation : generation);
    return isFailure(applied)
      ? applied
      : { generation, node: state, diagnostics: state.diagnostics, ...applied };
  } catch (error) {
    return failureOf(`deploying to ${node.instance}`, error);
  } finally {
    release();
    if (instances().every((name) => name !== node.instance)) removeRunDir(node.instance);
  }
}

/** Two lines: the change is in force; all specialised code that it has is loaded. */
async function loaderApply(
  { instance, netns }: LocalNode,
  onInForce: ApplyOptions["onInForce"],
): Promise<Pick<Applied, "refused"> | Failure> {
  const refused: string[] = [];
  const onLine = (line: unknown) => {
    const { generation, in_force_us, failed } = line as ApplyLine;
    if (generation !== undefined) onInForce?.({ generation, microseconds: in_force_us ?? 0 });
    refused.push(...(failed ?? []).map(({ error }) => error));
  };
  const stream = streamLoader(["apply", "--instance", instance, statePath(instance)], onLine, netns);
  if (isFailure(stream)) return stream;
  return (await stream.ended) ?? { refused };
}

interface ApplyLine {
  readonly generation?: number;
  readonly in_force_us?: number;
  readonly failed?: readonly Failure[];
}

/** What the kernel runs, with the names of its generation. `loader.generation` 0: nothing. */
export async function statusLocal(
  instance: string,
  options: { netns?: string } = {},
): Promise<LocalStatus | Failure> {
  const wrong = checkInstance(instance) ?? needRoot();
  if (wrong) return wrong;
  const netns = options.netns ?? netnsOf(instance);
  const loader = await loaderStatus(instance, netns);
  if (isFailure(loader)) return loader;
  const services = await servicesStatus(instance, netns);
  if (isFailure(services)) return services;
  const names = readNames(instance, loader.generation);
  return { instance, loader, ...(names && { names }), ...(services && { services }) };
}

/** Removes programs, maps and files of an instance, its services too. Nothing to remove is fine. */
export async function removeLocal(
  instance: string,
  options: { netns?: string } = {},
): Promise<Failure | undefined> {
  const wrong = checkInstance(instance) ?? needRoot();
  if (wrong) return wrong;
  const netns = options.netns ?? netnsOf(instance);
  const inside = netns !== undefined && existsSync(netns) ? netns : undefined;
  if (hasPinned(instance, "services1")) {
    const unserved = await runLoader(["services", "detach", "--instance", instance], inside);
    if (isFailure(unserved)) return unserved;
  }
  const detached = await runLoader(["detach", "--instance", instance], inside);
  return isFailure(detached) ? detached : removeRunDir(instance);
}

/** The network namespace that the instance was last deployed to. */
function netnsOf(instance: string): string | undefined {
  return newestNames(instance)?.netns;
}
