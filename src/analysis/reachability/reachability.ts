/** Which workloads of an inventory can reach which, on which ports: every pair that policies allow. */
import { sameFamily } from "../sides/same_family.js";
import { KnownPorts } from "./known_ports.js";
import type { PortSpan } from "../sets/port_spans.js";
import { membersOf } from "./members.js";
import type { KnownCluster, Member } from "./members.js";
import { Reach } from "./reach.js";

/** A pair that may talk. Addresses of pods that are not known match no block of a rule. */
export interface Connection {
  readonly from: Member;
  readonly to: Member;
  readonly ports: readonly PortSpan[];
}

/**
 * Pods that no policy tells apart are one member, and what one rule says to many is said once, so the work follows the
 * pairs that are allowed. Traffic of a pod to itself, and with the node that it runs on, is no connection.
 */
export function* reachability(cluster: KnownCluster): Generator<Connection> {
  const { members } = membersOf([cluster]);
  const pods = members.map(({ at }) => at[0]!);
  const ports = new KnownPorts(
    cluster.policies.flatMap(({ rules }) => rules),
    pods.map(({ pod }) => pod.ports),
  );
  const reach = new Reach(cluster.policies, pods, ports);
  const spans = new Map<bigint, readonly PortSpan[]>();
  const spansOf = (set: bigint) => {
    let known = spans.get(set);
    if (!known) spans.set(set, (known = ports.spans(set)));
    return known;
  };
  for (const [to, member] of members.entries()) {
    const ingress = reach.side("ingress", to);
    for (const from of ingress.rest === 0n ? ingress.named.keys() : members.keys()) {
      if ((from === to && member.single) || !sameFamily(pods[from]!.ip, pods[to]!.ip)) continue;
      const admitted = ingress.at(from);
      if (admitted === 0n) continue;
      const allowed = admitted & reach.side("egress", from).at(to);
      if (allowed !== 0n) yield { from: members[from]!, to: member, ports: spansOf(allowed) };
    }
  }
}
