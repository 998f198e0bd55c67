/**
 * The ends of flows that a policy set can tell apart: one witness pod for each class of labels and address, and one
 * address for each class of addresses that is no pod's.
 *
 * Labels of namespaces are unknown too, so one namespace can have several label sets, but not in one cluster: each
 * cluster that is needed is a `World`.
 */
import { blockClasses } from "../analysis/sets/intervals.js";
import type { BlockClass } from "../analysis/sets/intervals.js";
import type { PodClass } from "../analysis/sets/classes.js";
import { podClasses } from "../analysis/sets/classes.js";
import type { ManifestSet } from "../bundle/manifest.js";
import type { Family } from "../ir/address.js";
import { formatAddress } from "../ir/address.js";
import type { ContainerPort, Labels, Namespace, Pod } from "../ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../ir/inventory.js";
import type { BlockMatch, PodMatch } from "../ir/policy.js";
import { NO_SPAN } from "../source/span.js";

/** One possible cluster. */
export interface World {
  readonly namespaces: readonly Namespace[];
  /** Pods of the set's namespace, each with an address of both families. */
  readonly subjects: readonly Pod[];
  /** Pods with one address each. */
  readonly peers: readonly Pod[];
  /** Addresses of no pod. */
  readonly outside: readonly string[];
}

export interface Worlds {
  readonly worlds: readonly World[];
  /** Classes that have no witness here: their blocks have too few addresses, or there are too many classes. */
  readonly leftOut: number;
}

/** More classes than this are not enumerated: the rest is counted as left out. */
const CLASS_LIMIT = 4096;

/**
 * `portNumbers`: for each of the set's named ports the number that pods give it; every class of pods is there once with
 * these ports and once without.
 */
export function worldsOf(
  set: ManifestSet,
  otherSets: ReadonlySet<string>,
  portNumbers: readonly number[],
): Worlds {
  const blocks = set.terms.filter((term): term is BlockMatch => term.kind === "block");
  const podTerms = set.terms.filter((term): term is PodMatch => term.kind === "pods");
  const subjects = podClasses(set.subjects, {
    limit: CLASS_LIMIT,
    ...(set.namespace !== undefined && { namespace: set.namespace }),
  });
  const peers = podClasses(podTerms, { limit: CLASS_LIMIT });
  const own = subjects.classes.filter(
    ({ matched, namespace }) =>
      matched.length > 0 && (set.namespace !== undefined || !otherSets.has(namespace.name)),
  );
  const variants = portVariants(set, portNumbers);
  const builder = new WorldBuilder(
    mentionedNames([...set.subjects, ...podTerms]),
    blockClasses(blocks),
    variants,
  );
  for (const podClass of own) builder.addSubject(podClass);
  for (const podClass of peers.classes) builder.addPeer(podClass);
  return builder.finish(Number(subjects.truncated) + Number(peers.truncated));
}

/** Container ports of the two kinds of pods: none, and every named port of the set. */
function portVariants(set: ManifestSet, numbers: readonly number[]): readonly (readonly ContainerPort[])[] {
  if (set.namedPorts.length === 0) return [[]];
  return [[], set.namedPorts.map(({ protocol, name }, slot) => ({ protocol, name, port: numbers[slot]! }))];
}

function mentionedNames(matches: readonly PodMatch[]): ReadonlySet<string> {
  return new Set(
    matches.flatMap(({ namespaces }) =>
      namespaces.kind === "name"
        ? [namespaces.name]
        : namespaces.selector.requirements
            .filter(({ key }) => key === NAMESPACE_NAME_LABEL)
            .flatMap(({ values }) => values),
    ),
  );
}

class WorldBuilder {
  /** By namespace name, the label sets that its classes need. */
  private readonly labelings = new Map<string, { key: string; namespace: Namespace }[]>();
  private readonly subjects: { podClass: PodClass; at: Place }[] = [];
  private readonly peers: { podClass: PodClass; at: Place }[] = [];

  constructor(
    private readonly mentioned: ReadonlySet<string>,
    private readonly blocks: readonly BlockClass[],
    private readonly variants: readonly (readonly ContainerPort[])[],
  ) {}

  addSubject(podClass: PodClass): void {
    this.subjects.push({ podClass, at: this.place(podClass) });
  }

