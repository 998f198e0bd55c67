/** Claims in words, as reports name them. */
import type { Peer, PortMatch } from "../../../ir/policy.js";
import { peerWords, portWords } from "../../../ir/words.js";
import type { End } from "./end.js";
import { isNode } from "./report.js";

/** An end, and the node that it was lowered from: only that knows what the author called it. */
export interface Words extends End {
  readonly node: unknown;
}

interface Reach {
  readonly from: Words;
  readonly to: Words;
  readonly ports: readonly PortMatch[];
}

interface Only {
  readonly checked: Words;
  readonly except: readonly { readonly end: Words; readonly ports: readonly PortMatch[] }[];
}

export function claimSentence(kind: "canReach" | "cannotReach", claim: Reach): string;
export function claimSentence(kind: "onlyFrom" | "onlyTo", claim: Only): string;
export function claimSentence(kind: string, claim: Reach | Only): string {
  if ("from" in claim) {
    const { from, to, ports } = claim;
    const verb = kind === "canReach" ? "can reach" : "cannot reach";
    const where = ports.length > 0 ? onPorts(ports) : kind === "canReach" ? " on every port" : "";
    if (kind === "cannotReach" && !from.peers) return `nothing can reach ${endWords(to)}${where}`;
    return `${endWords(from)} ${verb} ${endWords(to)}${where}`;
  }
  const except = claim.except.map(({ end, ports }) => `${endWords(end)}${onPorts(ports)}`);
  return kind === "onlyFrom"
    ? `${endWords(claim.checked)} can be reached only from ${except.join(" or from ")}`
    : `${endWords(claim.checked)} can reach only ${except.join(" or ")}`;
}

/** Members past this many are counted. */
const MAX_MEMBERS = 3;

function endWords({ node, peers }: Words): string {
  if (!peers) return "anything";
  const members = Array.isArray(node) ? (node as unknown[]) : [node];
  // One member is one peer, except for the internet, which is a block of each family.
  const words: string[] = [];
  let at = 0;
  for (const member of members) {
    words.push(memberWords(member, peers[at]!));
    at += isNode(member, "internet") ? 2 : 1;
  }
  if (words.length <= MAX_MEMBERS) return words.join(", ");
  return `${words.slice(0, MAX_MEMBERS - 1).join(", ")} and ${words.length - MAX_MEMBERS + 1} more`;
}

function memberWords(node: unknown, peer: Peer): string {
  if (isNode(node, "internet")) return "the internet";
  const workload = isNode(node, "pods") ? node["workload"] : undefined;
  // `everyPod` of a cluster's namespace has the place of a workload, but no labels.
  return peer.kind === "pods" &&
    typeof workload === "string" &&
    peer.namespaces.kind === "name" &&
    peer.pods.requirements.length > 0
    ? `${peer.namespaces.name}/${workload.slice(0, 63)}`
    : peerWords(peer);
}

function onPorts(ports: readonly PortMatch[]): string {
  return ports.length === 0 ? "" : ` on ${ports.map(portWords).join(", ")}`;
}
