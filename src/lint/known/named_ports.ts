/** Named ports of rules, and the pods whose ports they name. */
import type { Pod } from "../../ir/inventory.js";
import type { NamedPort, Policy, Rule } from "../../ir/policy.js";
import type { KnownPods } from "./known_pods.js";

export interface NamedPortUse {
  readonly rule: Rule;
  readonly port: NamedPort;
}

export function* namedPortsOf(policies: readonly Policy[]): Generator<NamedPortUse> {
  for (const { rules } of policies)
    for (const rule of rules)
      for (const port of rule.ports ?? []) if (port.kind === "named") yield { rule, port };
}

/** The pods that the rule leads to: its subject's or its peers'. Undefined if there may be unknown ones. */
export function destinations(
  { direction, subject, peers }: Rule,
  known: KnownPods,
): readonly Pod[] | undefined {
  const matches = direction === "ingress" ? [subject] : peers;
  if (!matches) return undefined;
  const pods = new Set<Pod>();
  for (const match of matches) {
    const selected = match.kind === "pods" ? known.selectedAmongKnown(match) : undefined;
    if (!selected) return undefined;
    for (const pod of selected) pods.add(pod);
  }
  return [...pods];
}

/** "the known pod api", "the 3 known pods" */
export function knownPodWords(pods: readonly Pod[]): string {
  return pods.length === 1 ? `the known pod ${pods[0]!.name}` : `the ${pods.length} known pods`;
}
