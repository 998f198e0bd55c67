/** The pods of this node, each at its interface, and what the loader was told of them. */
import type { Pod } from "../../ir/inventory.js";
import { sourcesOf } from "../../ir/pod_sources.js";
import type { LoaderPod } from "../loader_state.js";
import { podKey } from "../profiles.js";
import type { LocalPod } from "./changes.js";

interface Local {
  readonly name: string;
  readonly netns?: string;
}

export class LocalPods {
  private readonly byInterface = new Map<string, Local>();
  private readonly interfaces = new Map<string, string>();
  /** By interface, what the loader knows of its pod. */
  private told = new Map<string, string>();
  private vacated = new Set<string>();

  /** The name of the pod that had the interface until now, if it was another. */
  set({ pod, interface: device, netns }: LocalPod): string | undefined {
    const name = podKey(pod);
    const before = this.byInterface.get(device);
    const elsewhere = this.interfaces.get(name);
    if (elsewhere !== undefined && elsewhere !== device) this.remove(elsewhere);
    // Whoever says it again has the loader look for the interface again.
    if (this.told.has(device)) this.told.set(device, "");
    this.byInterface.set(device, { name, ...(netns !== undefined && { netns }) });
    this.interfaces.set(name, device);
    if (!before || before.name === name) return undefined;
    this.interfaces.delete(before.name);
    return before.name;
  }

  /** The name of the pod that was there. */
  remove(device: string): string | undefined {
    const before = this.byInterface.get(device);
    if (!before) return undefined;
    this.byInterface.delete(device);
    this.interfaces.delete(before.name);
    this.vacated.add(device);
    return before.name;
  }

  removePod(name: string): void {
    const device = this.interfaces.get(name);
    if (device !== undefined) this.remove(device);
  }

  has(name: string): boolean {
    return this.interfaces.has(name);
  }

  names(): Iterable<string> {
    return this.interfaces.keys();
  }

  /** Names with their interfaces. */
  places(): Iterable<readonly [string, string]> {
    return this.interfaces;
  }

  /** Everything that the loader is to know. Then it does. */
  tellAll(subjectOf: SubjectOf, podOf: PodOf): LoaderPod[] {
    this.told = new Map();
    this.vacated = new Set();
    const all = [...this.byInterface.keys()].map((device) => this.describe(device, subjectOf, podOf));
    for (const pod of all) this.told.set(pod.interface, JSON.stringify(pod));
    return all;
  }

  /** What the loader does not know of the pods with these names, and of the interfaces of pods that went. Then it does. */
  tell(names: Iterable<string>, subjectOf: SubjectOf, podOf: PodOf) {
    const removed = [...this.vacated].filter(
      (device) => this.told.has(device) && !this.byInterface.has(device),
    );
    for (const device of removed) this.told.delete(device);
    this.vacated = new Set();
    const changed: LoaderPod[] = [];
    for (const name of names) {
      const device = this.interfaces.get(name);
      if (device === undefined) continue;
      const pod = this.describe(device, subjectOf, podOf);
      const text = JSON.stringify(pod);
      if (this.told.get(device) !== text) changed.push(pod);
      this.told.set(device, text);
    }
    return { changed, removed };
  }

  private describe(device: string, subjectOf: SubjectOf, podOf: PodOf): LoaderPod {
    const { name, netns } = this.byInterface.get(device)!;
    const pod = podOf(name);
    return {
      ...{ name, interface: device, subject: subjectOf(name), addresses: pod.ips, sources: sourcesOf(pod) },
      ...(netns !== undefined && { netns }),
    };
  }
}

type SubjectOf = (name: string) => number | null;
type PodOf = (name: string) => Pod;
