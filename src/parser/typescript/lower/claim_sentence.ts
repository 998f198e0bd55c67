/** Claims in words, as reports name them. */
import type { LabelSelector, Peer, PodMatch, PortMatch, Requirement } from "../../../ir/policy.js";
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
    const where = ports.length > 0 ? portWords(ports) : kind === "canReach" ? " on every port" : "";
    return `${endWords(from)} ${verb} ${endWords(to)}${where}`;
  }
  const except = claim.except.map(({ end, ports }) => `${endWords(end)}${portWords(ports)}`);
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
  if (peer.kind === "block") {
    const except = peer.except.map(({ text }) => text).join(", ");
    return except === "" ? peer.cidr.text : `${peer.cidr.text} except ${except}`;
  }
  const workload = isNode(node, "pods") ? node["workload"] : undefined;
  const named = typeof workload === "string" && peer.namespaces.kind === "name";
  // `everyPod` of a cluster's namespace has a workload's place, but no labels.
  return named && peer.pods.requirements.length > 0
    ? `${peer.namespaces.name}/${workload.slice(0, 63)}`
    : podWords(peer);
}

function podWords({ namespaces, pods }: PodMatch): string {
  const which = pods.requirements.length > 0 ? `pods ${selectorWords(pods)}` : "every pod";
  if (namespaces.kind === "name") return `${which} of ${namespaces.name}`;
  const { selector } = namespaces;
  return selector.requirements.length > 0 ? `${which} of namespaces ${selectorWords(selector)}` : which;
}

/** In the notation of `kubectl get --selector`. */
function selectorWords({ requirements }: LabelSelector): string {
  return requirements.map(requirementWords).join(",");
}

function requirementWords({ key, operator, values }: Requirement): string {
  const list = `(${values.join(",")})`;
  switch (operator) {
    case "In":
      return values.length === 1 ? `${key}=${values[0]}` : `${key} in ${list}`;
    case "NotIn":
      return values.length === 1 ? `${key}!=${values[0]}` : `${key} notin ${list}`;
    case "Exists":
      return key;
    case "DoesNotExist":
      return `!${key}`;
  }
}

function portWords(ports: readonly PortMatch[]): string {
  if (ports.length === 0) return "";
  const words = ports.map((port) => {
    if (port.kind === "named") return `${port.name}/${port.protocol}`;
    const { protocol, from, to } = port;
    if (from === 0 && to === 65535) return `every port of ${protocol}`;
    return from === to ? `${from}/${protocol}` : `${from}-${to}/${protocol}`;
  });
  return ` on ${words.join(", ")}`;
}
