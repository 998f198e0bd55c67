/** What one side of flows says, with everything about its ends answered except for the port. */
import type {
  Action,
  Direction,
  NetworkPolicy,
  Peer,
  PodMatch,
  Policy,
  PortMatch,
  Rule,
} from "../../ir/policy.js";

import { tierOrder } from "../semantics/decide.js";
import { isContradictory, podsIntersect, textOf } from "../sets/pod_conditions.js";
import type { EndPoint } from "./world.js";
import type { Region } from "../sets/region.js";
import { regionsMayIntersect } from "../sets/region.js";

/** What is asked about one end, each question once. */
export class Terms {
  readonly all: Peer[] = [];
  private readonly indices = new Map<string, number>();

  add(term: Peer): number {
    const text = term.kind === "pods" ? textOf(term) : blockText(term.cidr.text, term.except);
    let index = this.indices.get(text);
    if (index === undefined) {
      this.indices.set(text, (index = this.all.length));
      this.all.push(term);
    }
    return index;
  }
}

function blockText(cidr: string, except: readonly { readonly text: string }[]): string {
  return [cidr, ...except.map(({ text }) => text)].join(" ");
}

interface AskedRule {
  readonly action: Action;
  /** An index into the terms of the subject's end, as `isolations` are. */
  readonly subject: number;
  /** Indices into the terms of the peer's end. */
  readonly peers: readonly number[] | undefined;
  readonly ports: readonly PortMatch[] | undefined;
}

/** The rules of one direction that may concern a region, in order of evaluation. */
export interface Side {
  readonly direction: Direction;
  readonly admin: readonly AskedRule[];
  readonly isolations: readonly number[];
  readonly additive: readonly AskedRule[];
  readonly baseline: readonly AskedRule[];
}

export function sideOf(
  policies: readonly Policy[],
  region: Region,
  terms: { readonly subject: Terms; readonly peer: Terms },
  adminOnly: boolean,
): Side {
  const ask = (rule: Rule): AskedRule => ({
    action: rule.action,
    subject: terms.subject.add(rule.subject),
    peers: rule.peers?.map((peer) => terms.peer.add(peer)),
    ports: rule.ports,
  });
  const concerning = (rules: readonly Rule[]) =>
    rules.filter((rule) => regionsMayIntersect(rule, region)).map(ask);
  const { direction } = region;
  const admin = concerning(tierOrder(policies, "admin").flatMap(({ rules }) => rules));
  if (adminOnly) return { direction, admin, isolations: [], additive: [], baseline: [] };
  const isolating = isolatingPolicies(policies, direction, region.subject);
  return {
    direction,
    admin,
    isolations: [...new Set(isolating.map(({ subject }) => terms.subject.add(subject)))],
    additive: concerning(isolating.flatMap(({ rules }) => rules)),
    baseline: concerning(tierOrder(policies, "baseline").flatMap(({ rules }) => rules)),
  };
}

/** The NetworkPolicies that isolate some of these pods. */
export function isolatingPolicies(
  policies: readonly Policy[],
  direction: Direction,
  subject: PodMatch,
): readonly NetworkPolicy[] {
  return policies.filter(
    (policy): policy is NetworkPolicy =>
      policy.tier === "networkpolicy" &&
      policy.isolates[direction] &&
      !isContradictory(policy.subject) &&
      podsIntersect(policy.subject, subject),
  );
}

/** The rules of a side that match two ends, whatever the port. */
export interface MatchedSide {
  /** Equal for equal ones of one side. */
  readonly id: string;
  readonly admin: readonly AskedRule[];
  readonly isolated: boolean;
  readonly additive: readonly AskedRule[];
  readonly baseline: readonly AskedRule[];
}

/** Prepares a side for one subject, which many peers are then asked about. */
export function matchSide(side: Side, subject: EndPoint): (peer: EndPoint) => MatchedSide {
  const isolated = side.isolations.some((index) => subject.held.has(index));
  const ofSubject = (rules: readonly AskedRule[]) =>
    [...rules.entries()].filter(([, rule]) => subject.held.has(rule.subject));
  const admin = ofSubject(side.admin);
  const additive = isolated ? ofSubject(side.additive) : [];
  const baseline = isolated ? [] : ofSubject(side.baseline);
  return (peer) => {
    const matching = (rules: readonly (readonly [number, AskedRule])[]) =>
      rules.filter(([, { peers }]) => !peers || peers.some((index) => peer.held.has(index)));
    const found = [admin, additive, baseline].map(matching);
    const [inAdmin, inAdditive, inBaseline] = found.map((rules) => rules.map(([, rule]) => rule));
    return {
      id: `${isolated} ${found.map((rules) => rules.map(([index]) => index).join()).join(" ")}`,
      admin: inAdmin!,
      isolated,
      additive: inAdditive!,
      baseline: inBaseline!,
    };
  };
}

/**
 * The verdict of the admin tier, if it decides; `on` says whether a rule's ports hold. This and `laterVerdict` are
 * `decideSide` for rules whose ends match.
 */
export function adminVerdict(
  { admin }: MatchedSide,
  on: (rule: AskedRule) => boolean,
): "allow" | "deny" | undefined {
  const first = admin.find(on);
  return first && first.action !== "pass" ? first.action : undefined;
}

/** The verdict of the tiers after the admin tier. */
export function laterVerdict(
  { isolated, additive, baseline }: MatchedSide,
  on: (rule: AskedRule) => boolean,
): "allow" | "deny" {
  if (isolated) return additive.some(on) ? "allow" : "deny";
  return baseline.find(on)?.action === "deny" ? "deny" : "allow";
}

export function portsOf({ admin, additive, baseline }: MatchedSide): readonly PortMatch[] {
  return [...admin, ...additive, ...baseline].flatMap(({ ports }) => ports ?? []);
}
