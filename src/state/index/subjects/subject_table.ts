/** What the policies of one subject say of any class of peers: the steps of a class follow from the terms that hold for it. */
import type { Direction, Policy, PodMatch, Rule } from "../../../ir/policy.js";
import type { TermSet } from "../../cidr_partition.js";
import type { PolicyRule, PortName, PortNumbers, SubjectPolicies } from "../../rule_steps.js";
import { portName, stepsFor, subjectPolicies } from "../../rule_steps.js";
import type { Classes, PeerClass } from "../peers/classes.js";
import type { Run, Runs } from "../rows/runs.js";
import { ascending } from "../peers/shapes.js";
import type { Terms } from "../peers/terms.js";

/** The rules of one direction, filed by the peer terms through which they match. */
interface Side {
  readonly policies: SubjectPolicies;
  readonly byTerm: ReadonlyMap<number, readonly number[]>;
  /** Rules for every peer. */
  readonly always: readonly number[];
  /** Port names whose meaning depends on the peer. */
  readonly names: ReadonlySet<PortName>;
  /** Peers that the same rules match, with the same meanings of port names, have the same run. */
  readonly known: Map<string, Run>;
}

export interface SubjectPart {
  readonly policies: readonly Policy[];
  readonly selects: (match: PodMatch) => boolean;
  readonly ids: ReadonlyMap<Rule, number>;
  /** What port names mean on the subject. */
  readonly ports: PortNumbers;
}

export class SubjectTable {
  private readonly sides: Record<Direction, Side>;

  /** Its terms are in use until `release`. */
  constructor(
    { policies, selects, ids, ports }: SubjectPart,
    private readonly terms: Terms,
  ) {
    const side = (direction: Direction) =>
      sideOf(subjectPolicies(policies, direction, ports, selects, ids), terms);
    this.sides = { ingress: side("ingress"), egress: side("egress") };
  }

  release(): void {
    for (const { byTerm, names } of Object.values(this.sides)) {
      for (const [term, rules] of byTerm) for (const _ of rules) this.terms.drop(term);
      for (const name of names) this.terms.dropName(name);
    }
  }

  /** The classes that are not to this side of the subject as any address, each with the terms that make the difference. */
  interesting(direction: Direction, classes: Classes): Map<PeerClass, number[]> {
    const { byTerm, names } = this.sides[direction];
    const found = new Map<PeerClass, number[]>();
    const add = (term: number) => {
      for (const peerClass of classes.of(term)) {
        const terms = found.get(peerClass);
        if (terms) terms.push(term);
        else found.set(peerClass, [term]);
      }
    };
    for (const term of byTerm.keys()) add(term);
    for (const name of names) for (const term of this.terms.termsOfName(name)) add(term);
    return found;
  }

  /** The run for peers for which these terms hold. */
  run(direction: Direction, held: TermSet, runs: Runs, generation: number): Run {
    const { policies, byTerm, always, names, known } = this.sides[direction];
    const matching = merged(always, held, byTerm);
    const ports = names.size === 0 ? NO_PORTS : only(names, this.terms.portsOf(held));
    const key = ports.size === 0 ? matching.join() : `${matching.join()}|${[...ports].join()}`;
    const before = known.get(key);
    if (before && !before.gone) return runs.keep(before, generation);
    const rules = matching.map((index) => policies.rules[index]!);
    const run = runs.intern(stepsFor(policies, rules, ports), generation);
    known.set(key, run);
    return run;
  }
}

/** Ascending, each once. */
function merged(
  always: readonly number[],
  held: TermSet,
  byTerm: ReadonlyMap<number, readonly number[]>,
): readonly number[] {
  let indices: number[] | undefined;
  for (const term of held) {
    const own = byTerm.get(term);
    if (own) (indices ??= [...always]).push(...own);
  }
  if (!indices) return always;
  return ascending(indices).filter((index, i, all) => index !== all[i - 1]);
}

const NO_PORTS: PortNumbers = new Map();

function only(names: ReadonlySet<PortName>, ports: PortNumbers): PortNumbers {
  if (ports.size === 0) return NO_PORTS;
  return new Map([...ports].filter(([name]) => names.has(name)).sort(([a], [b]) => (a < b ? -1 : 1)));
}

function sideOf(policies: SubjectPolicies, terms: Terms): Side {
  const byTerm = new Map<number, number[]>();
  const always: number[] = [];
  for (const [index, { peers }] of policies.rules.entries()) {
    if (!peers) always.push(index);
    for (const peer of peers ?? []) {
      const term = terms.use(peer);
      const filed = byTerm.get(term);
      if (filed) filed.push(index);
      else byTerm.set(term, [index]);
    }
  }
  const names = policies.direction === "egress" ? portNamesOf(policies.rules) : new Set<PortName>();
  for (const name of names) terms.useName(name);
  return { policies, byTerm, always, names, known: new Map() };
}

function portNamesOf(rules: readonly Pick<PolicyRule, "rule">[]): Set<PortName> {
  const ports = rules.flatMap(({ rule }) => rule.ports ?? []);
  return new Set(ports.flatMap((port) => (port.kind === "named" ? [portName(port)] : [])));
}
