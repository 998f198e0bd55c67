/** Does a change of one side change a connection? It does not if the other end's policies deny it before and after. */
import type { Direction, PodMatch, Rule } from "../../ir/policy.js";
import { podClasses } from "../sets/classes.js";
import { decide, matchesPeer } from "../semantics/decide.js";
import type { Endpoint, Flow } from "../semantics/decide.js";
import { blockClasses } from "../sets/intervals.js";
import { isContradictory, podsIntersect } from "../sets/pod_conditions.js";
import { allowedPorts } from "../sides/allowed_ports.js";
import type { SideChange } from "./change_groups.js";
import { distinct } from "../sides/content.js";
import type { OtherEnd } from "./other_end_classes.js";
import { otherEnds } from "./other_end_classes.js";
import { flowAt } from "./flow_at.js";
import type { PodKind, Sides, SideRules } from "../sides/policy_index.js";
import { portPoints } from "./port_points.js";
import type { PortPoints } from "./port_points.js";
import { sameFamily } from "../sides/same_family.js";
import { isChanged, namesThatMatter, rulesOf, ruleChange } from "../sides/side_rules.js";
import { podAddress } from "./witness_address.js";
import { EVERY_POD } from "../cover/peer_points.js";

/** A flow that is decided differently as a whole; `none`: in no cluster there is one; `unknown`: too many classes. */
export type ChangedConnection = Flow | "none" | "unknown";

export function changedConnection(change: SideChange, sides: Sides, limit: number): ChangedConnection {
  for (const { pod, far, port } of change.points) {
    const flow = flowAt(change.direction, { pod }, far, port);
    if (isChangedAsAWhole(flow, change.kind, sides)) return flow;
  }
  return search(change, sides, limit);
}

function isChangedAsAWhole(flow: Flow, kind: SideChange["kind"], { before, after }: Sides): boolean {
  const was = decide(before.concerning(flow), flow).verdict;
  const is = decide(after.concerning(flow), flow).verdict;
  return was !== is && (is === "allow") === (kind === "opened");
}

const OPPOSITE = { ingress: "egress", egress: "ingress" } as const;

/** Both ends split by what the policies of both can tell apart. Addresses outside have no policies, so only pods are left. */
function search(change: SideChange, sides: Sides, limit: number): ChangedConnection {
  let complete = true;
  for (const within of change.cause?.peers ?? [undefined]) {
    const farPods = within?.kind === "pods" ? within : EVERY_POD;
    if (isContradictory(farPods)) continue;
    const far = farPolicies(change.direction, farPods, sides);
    const own = ownEnds(change, far.rules, sides, limit);
    if (!own) return "unknown";
    for (const pod of own.pods) {
      const side = sideRulesAt(change.direction, pod, sides);
      if (!isChanged(ruleChange(side.before, side.after))) continue;
      const seen = new SeenPairs(change, { pod, side }, sides);
      const found = otherEnds(seen.rules, within, { limit, apart: far.subjects });
      if (!found.complete) complete = false;
      const ends = own.addresses.map((ip) => ownEnd(pod, ip, far.rules));
      for (const peer of found.ends)
        for (const end of seen.mayDiffer(peer) ? ends : []) {
          const flow = seen.changedFlow(end, peer);
          if (flow) return flow;
        }
    }
  }
  return complete ? "none" : "unknown";
}

function farPolicies(direction: Direction, pods: PodMatch, { before, after }: Sides) {
  const opposite = OPPOSITE[direction];
  return {
    rules: [...new Set([...before.rulesOn(opposite, pods), ...after.rulesOn(opposite, pods)])],
    subjects: distinct([...before.subjects(opposite, pods), ...after.subjects(opposite, pods)]),
  };
}

/** The subjects that the rules of both ends tell apart, and an address of every class. Undefined: too many. */
function ownEnds(
  { direction, subject }: SideChange,
  farRules: readonly Rule[],
  { before, after }: Sides,
  limit: number,
): { readonly pods: readonly PodKind[]; readonly addresses: readonly (string | undefined)[] } | undefined {
  const terms = distinct(farRules.flatMap(({ peers }) => peers ?? []));
  const pods = terms.filter((term) => term.kind === "pods");
  const blocks = terms.filter((term) => term.kind === "block");
  const matches = distinct([
    ...before.subjects(direction, subject),
    ...after.subjects(direction, subject),
    ...pods.filter((term) => !isContradictory(term) && podsIntersect(term, subject)),
  ]);
  const { classes, truncated } = podClasses(matches, { within: subject, limit });
  if (truncated) return undefined;
  return { pods: classes, addresses: blocks.length > 0 ? blockClasses(blocks).map(podAddress) : [undefined] };
}

interface OwnEnd {
  readonly pod: PodKind;
  readonly ip: string | undefined;
  /** The rules of far ends of which this end is a peer, and the same as text. */
  readonly peerOf: ReadonlySet<Rule>;
  readonly key: string;
}

