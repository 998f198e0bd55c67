/** Exact sets of ends: pods by what their labels say, with some addresses, and addresses that no pod has. */
import type { Family } from "../../../ir/address.js";
import type { PodMatch, Requirement } from "../../../ir/policy.js";
import { NAMESPACE_NAME_LABEL } from "../../../ir/inventory.js";
import { NO_SPAN } from "../../../source/span.js";
import type { AddressRange } from "../../sets/intervals.js";
import { podsWithin } from "../../sets/pod_conditions.js";
import { contentOf } from "../../sides/content.js";
import { EVERY_POD } from "../../cover/peer_points.js";

/** The pods and addresses that meet all of this. */
export interface EndSet {
  /** Pods that this selects; undefined: any pod, and any address that no pod has. */
  readonly pods: PodMatch | undefined;
  /** Of those, not these. An address that no pod has is none of them, but `EVERY_POD` leaves nothing else. */
  readonly except: readonly PodMatch[];
  /** Ends with one of these addresses; undefined: with any. */
  readonly addresses: AddressSet | undefined;
}

/** At most one part of each family; ranges ascending, disjoint, not adjacent. */
export type AddressSet = readonly { readonly family: Family; readonly ranges: readonly AddressRange[] }[];

export const ANYWHERE: EndSet = { pods: undefined, except: [], addresses: undefined };

/** Equal for sets that are told alike. */
export function endSetsKey(sets: readonly EndSet[]): string {
  const texts = sets.map(({ pods, except, addresses }) => {
    const blocks = addresses?.map(({ family, ranges }) => {
      return `${family} ${ranges.map(({ first, last }) => `${first}-${last}`).join()}`;
    });
    return JSON.stringify([pods && contentOf(pods), except.map(contentOf).sort(), blocks]);
  });
  return texts.sort().join("\n");
}

/** Only addresses that no pod has. */
export function isOutside({ pods, except }: EndSet): boolean {
  return !pods && except.some((each) => podsWithin(EVERY_POD, each));
}

/** The pods that both select; undefined selects all. They may not contradict each other. */
export function bothSelect(a: PodMatch | undefined, b: PodMatch): PodMatch {
  if (!a || podsWithin(b, a)) return b;
  if (podsWithin(a, b)) return a;
  const ofNamespace = sorted([...namespaceRequirements(a), ...namespaceRequirements(b)]);
  const pods = sorted([...a.pods.requirements, ...b.pods.requirements]);
  const [first] = ofNamespace;
  const isName =
    ofNamespace.length === 1 &&
    first!.key === NAMESPACE_NAME_LABEL &&
    first!.operator === "In" &&
    first!.values.length === 1;
  return {
    kind: "pods",
    namespaces: isName
      ? { kind: "name", name: first!.values[0]!, span: NO_SPAN }
      : { kind: "selector", selector: { requirements: ofNamespace, span: NO_SPAN }, span: NO_SPAN },
    pods: { requirements: pods, span: NO_SPAN },
    span: NO_SPAN,
  };
}

function namespaceRequirements({ namespaces }: PodMatch): readonly Requirement[] {
  if (namespaces.kind === "selector") return namespaces.selector.requirements;
  return [{ key: NAMESPACE_NAME_LABEL, operator: "In", values: [namespaces.name], span: NO_SPAN }];
}

/** In the order of the IR, without repeats. */
function sorted(requirements: readonly Requirement[]): readonly Requirement[] {
  const byText = new Map(requirements.map((each) => [textOf(each), each]));
  return [...byText].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, each]) => each);
}

function textOf({ key, operator, values }: Requirement): string {
  return [key, operator, ...values].join("\0");
}
