/** What claims mean: which flows a claim speaks of, and what it says of them. */
import type { Claim, Connections } from "../../ir/claim.js";
import type { Peer } from "../../ir/policy.js";
import { matchesPeer, matchesPort } from "../semantics/decide.js";
import type { Endpoint, Flow } from "../semantics/decide.js";

/**
 * 1. A claim speaks of the flows from its one end to its other on its ports, less those of its exceptions.
 * 2. One end at least is a pod: policies decide no other flows.
 * 3. Traffic between a pod and the node it runs on always passes: no claim speaks of it.
 * 4. The pods of an end are those that its selectors select; its blocks are addresses that are no pod's. So "the
 *    internet" means what is outside, though some pod might have a public address.
 * 5. In an exception a block holds the addresses of pods too: a policy that lets a block pass lets those pass.
 * 6. Ports are 1 to 65535.
 */
export function speaksOf(claim: Claim, flow: Flow): boolean {
  const { from, to, protocol, port } = flow;
  if (from.kind === "address" && to.kind === "address") return false;
  if ((from.kind === "address" && from.ownNode) || (to.kind === "address" && to.ownNode)) return false;
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
  return peers.some((peer) => (peer.kind === "pods") === (end.kind === "pod") && matchesPeer(peer, end));
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

/** The verdict that the claim wants for every flow that it speaks of. */
export function wantedVerdict({ kind }: Claim): "allow" | "deny" {
  return kind === "canReach" ? "allow" : "deny";
}
