/** The parties at an end of a question: an address, or pods grouped by what policies can distinguish. */
import { parseAddress } from "../../ir/address.js";
import type { BlockMatch, Peer } from "../../ir/policy.js";
import type { Pod } from "../../ir/inventory.js";
import { inBlock } from "../semantics/decide.js";
import { askedLabels, podVariants } from "../semantics/pod_variants.js";
import type { PodVariant } from "../semantics/pod_variants.js";
import type { End } from "./find_end.js";

export interface Party {
  readonly pod?: PodVariant;
  /** The address that was written. */
  readonly ip?: string;
  readonly isLoopback?: boolean;
  /** The pods that it stands for. */
  readonly stands: readonly PodVariant[];
}

/** Pods that nothing can distinguish count as two, which may talk to each other. */
export function partiesOf(
  pods: readonly Pod[],
  ip: string | undefined,
  terms: readonly Peer[],
): readonly Party[] {
  const asked = askedLabels(terms);
  const blocks = terms.filter((term) => term.kind === "block");
  const groups = new Map<string, PodVariant[]>();
  for (const pod of pods.flatMap((each) => podVariants(each, asked))) {
    const key = JSON.stringify([
      pod.workload,
      Object.entries(pod.labels).sort(),
      pod.ports,
      pod.hostNetwork && pod.node,
      pod.ips.map((each) => heldBy(each, blocks)),
      pod.standIns,
    ]);
    const group = groups.get(key);
    if (group) group.push(pod);
    else groups.set(key, [pod]);
  }
  return [...groups.values()].flatMap(([first, ...others]) => {
    const parties = [[first!], others].filter((stands) => stands.length > 0);
    return parties.map((stands) => ({ pod: stands[0]!, ...(ip !== undefined && { ip }), stands }));
  });
}

function heldBy(ip: string, blocks: readonly BlockMatch[]): string {
  const address = parseAddress(ip)!;
  const held = [...blocks.keys()].filter((index) => inBlock(blocks[index]!, address));
  return `${address.family}:${held.join()}`;
}

export function addressParty({ ip, isLoopback }: Extract<End, { kind: "address" }>): Party {
  return { ip, isLoopback, stands: [] };
}
