import { NODE_KIND } from "../../../dsl/node.js";
import type { Direction, PodMatch } from "../../../ir/policy.js";
import { covers, podsKey } from "./cover.js";
import type { End } from "./end.js";
import { lowerPods } from "./end.js";
import type { Place, Untrusted } from "./place.js";
import { isNode, isRecord, shown } from "./report.js";
import type { Report } from "./report.js";
import { isPresent } from "./sentence.js";

/** A workload that a `policy(...)` isolates: it becomes one NetworkPolicy. */
export interface Isolated {
  readonly subject: PodMatch;
  readonly namespace: string;
  /** Its key in `cluster(...)`. */
  readonly workload: string | undefined;
  /** The NetworkPolicy's whole name, where it is given. */
  readonly name: string | undefined;
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

/** @param policyName what pods that stand alone give their NetworkPolicy as its name */
export function lowerIsolation(
  options: Untrusted,
  optionsAt: Place,
  policyName: unknown,
  report: Report,
): Isolation {
  const isolated = new Map<string, Isolated>();
  let listed = 0;
  for (const { option, ingress, egress } of LISTS) {
    if (!isPresent(options[option])) continue;
    const entries = entriesOf(options[option], optionsAt.property(option), policyName);
    if (!entries) {
      const message = `${option} must be pods, an array or an object, not ${shown(options[option])}`;
      report.error("invalid-value", optionsAt.property(option).span, message);
      continue;
    }
    listed += entries.length;
    for (const entry of entries) {
      const workload = lowerEntry(entry, report);
      if (!workload) continue;
      const known = isolated.get(podsKey(workload.subject)) ?? workload;
      if (known.name !== workload.name)
        report.error(
          "invalid-value",
          entry.place.span,
          "the same pods are also isolated under another name",
          {
            help: "isolate them once, or use the same name in both options",
            notes: [{ message: "here", span: known.subject.span }],
          },
        );
      known.ingress ||= ingress;
      known.egress ||= egress;
      isolated.set(podsKey(workload.subject), known);
    }
  }
  if (listed === 0)
    report.error("idle-policy", optionsAt.span, "the policy isolates no pods, so it has no effect", {
      help: "list the pods that connect only as the rules allow: `isolate: [...]`",
    });
  return new Isolation([...isolated.values()]);
}

interface Entry {
  readonly pods: unknown;
  readonly name: string | undefined;
  readonly place: Place;
}

/** One per NetworkPolicy: pods alone, an array, or an object by name. */
function entriesOf(value: unknown, place: Place, policyName: unknown): readonly Entry[] | undefined {
  if (Array.isArray(value))
    return value.map((pods, index) => ({ pods, name: undefined, place: place.item(index) }));
  if (!isRecord(value)) return undefined;
  if (NODE_KIND in value)
    return [{ pods: value, name: typeof policyName === "string" ? policyName : undefined, place }];
  return Object.entries(value).map(([name, pods]) => ({ pods, name, place: place.property(name) }));
}

function lowerEntry({ pods: entry, name, place }: Entry, report: Report): Isolated | undefined {
  if (!isNode(entry, "pods"))
    return report.error("invalid-value", place.span, `${shown(entry)} cannot be isolated: it is not pods`);
  const subject = lowerPods(entry, place, report);
  if (!subject) return undefined;
  if (subject.namespaces.kind !== "name") {
    const help = 'a NetworkPolicy belongs to one namespace: pods({...}, { namespace: "..." })';
    return report.error(
      "invalid-value",
      place.span,
      "the pods to isolate are not in one namespace given by name",
      {
        help,
      },
    );
  }
  const workload = typeof entry["workload"] === "string" ? entry["workload"] : undefined;
  return { subject, namespace: subject.namespaces.name, workload, name, ingress: false, egress: false };
}
