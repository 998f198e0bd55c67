import type { ContainerPort } from "../../src/ir/inventory.js";
import type { Direction, NetworkPolicy, Peer, PortMatch, Rule as PolicyRule } from "../../src/ir/policy.js";
import { joinItems } from "../../src/lint/fix/join_items.js";
import { isTypeScript } from "../../src/lint/is_typescript.js";
import type { KnownPods } from "../../src/lint/known/known_pods.js";
import { destinations } from "../../src/lint/known/named_ports.js";
import type { Rule } from "../../src/lint/rule.js";

const WORDS = {
  ingress: { field: "from", everyone: "from every peer" },
  egress: { field: "to", everyone: "to every peer" },
} as const;

/** Ports that pods often use everywhere: DNS, web servers, the API server, time. */
const ANYWHERE: ReadonlySet<number> = new Set([53, 80, 123, 443, 5353, 6443]);

export const splitRule: Rule = {
  name: "split-rule",
  meta: {
    summary: "peers and ports are two rules where one rule with both seems meant",
    severity: "warning",
    world: "inventory",
    preset: "recommended",
    fixable: true,
  },
  check({ policies, known, sources, incomplete }, report) {
    for (const policy of policies) {
      if (policy.tier !== "networkpolicy" || isTypeScript(policy.span)) continue;
      for (const direction of ["ingress", "egress"] as const) {
        const split = splitOf(policy, direction);
        if (!split || isMeant(split, incomplete ? undefined : known)) continue;
        const { field, everyone } = WORDS[direction];
        const [first, second] = split.inOrder;
        const edit = joinItems(sources, first.span, second.span);
        const portsLast = second === split.ports;
        report({
          span: second.span,
          message: portsLast
            ? `this is a separate rule: it allows these ports ${everyone}, and the rule before it every port of its peers`
            : `this is a separate rule: it allows every port of these peers, and the rule before it its ports ${everyone}`,
          notes: [{ message: "the rule before it", span: first.span }],
          help: `to allow only these ports of these peers, remove the \`-\` before \`${portsLast ? "ports" : field}\``,
          ...(edit && { fix: { message: "merge the two rules", edits: [edit], safe: false } }),
        });
      }
    }
  },
};

interface Split {
  readonly peers: PolicyRule;
  readonly ports: PolicyRule;
  readonly inOrder: readonly [PolicyRule, PolicyRule];
}

/** The two rules of a direction, one with only peers and one with only ports. A rule for DNS does not count. */
function splitOf({ rules }: NetworkPolicy, direction: Direction): Split | undefined {
  const own = rules.filter((rule) => rule.direction === direction && !isForDns(rule));
  const peers = own.find((rule) => rule.peers && !rule.ports);
  const ports = own.find((rule) => rule.ports && !rule.peers);
  const [first, second, third] = own;
  if (!peers || !ports || third) return undefined;
  return { peers, ports, inOrder: [first!, second!] };
}

function isForDns({ ports }: PolicyRule): boolean {
  return ports?.every((port) => port.kind === "range" && (port.from === 53 || port.from === 5353)) === true;
}

/**
 * If the pods' ports are known, the rule with the peers has an effect of its own only if it allows one more of them. If
 * not, only the plainest form is certainly a mistake: one specific peer, and ports that pods use nowhere else.
 */
function isMeant({ peers, ports }: Split, known: KnownPods | undefined): boolean {
  if (peers.peers!.some(isGeneral)) return true;
  const pods = (known && destinations(peers, known)) ?? [];
  const declared = pods.flatMap((pod) => pod.ports);
  if (pods.length > 0 && pods.every((pod) => pod.ports.length > 0))
    return !declared.every((port) => ports.ports!.some((match) => holds(match, port)));
  return peers.peers!.length > 1 || (peers.direction === "egress" && ports.ports!.some(isAnywhere));
}

/** Every pod of the policy's namespace or of all namespaces, or every address. */
function isGeneral(peer: Peer): boolean {
  if (peer.kind === "block") return peer.cidr.text.endsWith("/0");
  const { namespaces, pods } = peer;
  const isOne = namespaces.kind === "selector" && namespaces.selector.requirements.length > 0;
  return pods.requirements.length === 0 && !isOne;
}

function holds(match: PortMatch, { name, port, protocol }: ContainerPort): boolean {
  if (match.protocol !== protocol) return false;
  return match.kind === "range" ? match.from <= port && port <= match.to : match.name === name;
}

function isAnywhere(port: PortMatch): boolean {
  return port.kind === "range" && [...ANYWHERE].some((each) => port.from <= each && each <= port.to);
}
