/** Rules by what the far end of a flow must be: those that may match a flow are found without a look at each. */
import { blockOf, parseAddress } from "../ir/address.js";
import type { Labels } from "../ir/inventory.js";
import type { Direction, Peer } from "../ir/policy.js";
import type { Condition } from "./condition.js";
import type { Flow } from "./decide.js";
import { matches } from "./decide.js";
import type { Decided } from "./decided.js";
import type { Interval } from "./interval_index.js";
import { IntervalIndex } from "./interval_index.js";
import type { LabelKey, PodConditions } from "./pod_conditions.js";
import { podConditions } from "./pod_conditions.js";
import { portHull } from "./port_index.js";

interface Indexed {
  readonly rule: Decided;
  readonly ports: Interval<number>;
}

interface OfBlock extends Interval<bigint> {
  readonly indexed: Indexed;
}

/** By label key, then value. */
type ByLabel = Map<string, Map<string, Indexed[]>>;

export class FlowIndex {
  readonly #byLabel: Readonly<Record<LabelKey["part"], ByLabel>> = { pod: new Map(), namespace: new Map() };
  readonly #ofBlocks: Readonly<Record<4 | 6, OfBlock[]>> = { 4: [], 6: [] };
  readonly #blocks: Readonly<Record<4 | 6, IntervalIndex<bigint, OfBlock>>>;
  /** Those that may match whatever the far end is. */
  readonly #others: Indexed[] = [];

  /** @param rules all of one direction */
  constructor(
    private readonly direction: Direction,
    rules: readonly Decided[],
  ) {
    for (const rule of rules) {
      const indexed = { rule, ports: portHull(rule.region) };
      for (const peer of rule.region.peers ?? [undefined]) this.#add(indexed, peer);
    }
    this.#blocks = { 4: new IntervalIndex(this.#ofBlocks[4]), 6: new IntervalIndex(this.#ofBlocks[6]) };
  }

  /** Does no rule but this one match the flow? */
  isAlone(rule: Decided, flow: Flow): boolean {
    const match = ({ rule: other, ports }: Indexed) =>
      other !== rule && ports.from <= flow.port && flow.port <= ports.to && matches(other.rule!, flow);
    const far = this.direction === "ingress" ? flow.from : flow.to;
    const address = far.ip === undefined ? undefined : parseAddress(far.ip);
    if (this.#others.some(match)) return false;
    if (
      address &&
      this.#blocks[address.family].some(address.value, address.value, ({ indexed }) => match(indexed))
    )
      return false;
    if (far.kind !== "pod") return true;
    return !this.#some("pod", far.pod.labels, match) && !this.#some("namespace", far.namespace.labels, match);
  }

  #add(indexed: Indexed, peer: Peer | undefined): void {
    if (peer?.kind === "block") {
      const { family, first, last } = blockOf(peer.cidr.text);
      this.#ofBlocks[family].push({ from: first, to: last, indexed });
      return;
    }
    const label = peer && listedLabel(podConditions(peer));
    if (!label) {
      this.#others.push(indexed);
      return;
    }
    const byValue = putIfAbsent(this.#byLabel[label.part], label.name, () => new Map<string, Indexed[]>());
    for (const value of label.condition.values) putIfAbsent(byValue, value, () => []).push(indexed);
  }

  #some(part: LabelKey["part"], labels: Labels, passes: (indexed: Indexed) => boolean): boolean {
    for (const [name, byValue] of this.#byLabel[part])
      if (Object.hasOwn(labels, name) && byValue.get(labels[name]!)?.some(passes)) return true;
    return false;
  }
}

/** A label that must have one of some values: the pod's own, since pods of one namespace have its labels in common. */
function listedLabel(conditions: PodConditions) {
  let found: (LabelKey & { readonly condition: Condition }) | undefined;
  for (const key of conditions.values())
    if (!key.condition.others && !key.condition.absent && found?.part !== "pod") found = key;
  return found;
}

function putIfAbsent<K, V>(map: Map<K, V>, key: K, make: () => V): V {
  let value = map.get(key);
  if (value === undefined) map.set(key, (value = make()));
  return value;
}
