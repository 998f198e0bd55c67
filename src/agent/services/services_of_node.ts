/** The services of this node: what the API and the node's pods say of them, and the session that keeps it in force. */
import type { Batch } from "../../cluster/watcher.js";
import { sourcesOf } from "../../ir/pod_sources.js";
import type { Failure } from "../../node/failure.js";
import type { ServiceChange } from "../../services/node/changes.js";
import type { ServiceLink, ServiceObjects, ServicePod } from "../../services/node/services_state.js";
import type { ServiceSettings } from "../../services/settings.js";
import type { ClusterChange } from "../../state/index/changes.js";
import { podKey } from "../../state/profiles.js";
import { HealthChecks } from "./health_checks.js";
import { ServiceSession } from "./service_session.js";
import { ServiceView } from "./service_view.js";

export interface ServicesOptions {
  readonly objects: ServiceObjects;
  readonly links: readonly ServiceLink[];
  /** Of the links. */
  readonly mtu?: number;
  /** A cgroup2 folder: the sockets of its processes are served. */
  readonly cgroup?: string;
  readonly settings?: Partial<ServiceSettings>;
}

export class ServicesOfNode {
  readonly view = new ServiceView();
  private readonly pods = new Map<string, ServicePod>();
  private session: ServiceSession | undefined;
  private health: HealthChecks | undefined;
  private failure: Failure | undefined;

  constructor(
    private readonly options: ServicesOptions,
    private readonly node: { readonly instance: string; readonly name: string; readonly netns?: string },
    private readonly log: (text: string) => void,
  ) {}

  get generation(): number {
    return this.session?.generation ?? 0;
  }

  unready(): string | undefined {
    if (this.failure) return this.failure.error;
    return this.generation > 0 ? undefined : "services are not in force yet";
  }

  take(name: "services" | "endpointSlices" | "nodes", batch: Batch): void {
    const { view } = this;
    if (name === "services") this.apply(view.takeServices(batch));
    else if (name === "endpointSlices") this.apply(view.takeSlices(batch));
    else this.apply(view.takeNodes(batch));
  }

  /** Where pods of this node are. */
  takePlaces(changes: readonly ClusterChange[]): void {
    const own = changes.flatMap((change): ServiceChange[] => {
      if (change.kind === "local-gone") {
        this.pods.delete(change.interface);
        return [{ kind: "pod-gone", interface: change.interface }];
      }
      if (change.kind !== "local") return [];
      const { pod, interface: device, netns } = change;
      const placed: ServicePod = {
        ...{ name: podKey(pod), interface: device },
        ...(netns !== undefined && { netns }),
        ...(pod.ips.length > 0 && { addresses: pod.ips, sources: sourcesOf(pod) }),
      };
      this.pods.set(device, placed);
      return [{ kind: "pod", pod: placed }];
    });
    this.apply(own);
  }

  /** All of the API has been listed. */
  begin(): void {
    if (this.session) return;
    const { objects, links, mtu, cgroup, settings } = this.options;
    const { instance, name, netns } = this.node;
    const health = new HealthChecks(this.view.nodes.get(name)?.ips ?? [], this.log);
    this.health = health;
    this.session = new ServiceSession(
      {
        ...{ instance, objects, ...(netns !== undefined && { netns }), ...(settings && { settings }) },
        onInForce: () => {
          this.failure = undefined;
          health.set(this.session?.healthChecks() ?? []);
        },
        onFailure: (failure) => {
          this.failure = failure;
          this.log(`services: ${failure.error}`);
        },
        onProblems: (problems) => problems.forEach((problem) => this.log(`services: ${problem}`)),
      },
      {
        ...{ name, links, pods: [...this.pods.values()] },
        ...(cgroup !== undefined && { cgroup }),
        ...(mtu !== undefined && { mtu }),
      },
      {
        services: [...this.view.services.values()],
        slices: [...this.view.slices.values()],
        nodes: [...this.view.nodes.values()],
      },
    );
  }

  async stop(): Promise<void> {
    await this.session?.stop();
    await this.health?.stop();
  }

  private apply(changes: readonly ServiceChange[]): void {
    if (changes.length > 0) this.session?.apply(changes);
  }
}
