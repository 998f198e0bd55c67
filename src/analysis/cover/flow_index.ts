/** An index of rules by the ends of flows, to find those that may match a flow without checking each. */
import type { Address } from "../../ir/address.js";
import { blockOf, parseAddress } from "../../ir/address.js";
import type { Direction } from "../../ir/policy.js";
import type { Endpoint, Flow } from "../semantics/decide.js";
import { matches } from "../semantics/decide.js";
import type { Decided } from "./decided.js";
import type { Interval } from "../sets/interval_index.js";
import { IntervalIndex } from "../sets/interval_index.js";
import { LabelIndex } from "../sets/label_index.js";
import { podConditions } from "../sets/pod_conditions.js";
import { portHull } from "./port_index.js";

interface Indexed {
  readonly rule: Decided;
  readonly ports: Interval<number>;
}

/** Of so few rules each is looked at. */
const FEW = 16;

export class FlowIndex {
  readonly #bySubject = new LabelIndex<Indexed>();
  readonly #byOtherEnd = new Map<readonly Indexed[], OtherEndIndex>();

  /** @param rules all of one direction */
  constructor(
    private readonly direction: Direction,
    rules: readonly Decided[],
  ) {
    for (const rule of rules)
      this.#bySubject.add({ rule, ports: portHull(rule.region) }, podConditions(rule.region.subject));
  }

  /** Does no rule but this one match the flow? */
  isAlone(rule: Decided, flow: Flow): boolean {
    const [own, far] = this.direction === "ingress" ? [flow.to, flow.from] : [flow.from, flow.to];
    if (own.kind !== "pod") return true;
    const match = ({ rule: other, ports }: Indexed) =>
      other !== rule && ports.from <= flow.port && flow.port <= ports.to && matches(other.rule!, flow);
    return !this.#bySubject
      .listsFor(own.pod.labels, own.namespace)
      .some((list) => (list.length > FEW ? this.#otherEndsOf(list).some(far, match) : list.some(match)));
  }

  #otherEndsOf(list: readonly Indexed[]): OtherEndIndex {
    let index = this.#byOtherEnd.get(list);
    if (!index) this.#byOtherEnd.set(list, (index = new OtherEndIndex(list)));
    return index;
  }
}

interface OfBlock extends Interval<bigint> {
  readonly indexed: Indexed;
}

class OtherEndIndex {
  readonly #ofAnyone: Indexed[] = [];
  readonly #ofPods = new LabelIndex<Indexed>();
  readonly #ofBlocks: Readonly<Record<Address["family"], IntervalIndex<bigint, OfBlock>>>;

  constructor(rules: readonly Indexed[]) {
    const blocks: Record<Address["family"], OfBlock[]> = { 4: [], 6: [] };
    for (const indexed of rules) {
      const { peers } = indexed.rule.region;
      if (!peers) this.#ofAnyone.push(indexed);
      for (const peer of peers ?? []) {
        if (peer.kind === "pods") this.#ofPods.add(indexed, podConditions(peer));
        else {
          const { family, first, last } = blockOf(peer.cidr.text);
          blocks[family].push({ from: first, to: last, indexed });
        }
      }
    }
    this.#ofBlocks = { 4: new IntervalIndex(blocks[4]), 6: new IntervalIndex(blocks[6]) };
  }

  /** Does one pass, of the rules that may match flows with this other end? */
  some(far: Endpoint, passes: (rule: Indexed) => boolean): boolean {
    if (this.#ofAnyone.some(passes)) return true;
    const address = far.ip === undefined ? undefined : parseAddress(far.ip);
    const isOfBlock = (family: Address["family"], value: bigint) =>
      this.#ofBlocks[family].some(value, value, ({ indexed }) => passes(indexed));
    if (address && isOfBlock(address.family, address.value)) return true;
    return (
      far.kind === "pod" &&
      this.#ofPods.listsFor(far.pod.labels, far.namespace).some((list) => list.some(passes))
    );
  }
}
