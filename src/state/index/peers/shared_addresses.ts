import type { Diagnostic } from "../../../source/diagnostic.js";
import type { Held, PodRecord } from "./held.js";
import { holderOf } from "./held.js";

/** Pods that say that they have an address which another pod has. */
export function sharedAddresses(held: Iterable<Held>): Diagnostic[] {
  const found: Diagnostic[] = [];
  for (const each of held) {
    const holder = holderOf(each);
    if (!holder) continue;
    const others = each.claims.filter((claim) => claim !== holder).sort((a, b) => (a.key < b.key ? -1 : 1));
    for (const other of others) found.push(sharedAddress(each.text, holder, other));
  }
  return found;
}

function sharedAddress(ip: string, holder: PodRecord, other: PodRecord): Diagnostic {
  return {
    rule: "shared-address",
    severity: "warning",
    message: `${other.key} has the address ${ip}, which ${holder.key} has too: it counts as ${holder.key}'s`,
    span: other.pod.span,
    notes: [{ message: "first used here", span: holder.pod.span }],
    help: "remove the pod that no longer runs, or set hostNetwork",
  };
}
