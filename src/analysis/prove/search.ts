/** The search for one flow of a claim with a verdict, class by class. */
import type { Claim, Connections } from "../../ir/claim.js";
import type { BlockMatch, Direction, Peer, PodMatch, Policy, PortMatch } from "../../ir/policy.js";
import type { Endpoint, Flow } from "../semantics/decide.js";
import { holdsPort, portPoints } from "./ports.js";
import type { PortPoint } from "./ports.js";
import { Terms, adminVerdict, laterVerdict, matchSide, portsOf, sideOf } from "./sides.js";
import type { MatchedSide, Side } from "./sides.js";
import type { ClaimWorld, EndPoint, EndPoints, EndQuery } from "./world.js";
import type { Region } from "../sets/region.js";

/** One end of a claim: pods, or addresses that no pod has (all, if no block is given). */
export type ClaimEnd =
  | { readonly kind: "pods"; readonly match: PodMatch }
  | { readonly kind: "outside"; readonly block?: BlockMatch };

export interface Limits {
  /** The most classes of one end. */
  readonly ends: number;
  /** The most pairs of them that one search looks at. */
  readonly pairs: number;
}

export interface Question {
  readonly claim: Claim;
  readonly from: ClaimEnd;
  readonly to: ClaimEnd;
  readonly policies: readonly Policy[];
  readonly world: ClaimWorld;
  readonly limits: Limits;
}

/** `unknown`: the limits were met before a flow was found. */
export type Found = Flow | "none" | "unknown";

/** What flows are looked for: those for which each of the sides has the verdict. */
export interface Wanted {
  readonly directions: readonly Direction[];
  readonly verdict: "allow" | "deny";
  /** Only the admin tier is evaluated, and a side that it leaves undecided might have the verdict. */
  readonly adminOnly?: boolean;
}

/** A flow that the claim covers, between these ends. */
export function findFlow(question: Question, wanted: Wanted): Found {
  const { claim, world, limits } = question;
  const { sides, exceptions, ends } = prepare(question, wanted);
  const seen = new Map<string, PortPoint | undefined>();
  const ofTo = ends.to.map((to) => ({ to, ask: asker(sides, "ingress", to), id: portsId(to) }));
  let looked = 0;
  for (const from of ends.from) {
    const egress = asker(sides, "egress", from);
    for (const { to, ask, id: destination } of ofTo) {
      if (++looked > limits.pairs) return "unknown";
      if (!world.mayMeet(from, to)) continue;
      const matched = [...egress(to), ...ask(from)];
      const excepted = exceptions.filter((exception) => isMet(exception, from, to));
      const id = [destination, ...matched.map((side) => side.id), ...excepted.map((each) => each.id)].join(
        "|",
      );
      if (!seen.has(id)) seen.set(id, findPort({ claim, matched, excepted, to, wanted }));
      const port = seen.get(id);
      if (port) return flowOf(from, to, port);
    }
  }
  return ends.truncated ? "unknown" : "none";
}

function prepare(
  { claim, from, to, policies, world, limits }: Question,
  { directions, adminOnly = false }: Wanted,
): { sides: readonly Side[]; exceptions: readonly Exception[]; ends: EndPoints } {
  const terms = { from: new Terms(), to: new Terms() };
  const sides = directions.map((direction) => {
    const [subject, peer] = direction === "egress" ? [from, to] : [to, from];
    const asked =
      direction === "egress"
        ? { subject: terms.from, peer: terms.to }
        : { subject: terms.to, peer: terms.from };
    return sideOf(policies, regionOf(direction, subject, peer, claim.ports), asked, adminOnly);
  });
  const exceptions = claim.except.map((each, id): Exception => ({ id, ...askException(each, terms) }));
  const portNames = namesOf([claim, ...exceptions, ...sides.flatMap(rulesOf)]);
  const query = (end: ClaimEnd, { all }: Terms): EndQuery => ({
    within: end.kind === "pods" ? end.match : end.block,
    terms: all,
    portNames,
  });
  return { sides, exceptions, ends: world.ends(query(from, terms.from), query(to, terms.to), limits.ends) };
}

