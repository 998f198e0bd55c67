/** A running lab: pods and nodes as network namespaces, and what is enforced between them. */
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import type { Inventory, Labels } from "../ir/inventory.js";
import type { Tier } from "../node/loader_status.js";
import type { Policy } from "../ir/policy.js";
import type { Diagnostic } from "../source/diagnostic.js";
import type { SourceMap } from "../source/source_file.js";
import { LabError, forEachOf } from "./command.js";
import { Enforcement } from "./enforcement.js";
import { asOnePod } from "./plan.js";
import type { LabPlan } from "./plan.js";
import { ProbeProcess } from "./probe/probe_process.js";
import type { Attempt, Outcome, ServedPort } from "./probe/probe_process.js";
import { processId, runDirectory, writeRun } from "./run/run_record.js";
import { takeDown } from "./run/take_down.js";
import { connectNamespaces, makeNamespaces, namespacesOf, netnsPath } from "./topology.js";

/** New labels of namespaces and pods; the whole set of each, as the API holds it. */
export interface Relabelling {
  readonly namespaces?: readonly { readonly name: string; readonly labels: Labels }[];
  readonly pods?: readonly { readonly namespace: string; readonly name: string; readonly labels: Labels }[];
}

/** The internet's name among the endpoints; a pod's has a slash. */
export const INTERNET = "internet";

export class Lab {
  private readonly probes = new Map<string, ProbeProcess>();
  private readonly enforcement: Enforcement;

  private constructor(
    readonly plan: LabPlan,
    private inventory: Inventory,
    tier: Tier,
  ) {
    this.enforcement = new Enforcement(plan, join(runDirectory(plan.name), "bundles"), tier);
  }

  /** Makes the namespaces and starts a probe in each. If that fails, what was made is gone when the error is thrown. */
  static async up(plan: LabPlan, tier: Tier = "specialised"): Promise<Lab> {
    record(plan);
    try {
      await makeNamespaces(plan);
      await connectNamespaces(plan);
      return Lab.enter(plan, plan.inventory, tier);
    } catch (error) {
      await takeDown(plan.name);
      throw error;
    }
  }

  /** A lab that stands already, with labels as they are in `inventory`. */
  static enter(plan: LabPlan, inventory: Inventory = plan.inventory, tier: Tier = "specialised"): Lab {
    const lab = new Lab(plan, inventory, tier);
    for (const [endpoint, netns] of lab.endpoints())
      lab.probes.set(endpoint, ProbeProcess.start(netnsPath(netns), { name: endpoint }));
    return lab;
  }

  /** What the pods' labels are now. */
  get current(): Inventory {
    return this.inventory;
  }

  /** What is enforced now. */
  get policies(): readonly Policy[] {
    return this.enforcement.policies;
  }

  /** Name and network namespace of every endpoint: the pods, then the internet. */
  endpoints(): Map<string, string> {
    const all = new Map(this.plan.pods.map(({ pod, netns }) => [`${pod.namespace}/${pod.name}`, netns]));
    return all.set(INTERNET, this.plan.internet.netns);
  }

  /** Replaces the enforced policies on every node. Answers errors in the policies; then the old ones stay. */
  apply(policies: readonly Policy[], sources: SourceMap): Promise<readonly Diagnostic[]> {
    return this.enforcement.apply(policies, sources, this.inventory);
  }

  /** Changes labels while the policies stay. */
  relabel(change: Relabelling): Promise<void> {
    return this.redescribe(relabelled(this.inventory, change));
  }

  /** Takes labels and container ports (what their names mean) from another description of the lab's pods. */
  async redescribe(inventory: Inventory): Promise<void> {
    this.describe(inventory);
    await this.enforcement.refresh(this.inventory);
  }

  /** As `redescribe` and `apply`, in one change. */
  replace(
    inventory: Inventory,
    policies: readonly Policy[],
    sources: SourceMap,
  ): Promise<readonly Diagnostic[]> {
    this.describe(inventory);
    return this.apply(policies, sources);
  }

  /** Serves ports at an endpoint, in addition to those that are served. */
  async listen(ports: (endpoint: string) => readonly ServedPort[]): Promise<void> {
    await forEachOf([...this.probes], this.probes.size, ([endpoint, probe]) => probe.listen(ports(endpoint)));
  }

  /** The probe of an endpoint. @throws LabError if there is none. */
  probe(endpoint: string): ProbeProcess {
    const probe = this.probes.get(endpoint);
    if (!probe) throw new LabError(`there is no ${endpoint} in the lab`);
    return probe;
  }

  attempt(from: string, attempt: Attempt): Promise<Outcome> {
    return this.probe(from).attempt(attempt);
  }

  /** Ends the probes and leaves the rest. */
  async leave(): Promise<void> {
    await Promise.all([...this.probes.values()].map((probe) => probe.stop()));
  }

  async down(): Promise<void> {
    await this.leave();
    await takeDown(this.plan.name);
  }

  /** What is described is taken over; addresses and nodes stay the lab's. */
  private describe(inventory: Inventory): void {
    const namespaces = new Map(inventory.namespaces.map((namespace) => [namespace.name, namespace]));
    const pods = new Map(inventory.pods.map((pod) => [`${pod.namespace}/${pod.name}`, asOnePod(pod)]));
    this.inventory = {
      ...this.inventory,
      namespaces: this.inventory.namespaces.map((namespace) => namespaces.get(namespace.name) ?? namespace),
      pods: this.inventory.pods.map((pod) => {
        const { labels, ports } = pods.get(`${pod.namespace}/${pod.name}`) ?? pod;
        return { ...pod, labels, ports };
      }),
    };
  }
}

/** Writes down what will be made, before it is. */
function record(plan: LabPlan): void {
  rmSync(runDirectory(plan.name), { recursive: true, force: true });
  mkdirSync(join(runDirectory(plan.name), "bundles"), { recursive: true, mode: 0o700 });
  writeRun({
    name: plan.name,
    owner: processId(process.pid)!,
    kept: false,
    namespaces: namespacesOf(plan),
    instances: plan.nodes.map(({ instance, netns }) => ({ instance, netns })),
    servers: [],
  });
}

function relabelled(inventory: Inventory, change: Relabelling): Inventory {
  const namespaces = new Map(change.namespaces?.map(({ name, labels }) => [name, labels]));
  const pods = new Map(change.pods?.map(({ namespace, name, labels }) => [`${namespace}/${name}`, labels]));
  return {
    ...inventory,
    namespaces: inventory.namespaces.map((namespace) => ({
      ...namespace,
      labels: namespaces.get(namespace.name) ?? namespace.labels,
    })),
    pods: inventory.pods.map((pod) => ({
      ...pod,
      labels: pods.get(`${pod.namespace}/${pod.name}`) ?? pod.labels,
    })),
  };
}