  addPeer(podClass: PodClass): void {
    this.peers.push({ podClass, at: this.place(podClass) });
  }

  finish(leftOut: number): Worlds {
    const count = Math.max(1, ...[...this.labelings.values()].map((labelings) => labelings.length));
    const worlds: World[] = [];
    for (let number = 0; number < count; number++) {
      const world = this.world(number);
      worlds.push(world.world);
      leftOut += world.leftOut;
    }
    return { worlds, leftOut };
  }

  /** A name that no policy mentions stands for any other: such classes get names of their own, and never clash. */
  private place({ namespace }: PodClass): Place {
    const { [NAMESPACE_NAME_LABEL]: _, ...labels } = namespace.labels;
    const key = JSON.stringify(Object.entries(labels).sort());
    const name = this.mentioned.has(namespace.name) ? namespace.name : this.freeName(namespace.name, key);
    const known = this.labelings.get(name) ?? [];
    this.labelings.set(name, known);
    let number = known.findIndex((labeling) => labeling.key === key);
    if (number < 0) {
      number = known.length;
      known.push({
        key,
        namespace: { name, labels: { ...labels, [NAMESPACE_NAME_LABEL]: name }, span: NO_SPAN },
      });
    }
    return { name, number };
  }

  private freeName(name: string, key: string): string {
    for (let i = 1; ; i++) {
      const candidate = `${name}-${i}`;
      const known = this.labelings.get(candidate);
      if (!this.mentioned.has(candidate) && (!known || known[0]!.key === key)) return candidate;
    }
  }

  /** The `number`-th label set of each namespace; those that have fewer are in every world with their last one. */
  private world(number: number): { world: World; leftOut: number } {
    const chosen = (name: string) => Math.min(number, this.labelings.get(name)!.length - 1);
    const here = ({ at }: { at: Place }) => at.number === chosen(at.name);
    const addresses = new Addresses(this.blocks);
    const outside = addresses.oneOfEach();
    const subjects = this.variants.flatMap((ports, variant) =>
      this.subjects.filter(here).map(({ podClass, at }, i) => {
        const ips = ([4, 6] as const).flatMap((family) => addresses.roomiest(family) ?? []);
        return pod(at.name, `subject-${variant}-${i}`, podClass.labels, ports, ips);
      }),
    );
    let leftOut = 0;
    const peers = this.variants.flatMap((ports, variant) =>
      this.peers.filter(here).flatMap(({ podClass, at }, i) =>
        this.blocks.flatMap((block, j) => {
          const ip = addresses.take(block);
          if (ip === undefined) leftOut++;
          return ip === undefined
            ? []
            : [pod(at.name, `peer-${variant}-${i}-${j}`, podClass.labels, ports, [ip])];
        }),
      ),
    );
    const namespaces = [...this.labelings].map(([name, labelings]) => labelings[chosen(name)]!.namespace);
    return { world: { namespaces, subjects, peers, outside }, leftOut };
  }
}

interface Place {
  readonly name: string;
  readonly number: number;
}

function pod(
  namespace: string,
  name: string,
  labels: Labels,
  ports: readonly ContainerPort[],
  ips: readonly string[],
): Pod {
  return { namespace, name, labels, ports, ips, hostNetwork: false, span: NO_SPAN };
}

/** Hands out addresses of a class, each once. */
class Addresses {
  private readonly taken = new Map<BlockClass, bigint>();

  constructor(private readonly blocks: readonly BlockClass[]) {}

  oneOfEach(): readonly string[] {
    return this.blocks.flatMap((block) => this.take(block) ?? []);
  }

  /** From the class with the most addresses of the family. */
  roomiest(family: Family): string | undefined {
    const size = ({ ranges }: BlockClass) =>
      ranges.reduce((sum, { first, last }) => sum + (last - first) + 1n, 0n);
    const classes = this.blocks.filter((block) => block.family === family);
    return this.take(classes.reduce((a, b) => (size(b) > size(a) ? b : a)));
  }

  take(block: BlockClass): string | undefined {
    let skip = this.taken.get(block) ?? 0n;
    this.taken.set(block, skip + 1n);
    for (const { first, last } of block.ranges) {
      if (skip <= last - first) return formatAddress({ family: block.family, value: first + skip });
      skip -= last - first + 1n;
    }
    return undefined;
  }
}
