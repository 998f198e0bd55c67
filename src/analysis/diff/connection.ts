/** Does a change of one side change a connection? It does not if the other end's policies deny it before and after. */
import type { Direction, PodMatch, Rule } from "../../ir/policy.js";
import { NO_SPAN } from "../../source/span.js";
import { podClasses } from "../classes.js";
import { decide, matchesPeer } from "../decide.js";
import type { Flow } from "../decide.js";
import { blockClasses } from "../intervals.js";
import { isContradictory, podsIntersect } from "../pod_conditions.js";
import { allowedPorts } from "./allowed_ports.js";
import type { SideChange } from "./change_groups.js";
import { distinct } from "./content.js";
import type { FarEnd } from "./far_ends.js";
import { farEnds } from "./far_ends.js";
import { flowAt } from "./flow_at.js";
import type { End } from "./flow_at.js";
import type { Sides, Speech } from "./policy_index.js";
import { portPoints } from "./port_points.js";
import type { PortPoints } from "./port_points.js";
import { isChanged, namesThatMatter, rulesOf, speechChange } from "./speeches.js";

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

const ALL = { requirements: [], span: NO_SPAN };
const EVERY_POD: PodMatch = {
  kind: "pods",
  namespaces: { kind: "selector", selector: ALL, span: NO_SPAN },
  pods: ALL,
  span: NO_SPAN,
};

const OPPOSITE = { ingress: "egress", egress: "ingress" } as const;

/** Both ends split by what the policies of both can tell apart. Addresses outside have no policies, so only pods are left. */
function search(change: SideChange, sides: Sides, limit: number): ChangedConnection {
  let looked = 0;
  let unknown = false;
  for (const within of change.cause?.peers ?? [undefined]) {
    const farPods = within?.kind === "pods" ? within : EVERY_POD;
    if (isContradictory(farPods)) continue;
    const far = farPolicies(change.direction, farPods, sides);
    const own = ownEnds(change, far.rules, sides, limit);
    if (!own) return "unknown";
    for (const end of own) {
      const ownSpeech = speechesAt(change.direction, end, sides);
      if (!isChanged(speechChange(ownSpeech.before, ownSpeech.after))) continue;
      const rules = [...new Set([...rulesOf(ownSpeech.before), ...rulesOf(ownSpeech.after)])];
      const found = farEnds(rules, within, { limit, apart: far.subjects });
      if (!found.complete) unknown = true;
      for (const peer of found.ends) {
        if (!peer.pod || !sameFamily(end.ip, peer.ip)) continue;
        if (++looked > limit) return "unknown";
        const flow = changedFlow(change, { end, rules, speech: ownSpeech }, peer, sides);
        if (flow) return flow;
      }
    }
  }
  return unknown ? "unknown" : "none";
}

function farPolicies(direction: Direction, pods: PodMatch, { before, after }: Sides) {
  const opposite = OPPOSITE[direction];
  return {
    rules: [...before.rulesOn(opposite, pods), ...after.rulesOn(opposite, pods)],
    subjects: distinct([...before.subjects(opposite, pods), ...after.subjects(opposite, pods)]),
  };
}

type PodEnd = End & { readonly pod: NonNullable<End["pod"]> };

/** The subjects that the rules of both ends tell apart, each with an address of every class. Undefined: too many. */
function ownEnds(
  { direction, subject }: SideChange,
  farRules: readonly Rule[],
  { before, after }: Sides,
  limit: number,
): readonly PodEnd[] | undefined {
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
  if (blocks.length === 0) return classes.map((pod) => ({ pod }));
  const addresses = blockClasses(blocks).map(({ witness }) => witness);
  return classes.flatMap((pod) => addresses.map((ip) => ({ pod, ip })));
}

function speechesAt(direction: Direction, { pod }: PodEnd, { before, after }: Sides) {
  return { before: before.speech(direction, pod), after: after.speech(direction, pod) };
}

function sameFamily(a: string | undefined, b: string | undefined): boolean {
  return a === undefined || b === undefined || a.includes(":") === b.includes(":");
}

interface Own {
  readonly end: PodEnd;
  readonly rules: readonly Rule[];
  readonly speech: { readonly before: Speech; readonly after: Speech };
}

/** A port at which the own side and the whole are decided differently, of the change's kind. */
function changedFlow(
  { kind, direction }: SideChange,
  own: Own,
  peer: FarEnd,
  sides: Sides,
): Flow | undefined {
  const far = speechesAt(OPPOSITE[direction], { pod: peer.pod! }, sides);
  const speeches = [own.speech.before, own.speech.after, far.before, far.after];
  const farRules = [...rulesOf(far.before), ...rulesOf(far.after)];
  const ports = portPoints([...own.rules, ...farRules], namesThatMatter(...speeches));
  const held = (rule: Rule) =>
    ((peer.holding >> BigInt(own.rules.indexOf(rule))) & 1n) === 0n ? 0n : ports.of(rule);
  const heldFar = heldBy(flowAt(direction, own.end, peer, ports.points[0]!), direction, ports);
  const [ownBefore, ownAfter, farBefore, farAfter] = speeches.map((speech, i) =>
    allowedPorts(speech, i < 2 ? held : heldFar, ports.every),
  ) as [bigint, bigint, bigint, bigint];
  const [was, is] = [ownBefore & farBefore, ownAfter & farAfter];
  const changed = kind === "opened" ? is & ~was & ~ownBefore : was & ~is & ~ownAfter;
  const index = ports.points.findIndex((_, i) => ((changed >> BigInt(i)) & 1n) === 1n);
  return index < 0 ? undefined : flowAt(direction, own.end, peer, ports.points[index]!);
}

/** The ports on which a rule of the far end holds for this own end. */
function heldBy(flow: Flow, direction: Direction, ports: PortPoints): (rule: Rule) => bigint {
  const own = direction === "ingress" ? flow.to : flow.from;
  return (rule) => (!rule.peers || rule.peers.some((term) => matchesPeer(term, own)) ? ports.of(rule) : 0n);
}