function ownEnd(pod: PodKind, ip: string | undefined, farRules: readonly Rule[]): OwnEnd {
  const { namespace, labels } = pod;
  const end: Endpoint = {
    kind: "pod",
    pod: { namespace: namespace.name, name: "any", labels, ports: [] },
    namespace,
    ...(ip !== undefined && { ip }),
  };
  const holds = farRules.map(({ peers }) => !peers || peers.some((term) => matchesPeer(term, end)));
  const family = ip === undefined ? "" : ip.includes(":") ? 6 : 4;
  const key = `${family} ${holds.map(Number).join("")}`;
  return { pod, ip, peerOf: new Set(farRules.filter((_, i) => holds[i])), key };
}

interface SideRulesPair {
  readonly before: SideRules;
  readonly after: SideRules;
}

function sideRulesAt(direction: Direction, pod: PodKind, { before, after }: Sides): SideRulesPair {
  return { before: before.side(direction, pod), after: after.side(direction, pod) };
}

/** The pairs of ends with one kind of subject; those that the same rules decide are looked at once. */
class SeenPairs {
  readonly rules: readonly Rule[];
  private readonly bits: ReadonlyMap<Rule, bigint>;
  private readonly ports: PortPoints;
  private readonly differing = new Map<bigint, boolean>();
  private readonly otherEndRules = new Map<
    PodKind,
    SideRulesPair & { readonly key: string; readonly ports: PortPoints }
  >();
  private readonly portsOf = new Map<string, PortPoints>();
  private readonly seen = new Set<string>();

  constructor(
    private readonly change: SideChange,
    private readonly own: { readonly pod: PodKind; readonly side: SideRulesPair },
    private readonly sides: Sides,
  ) {
    const { before, after } = own.side;
    this.rules = [...new Set([...rulesOf(before), ...rulesOf(after)])];
    this.bits = new Map(this.rules.map((rule, index) => [rule, 1n << BigInt(index)]));
    this.ports = portPoints(this.rules, namesThatMatter(before, after));
  }

  /** The own side decides some port differently, as the change says. */
  mayDiffer({ pod, holding }: OtherEnd): boolean {
    if (!pod) return false;
    let differs = this.differing.get(holding);
    if (differs === undefined) {
      const { before, after } = this.ownAllowed(holding, this.ports);
      differs = (this.change.kind === "opened" ? after & ~before : before & ~after) !== 0n;
      this.differing.set(holding, differs);
    }
    return differs;
  }

  /** A flow that the own side and both sides together decide differently, of the change's kind. */
  changedFlow(end: OwnEnd, peer: OtherEnd): Flow | undefined {
    if (!sameFamily(end.ip, peer.ip)) return undefined;
    const far = this.otherEndRulesOf(peer.pod!);
    const key = `${end.key} ${peer.holding} ${far.key}`;
    if (this.seen.has(key)) return undefined;
    this.seen.add(key);
    const { kind, direction } = this.change;
    const { ports } = far;
    const own = this.ownAllowed(peer.holding, ports);
    const heldFar = (rule: Rule) => (end.peerOf.has(rule) ? ports.of(rule) : 0n);
    const was = own.before & allowedPorts(far.before, heldFar, ports.every);
    const is = own.after & allowedPorts(far.after, heldFar, ports.every);
    const changed = kind === "opened" ? is & ~own.before : was & ~own.after;
    const index = ports.points.findIndex((_, i) => ((changed >> BigInt(i)) & 1n) === 1n);
    return index < 0 ? undefined : flowAt(direction, end, peer, ports.points[index]!);
  }

  private ownAllowed(holding: bigint, ports: PortPoints) {
    const held = (rule: Rule) => ((holding & this.bits.get(rule)!) === 0n ? 0n : ports.of(rule));
    const { before, after } = this.own.side;
    return {
      before: allowedPorts(before, held, ports.every),
      after: allowedPorts(after, held, ports.every),
    };
  }

  private otherEndRulesOf(pod: PodKind) {
    let found = this.otherEndRules.get(pod);
    if (!found) {
      const far = sideRulesAt(OPPOSITE[this.change.direction], pod, this.sides);
      const key = `${this.sides.before.keyOf(far.before)} ${this.sides.after.keyOf(far.after)}`;
      let ports = this.portsOf.get(key);
      if (!ports) {
        const farRules = [...rulesOf(far.before), ...rulesOf(far.after)];
        const { before, after } = this.own.side;
        const together = namesThatMatter(before, after, far.before, far.after);
        this.portsOf.set(key, (ports = portPoints([...this.rules, ...farRules], together)));
      }
      this.otherEndRules.set(pod, (found = { ...far, key, ports }));
    }
    return found;
  }
}
