import { blockOf, formatAddress } from "../../ir/address.js";
import type { BlockMatch } from "../../ir/policy.js";
import type { Endpoint, Flow } from "../semantics/decide.js";
import { PlainestPod } from "./plainest_pod.js";
import type { Box } from "../sets/region.js";
import { firstAddress } from "../sets/region.js";

/** Of the prefix that routers discard (RFC 6666): hardly any block of a policy holds it. */
const ADDRESS = "100::1";
/** What a name means. Hardly any range of a policy begins so low. */
const PORT = 1;

/**
 * A flow of the box that few others hold: between pods with no more labels than they must have. Undefined if there may be
 * none of this kind. The box's subject must be of one namespace by name.
 */
export function plainestFlow({ direction, subject, peer, port }: Box): Flow | undefined {
  const isIngress = direction === "ingress";
  const named = port?.kind === "named" ? [{ name: port.name, port: PORT, protocol: port.protocol }] : [];
  const far = peer?.kind === "pods" ? PlainestPod.of(peer) : undefined;
  if (!far && !isIngress && named.length > 0) return undefined;
  const own = PlainestPod.of(subject);
  // One namespace has its labels once, and the subject asks for none of them.
  const isSame = far?.namespace.name === own.namespace.name;
  const end = (
    { labels, namespace }: Pick<PlainestPod, "labels" | "namespace">,
    isDestination: boolean,
  ): Endpoint => {
    const pod = { namespace: namespace.name, name: "any", labels, ports: isDestination ? named : [] };
    return { kind: "pod", pod, namespace, ip: ADDRESS };
  };
  const ownEnd = end(isSame ? { labels: own.labels, namespace: far!.namespace } : own, isIngress);
  const otherEnd: Endpoint = far
    ? end(far, !isIngress)
    : { kind: "address", ip: peer?.kind === "block" ? addressOf(peer) : ADDRESS };
  const [from, to] = isIngress ? [otherEnd, ownEnd] : [ownEnd, otherEnd];
  if (!port) return { from, to, protocol: "other", port: 0 };
  return { from, to, protocol: port.protocol, port: port.kind === "range" ? port.from : PORT };
}

function addressOf(block: BlockMatch): string {
  return formatAddress({ family: blockOf(block.cidr.text).family, value: firstAddress(block)! });
}
