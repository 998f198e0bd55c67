/** Rules by their subjects' labels and by their ports: those that may meet a region are found without a look at each. */
import type { Decided } from "./decided.js";
import { PortIndex } from "./port_index.js";
import { podConditions } from "../sets/pod_conditions.js";
import type { Region } from "../sets/region.js";

export class RegionIndex {
  readonly #order: ReadonlyMap<Decided, number>;
  /** The label to which most subjects give finitely many values. */
  readonly #label: string | undefined;
  readonly #byValue = new Map<string, PortIndex>();
  /** Rules whose subjects may have any value of it. */
  readonly #others: PortIndex;
  readonly #all: PortIndex;

  constructor(rules: readonly Decided[]) {
    this.#order = new Map(rules.map((rule, index) => [rule, index]));
    this.#label = mostUsed(rules.flatMap(({ region }) => listedLabels(region)));
    const byValue = new Map<string, Decided[]>();
    const others: Decided[] = [];
    for (const rule of rules) {
      const values = this.#valuesOf(rule.region);
      if (!values) others.push(rule);
      for (const value of values ?? []) {
        const list = byValue.get(value);
        if (list) list.push(rule);
        else byValue.set(value, [rule]);
      }
    }
    for (const [value, list] of byValue) this.#byValue.set(value, new PortIndex(list));
    this.#others = new PortIndex(others);
    this.#all = new PortIndex(rules);
  }

  orderOf(rule: Decided): number {
    return this.#order.get(rule)!;
  }

  /** In the order given; those left out have no flow in common with the region. */
  meeting(region: Region): readonly Decided[] {
    const values = this.#valuesOf(region);
    if (!values) return this.#all.meeting(region);
    const found = new Set(this.#others.meeting(region));
    for (const value of values)
      for (const rule of this.#byValue.get(value)?.meeting(region) ?? []) found.add(rule);
    return [...found].sort((a, b) => this.orderOf(a) - this.orderOf(b));
  }

  #valuesOf({ subject }: Region): ReadonlySet<string> | undefined {
    const found = this.#label === undefined ? undefined : podConditions(subject).get(this.#label)?.condition;
    return found && !found.others && !found.absent ? found.values : undefined;
  }
}

function listedLabels({ subject }: Region): readonly string[] {
  return [...podConditions(subject)].flatMap(([id, { condition }]) =>
    condition.others || condition.absent ? [] : [id],
  );
}

function mostUsed(labels: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const label of labels) counts.set(label, (counts.get(label) ?? 0) + 1);
  return [...counts].sort((a, b) => b[1] - a[1])[0]?.[0];
}
