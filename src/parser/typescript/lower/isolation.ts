import type { Direction, PodMatch } from "../../../ir/policy.js";
import { covers, podsKey } from "./cover.js";
import type { End } from "./end.js";
import { lowerPods } from "./end.js";
import type { Place, Untrusted } from "./place.js";
import { isNode, shown } from "./report.js";
import type { Report } from "./report.js";
import { isPresent } from "./sentence.js";

/** A workload that a `policy(...)` isolates: it becomes one NetworkPolicy. */
export interface Isolated {
  readonly subject: PodMatch;
  readonly namespace: string;
  /** Its key in `cluster(...)`. */
  readonly workload: string | undefined;
  ingress: boolean;
  egress: boolean;
}

const LISTS = [
  { option: "isolate", ingress: true, egress: true },
  { option: "isolateIngress", ingress: true, egress: false },
  { option: "isolateEgress", ingress: false, egress: true },
] as const;

/** The workloads that a policy isolates, in order of first mention. */
export class Isolation {
  private readonly byPods = new Map<string, Isolated>();

  constructor(readonly workloads: readonly Isolated[]) {
    for (const workload of workloads) this.byPods.set(podsKey(workload.subject), workload);
  }

  /**
   * Those that a sentence's end speaks of: the one equal to it, or else every one whose pods it contains. (The equal one
   * selects all pods of the end, so the others need no rule of their own.)
   */
  of(end: End, direction: Direction): ReadonlySet<Isolated> {
    const found = (end.peers ?? []).flatMap((peer) => {
      if (peer.kind !== "pods") return [];
      const equal = this.byPods.get(podsKey(peer));
      if (equal?.[direction]) return [equal];
      return this.workloads.filter((workload) => workload[direction] && covers(peer, workload.subject));
    });
    return new Set(found);
  }
}

export function lowerIsolation(options: Untrusted, optionsAt: Place, report: Report): Isolation {
  const isolated = new Map<string, Isolated>();
  let listed = 0;
  for (const { option, ingress, egress } of LISTS) {
    const list = options[option];
    const listAt = optionsAt.property(option);
    if (!isPresent(list)) continue;
    if (!Array.isArray(list)) {
      report.error("invalid-value", listAt.span, `${option} is an array, not ${shown(list)}`);
      continue;
    }
    listed += list.length;
    for (const [index, entry] of list.entries()) {
      const workload = lowerEntry(entry, listAt.item(index), report);
      if (!workload) continue;
      const known = isolated.get(podsKey(workload.subject)) ?? workload;
      known.ingress ||= ingress;
      known.egress ||= egress;
      isolated.set(podsKey(workload.subject), known);
    }
  }
  if (listed === 0)
    report.error("idle-policy", optionsAt.span, "the policy isolates no pods, so it does nothing", {
      help: "name the pods that only these rules let connect: `isolate: [...]`",
    });
  return new Isolation([...isolated.values()]);
}

function lowerEntry(entry: unknown, place: Place, report: Report): Isolated | undefined {
  if (!isNode(entry, "pods"))
    return report.error("invalid-value", place.span, `${shown(entry)} cannot be isolated: it is no pods`);
  const subject = lowerPods(entry, place, report);
  if (!subject) return undefined;
  if (subject.namespaces.kind !== "name") {
    const help = 'a NetworkPolicy is of one namespace: pods({...}, { namespace: "..." })';
    return report.error("invalid-value", place.span, "the pods to isolate are not of one namespace", {
      help,
    });
  }
  const workload = typeof entry["workload"] === "string" ? entry["workload"] : undefined;
  return { subject, namespace: subject.namespaces.name, workload, ingress: false, egress: false };
}