function rulesOf({ admin, additive, baseline }: Side) {
  return [...admin, ...additive, ...baseline];
}

function namesOf(holders: readonly { readonly ports?: readonly PortMatch[] | undefined }[]): Set<string> {
  return new Set(
    holders.flatMap(({ ports = [] }) => ports.flatMap((port) => (port.kind === "named" ? [port.name] : []))),
  );
}

/** What rules must meet to concern the claim. A side is only asked for where its subject is pods. */
function regionOf(
  direction: Direction,
  subject: ClaimEnd,
  peer: ClaimEnd,
  ports: readonly PortMatch[] | undefined,
): Region {
  if (subject.kind !== "pods") throw new Error("policies do not apply to what is not a pod");
  const peers: readonly Peer[] | undefined =
    peer.kind === "pods" ? [peer.match] : peer.block ? [peer.block] : undefined;
  return { direction, subject: subject.match, ...(peers && { peers }), ...(ports && { ports }) };
}

/** An exception of the claim, its ends as indices into their terms. */
interface Exception {
  readonly id: number;
  readonly from: readonly number[] | undefined;
  readonly to: readonly number[] | undefined;
  readonly ports: readonly PortMatch[] | undefined;
}

function askException(
  { from, to, ports }: Connections,
  terms: { readonly from: Terms; readonly to: Terms },
): Omit<Exception, "id"> {
  return {
    from: from?.map((peer) => terms.from.add(peer)),
    to: to?.map((peer) => terms.to.add(peer)),
    ports,
  };
}

function isMet({ from, to }: Exception, source: EndPoint, destination: EndPoint): boolean {
  return (
    (!from || from.some((index) => source.held.has(index))) &&
    (!to || to.some((index) => destination.held.has(index)))
  );
}

/** The side of this direction, if it is one of those asked, as a function of the other end. */
function asker(
  sides: readonly Side[],
  direction: Direction,
  subject: EndPoint,
): (peer: EndPoint) => readonly MatchedSide[] {
  const side = sides.find((each) => each.direction === direction);
  if (!side) return () => [];
  const match = matchSide(side, subject);
  return (peer) => [match(peer)];
}

/** Equal only for destinations on which all port matches mean the same. */
function portsId({ endpoint, anyPortName }: EndPoint): string {
  if (anyPortName) return "any";
  if (endpoint.kind === "address") return "none";
  return JSON.stringify(endpoint.pod.ports.map(({ name, port, protocol }) => [name, port, protocol]));
}

interface Pair {
  readonly claim: Claim;
  readonly matched: readonly MatchedSide[];
  /** The exceptions that the pair's ends meet. */
  readonly excepted: readonly Exception[];
  readonly to: EndPoint;
  readonly wanted: Wanted;
}

function findPort({ claim, matched, excepted, to, wanted }: Pair): PortPoint | undefined {
  const asked = [claim, ...excepted].flatMap(({ ports }) => ports ?? []);
  return portPoints([...asked, ...matched.flatMap(portsOf)], to).find((point) => {
    const on = ({ ports }: { readonly ports?: readonly PortMatch[] | undefined }) =>
      ports === undefined || ports.some((port) => holdsPort(port, point, to));
    if (!on(claim) || excepted.some(on)) return false;
    return matched.every((side) => {
      const decided = adminVerdict(side, on);
      if (wanted.adminOnly && !decided) return true;
      return (decided ?? laterVerdict(side, on)) === wanted.verdict;
    });
  });
}

function flowOf(from: EndPoint, to: EndPoint, { protocol, port, name }: PortPoint): Flow {
  const destination = to.endpoint;
  const named: Endpoint =
    name === undefined || protocol === "other" || destination.kind === "address"
      ? destination
      : { ...destination, pod: { ...destination.pod, ports: [{ name, port, protocol }] } };
  return { from: from.endpoint, to: named, protocol, port };
}
