/** Other ends, those together whose own policies say the same. */
import type { Direction } from "../../../ir/policy.js";
import type { PodClass } from "../../sets/classes.js";
import { contentOf } from "../../sides/content.js";
import type { PolicyIndex, SideRules } from "../../sides/policy_index.js";

export interface Behaviour {
  readonly side: SideRules;
  /** By number; addresses that no pod has, of which no policies are, are one past the last. */
  readonly classes: number[];
}

export function behavioursOf(
  classes: readonly PodClass[],
  outside: boolean,
  index: PolicyIndex,
  direction: Direction,
): readonly Behaviour[] {
  const found = new Map<string, Behaviour>();
  const byKey = new Map<string, Behaviour>();
  const behaviourOf = (side: SideRules): Behaviour => {
    const text = saidBy(side);
    let behaviour = found.get(text);
    if (!behaviour) found.set(text, (behaviour = { side, classes: [] }));
    return behaviour;
  };
  for (const [number, pod] of classes.entries()) {
    const side = index.side(direction, pod);
    const key = index.keyOf(side);
    let behaviour = byKey.get(key);
    if (!behaviour) byKey.set(key, (behaviour = behaviourOf(side)));
    behaviour.classes.push(number);
  }
  if (outside) behaviourOf(SILENT).classes.push(classes.length);
  return [...found.values()];
}

const SILENT: SideRules = { admin: [], isolatedBy: [], allows: [], baseline: [] };

/** Equal for sides that decide alike. */
function saidBy({ admin, isolatedBy, allows, baseline }: SideRules): string {
  const isolated = isolatedBy.length > 0;
  const last = isolated ? [...new Set(allows.map(contentOf))].sort() : baseline.map(contentOf);
  return JSON.stringify([isolated, admin.map(contentOf), last]);
}
