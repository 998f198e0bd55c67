/**
 * At which interface each pod of this node is.
 *
 * 1. A pod is looked for once the API says its addresses: they name its network namespace, and that names the interface.
 * 2. Its place is kept until its namespace is gone, also when the API does not have the pod any more: a pod that was deleted
 *    by force may still run.
 * 3. What is not found is looked for again whenever a namespace comes, and every few seconds.
 */
import type { Pod } from "../../ir/inventory.js";
import type { Failure } from "../../node/failure.js";
import { isFailure } from "../../node/failure.js";
import type { Link } from "../../node/pods/interface.js";
import { linksIn, otherEnd } from "../../node/pods/interface.js";
import type { ClusterChange } from "../../state/index/changes.js";
import { podKey } from "../../state/profiles.js";
import type { FoundNamespace, NetworkNamespaces } from "./namespaces.js";

export interface Place extends Pick<FoundNamespace, "path" | "identity"> {
  readonly interface: string;
}

export interface MissingPod {
  readonly pod: Pod;
  readonly failure: Failure;
  /** When it was looked for first. */
  readonly since: number;
}

export class LocalPlaces {
  readonly missing = new Map<string, MissingPod>();
  private readonly wanted = new Map<string, Pod>();
  private readonly placed = new Map<string, Place>();
  /** Links of the node; undefined: they have to be listed anew. */
  private outside: readonly Link[] | undefined;

  constructor(
    private readonly node: string,
    private readonly namespaces: Pick<NetworkNamespaces, "of" | "isThere">,
    /** Path of the network namespace that the node's interfaces are in; left out: this one. */
    private readonly netns?: string,
    private readonly onGone: (key: string) => void = () => undefined,
    private readonly list: typeof linksIn = linksIn,
  ) {}

  get size(): number {
    return this.wanted.size;
  }

  /** Takes what the changes say of pods of this node. False: nothing. */
  take(changes: readonly ClusterChange[]): boolean {
    let some = false;
    for (const change of changes) {
      if (change.kind !== "pod" && change.kind !== "pod-gone") continue;
      const key = podKey(change.pod);
      const isHere = change.kind === "pod" && this.isHere(change.pod);
      if (isHere) this.wanted.set(key, change.pod);
      some = isHere || this.wanted.delete(key) || some;
      if (!isHere) this.missing.delete(key);
    }
    return some;
  }

  /** The place of a pod is known without looking. */
  place(key: string, pod: Pod, place: Place): ClusterChange {
    this.wanted.set(key, pod);
    this.missing.delete(key);
    this.placed.set(key, place);
    return { kind: "local", pod, ...placeOf(place) };
  }

  /** Is it the place of a pod? */
  hasInterface(device: string): boolean {
    return [...this.placed.values()].some((place) => place.interface === device);
  }

  /** All places are told anew by the next `settle`. */
  forget(): void {
    this.placed.clear();
  }

  /**
   * Finds out what changed of places, and tells it.
   * @param tell called at once with the pods as they are now, not as they were when they were looked for
   */
  async settle(tell: (changes: readonly ClusterChange[]) => void): Promise<void> {
    const found = await this.look();
    const gone = [...this.placed].filter(([, place]) => !this.namespaces.isThere(place));
    for (const [key] of gone) {
      this.placed.delete(key);
      this.onGone(key);
    }
    const come = found.flatMap(([key, place]): ClusterChange[] => {
      const pod = this.wanted.get(key);
      if (!pod) return [];
      this.placed.set(key, place);
      return [{ kind: "local", pod, ...placeOf(place) }];
    });
    const taken = new Set([...this.placed.values()].map((place) => place.interface));
    const left = gone
      .filter(([, place]) => !taken.has(place.interface))
      .map(([, place]): ClusterChange => ({ kind: "local-gone", interface: place.interface }));
    if (left.length + come.length > 0) tell([...left, ...come]);
  }

  private async look(): Promise<(readonly [string, Place])[]> {
    const found: (readonly [string, Place])[] = [];
    this.outside = undefined;
    for (const [key, pod] of [...this.wanted]) {
      const namespace = this.namespaces.of(pod.ips);
      const before = this.placed.get(key);
      if (
        before &&
        (!namespace || (before.path === namespace.path && before.identity === namespace.identity))
      )
        continue;
      const place = await this.find(pod, namespace);
      if (isFailure(place)) this.miss(key, pod, place);
      else {
        this.missing.delete(key);
        found.push([key, place]);
      }
    }
    return found;
  }

  private isHere({ node, hostNetwork, ips }: Pod): boolean {
    return node === this.node && !hostNetwork && ips.length > 0;
  }

  private miss(key: string, pod: Pod, failure: Failure): void {
    if (!this.wanted.has(key)) return;
    this.missing.set(key, { pod, failure, since: this.missing.get(key)?.since ?? Date.now() });
  }

  private async find(pod: Pod, namespace: FoundNamespace | undefined): Promise<Place | Failure> {
    if (!namespace)
      return {
        error: `no network namespace of this machine has an address of ${podKey(pod)} (${pod.ips.join(", ")})`,
        help: "mount the host's /run/netns into the agent, and run it with hostPID",
      };
    const kind = unsupported(namespace.links, pod);
    if (kind) return kind;
    const outside = (this.outside ??= await this.linksOfNode());
    const device = otherEnd(namespace.path, pod, namespace.links, outside);
    return isFailure(device)
      ? device
      : { interface: device, path: namespace.path, identity: namespace.identity };
  }

  private async linksOfNode(): Promise<readonly Link[]> {
    const links = await this.list(this.netns);
    return isFailure(links) ? [] : links;
  }
}

/** A process may end before its namespace, and another may then have its number: such a path is not told. */
function placeOf({ interface: device, path }: Place) {
  return { interface: device, ...(!path.startsWith("/proc/") && { netns: path }) };
}

/** Pods that share the node's own device have no link of which the node holds the other end. */
function unsupported(links: readonly Link[], { ips, ...pod }: Pod): Failure | undefined {
  const own = links.find(({ addr_info }) => addr_info?.some(({ local }) => local && ips.includes(local)));
  const kind = own?.linkinfo?.info_kind;
  if (!own || kind === "veth" || kind === undefined) return undefined;
  return {
    error: `${own.ifname} of ${podKey(pod)} is of kind ${kind}: nothing can be enforced on it`,
    help: "use a CNI plugin that joins pods by veth pairs, such as ptp or bridge",
  };
}
