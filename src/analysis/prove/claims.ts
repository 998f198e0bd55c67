/** The semantics of claims: which flows a claim covers, and the verdict it expects. */
import type { Claim, Connections } from "../../ir/claim.js";
import { isLoopback, parseAddress } from "../../ir/address.js";
import type { Peer } from "../../ir/policy.js";
import { matchesPeer, matchesPort, podAt } from "../semantics/decide.js";
import type { Endpoint, Flow } from "../semantics/decide.js";

/**
 * 1. A claim covers the flows from its one end to its other on its ports, except those of its exceptions.
 * 2. At least one end is a pod, because policies decide no other flows.
 * 3. Traffic between a pod and its node, and from a pod to itself, is always allowed: no claim covers it.
 * 4. The pods of an end are those that its selectors select; its blocks are addresses that no pod has. So "the internet"
 *    means outside the cluster, although some pod might have a public address. Loopback belongs to no other host, and a
 *    pod on the host network counts as its node: an address.
 * 5. In an exception, a block also contains pod addresses, because a policy that allows a block allows those.
 * 6. Ports are 1 to 65535.
 */
export function speaksOf(claim: Claim, flow: Flow): boolean {
  const { from, to, protocol, port, toItself } = flow;
  if (toItself || [from, to].some(isLoopbackEnd)) return false;
  if (!podAt(from) && !podAt(to)) return false;
  if ((!podAt(from) && from.ownNode) || (!podAt(to) && to.ownNode)) return false;
  if (protocol !== "other" && port === 0) return false;
  return (
    isEnd(claim.from, from) &&
    isEnd(claim.to, to) &&
    onPorts(claim, flow) &&
    !claim.except.some((exception) => holds(exception, flow))
  );
}

function isEnd(peers: readonly Peer[] | undefined, end: Endpoint): boolean {
  if (!peers) return true;
  const isPod = podAt(end) !== undefined;
  return peers.some((peer) => (peer.kind === "pods") === isPod && matchesPeer(peer, end));
}

function isLoopbackEnd({ kind, ip }: Endpoint): boolean {
  return kind === "address" && isLoopback(parseAddress(ip!)!);
}

function holds(exception: Connections, flow: Flow): boolean {
  const { from, to } = exception;
  return (
    (from === undefined || from.some((peer) => matchesPeer(peer, flow.from))) &&
    (to === undefined || to.some((peer) => matchesPeer(peer, flow.to))) &&
    onPorts(exception, flow)
  );
}

function onPorts({ ports }: Connections, flow: Flow): boolean {
  return ports === undefined || ports.some((port) => matchesPort(port, flow));
}

/** The verdict that the claim expects for every flow that it covers. */
export function wantedVerdict({ kind }: Claim): "allow" | "deny" {
  return kind === "canReach" ? "allow" : "deny";
}
