/**
 * The subjects of a node: its pods, up to what policies can tell apart. Pods are one subject if they have one policy set,
 * the same rules select them, and the port names of these rules mean the same on them.
 */
import { selectsPod } from "../../../analysis/semantics/select.js";
import type { Pod } from "../../../ir/inventory.js";
import type { Direction, NetworkPolicy, Policy, Rule } from "../../../ir/policy.js";
import type { Meaning, NamespaceView } from "../../profiles.js";
import type { PortName, PortNumbers } from "../../rule_steps.js";
import { portName } from "../../rule_steps.js";
import type { TierRules } from "../../../codegen/policy_set.js";
import { NumberPool } from "../rows/numbers.js";
import type { PolicyStore, ServingSet } from "./policy_store.js";
import { namedPorts } from "../peers/shapes.js";
import { SubjectTable } from "./subject_table.js";
import type { Terms } from "../peers/terms.js";

export interface Subject {
  readonly number: number;
  key: string;
  /** Names of its pods. */
  readonly pods: Set<string>;
  /** The policy set as it was when the subject's policies changed last: rules have the numbers of this one. */
  serving: ServingSet;
  meaning: Meaning;
  table: SubjectTable;
  /** Numbers of the policies that select it. */
  policies: ReadonlySet<number>;
}

/** A pod of this node, as policies see it. */
export interface SeenPod {
  readonly name: string;
  readonly pod: Pod;
  readonly namespace: NamespaceView;
}

interface Selected {
  readonly key: string;
  readonly serving: ServingSet;
  readonly policies: readonly Policy[];
  readonly ports: PortNumbers;
}

/** What a batch of changes has made of the subjects. */
export interface SubjectChanges {
  /** Numbers of subjects that are new. */
  readonly added: ReadonlySet<Subject>;
  /** Subjects of before whose policies are others now. */
  readonly rebuilt: Set<Subject>;
  readonly removed: readonly Subject[];
  /** Pods that have another subject; null: no policy selects them. */
  readonly moved: ReadonlyMap<string, { readonly before: number | null; readonly after: number | null }>;
}

export class Subjects {
  readonly byNumber = new Map<number, Subject>();
  private readonly numbers = new NumberPool();
  private readonly byKey = new Map<string, Subject>();
  private readonly ofPod = new Map<string, Subject>();

  constructor(
    private readonly store: PolicyStore,
    private readonly terms: Terms,
    private nextProfile: number,
  ) {}

  of(pod: string): Subject | undefined {
    return this.ofPod.get(pod);
  }

  get end(): number {
    return this.numbers.end;
  }

  /**
   * `touched`: pods that came or changed, and all of which a changed policy speaks or spoke. `gone`: pods that are no longer
   * here. `policies`: numbers of those that changed.
   */
  update(
    touched: readonly SeenPod[],
    gone: readonly string[],
    policies: ReadonlySet<number>,
    generation: number,
  ): SubjectChanges {
    const moved = new Map<string, { before: number | null; after: number | null }>();
    const emptied = new Set<Subject>();
    for (const name of gone) this.leave(name, emptied);
    const selected = new Map(touched.map((seen) => [seen.name, this.select(seen)]));
    const renamed = this.rename(touched, selected);
    const added = new Set<Subject>();
    for (const seen of touched) {
      const before = this.ofPod.get(seen.name);
      const now = selected.get(seen.name);
      const after = now && (this.byKey.get(now.key) ?? this.add(now, seen, generation, added));
      if (before === after) continue;
      this.leave(seen.name, emptied);
      if (after) this.join(seen.name, after);
      moved.set(seen.name, { before: before?.number ?? null, after: after?.number ?? null });
    }
    const rebuilt = new Set<Subject>();
    for (const seen of touched) {
      const subject = this.ofPod.get(seen.name);
      if (!subject || added.has(subject) || rebuilt.has(subject)) continue;
      const changed = [...subject.policies].some((number) => policies.has(number));
      if (!changed && !renamed.has(subject)) continue;
      this.rebuild(subject, seen, selected.get(seen.name)!);
      rebuilt.add(subject);
    }
    const removed = [...emptied].filter(({ pods }) => pods.size === 0);
    for (const subject of removed) this.remove(subject, generation);
    return { added, rebuilt, removed, moved };
  }

  /** Its policies are what they were, but rules get the numbers of the set as it is now. */
  renumber(subject: Subject, seen: SeenPod): void {
    this.rebuild(subject, seen, this.select(seen)!);
  }

  /** A subject whose pods all changed alike keeps its number. */
  private rename(
    touched: readonly SeenPod[],
    selected: ReadonlyMap<string, Selected | undefined>,
  ): Set<Subject> {
    const renamed = new Set<Subject>();
    const owners = new Set(touched.flatMap(({ name }) => this.ofPod.get(name) ?? []));
    for (const subject of owners) {
      if (![...subject.pods].every((name) => selected.has(name))) continue;
      const keys = [...subject.pods].flatMap((name) => selected.get(name)?.key ?? []);
      if (keys.includes(subject.key)) continue;
      const key = mostFrequent(keys.filter((each) => !this.byKey.has(each)));
      if (key === undefined) continue;
      this.byKey.delete(subject.key);
      subject.key = key;
      this.byKey.set(key, subject);
      renamed.add(subject);
    }
    return renamed;
  }

  private add(now: Selected, seen: SeenPod, generation: number, added: Set<Subject>): Subject {
    const number = this.numbers.take(generation);
    const subject = { number, key: now.key, pods: new Set<string>(), ...this.content(now, seen) };
    this.byKey.set(now.key, subject);
    this.byNumber.set(number, subject);
    added.add(subject);
    return subject;
  }

  private rebuild(subject: Subject, seen: SeenPod, now: Selected): void {
    const { table } = subject;
    Object.assign(subject, this.content(now, seen));
    table.release();
  }

  private remove(subject: Subject, generation: number): void {
    subject.table.release();
    if (this.byKey.get(subject.key) === subject) this.byKey.delete(subject.key);
    this.byNumber.delete(subject.number);
    this.numbers.release(subject.number, generation);
  }

  private join(name: string, subject: Subject): void {
    subject.pods.add(name);
    this.ofPod.set(name, subject);
  }

  private leave(name: string, emptied: Set<Subject>): void {
    const subject = this.ofPod.get(name);
    if (!subject) return;
    subject.pods.delete(name);
    this.ofPod.delete(name);
    if (subject.pods.size === 0) emptied.add(subject);
  }

  private content(now: Selected, { pod, namespace }: SeenPod) {
    const { serving, policies, ports } = now;
    const selects = (match: Rule["subject"]) => selectsPod(match, pod, namespace);
    const isolating = (direction: Direction) =>
      policies.filter(
        (policy): policy is NetworkPolicy => policy.tier === "networkpolicy" && policy.isolates[direction],
      );
    const meaning: Meaning = {
      number: this.nextProfile++,
      set: serving.set.name,
      policies,
      rules: [...serving.ids.keys()],
      isolatedBy: { ingress: isolating("ingress"), egress: isolating("egress") },
    };
    const table = new SubjectTable({ policies, selects, ids: serving.ids, ports }, this.terms);
    const numbers = new Set(policies.map((policy) => this.store.numberOf(policy)));
    return { serving, meaning, table, policies: numbers };
  }

  /** Undefined: no policy selects the pod. */
  private select({ pod, namespace }: SeenPod): Selected | undefined {
    const serving = this.store.servingSet(pod.namespace);
    const { admin, networkPolicies, baseline } = serving.set;
    const policies: Policy[] = [];
    const parts: string[] = [];
    const names = new Set<PortName>();
    const select = (policy: Policy, rules: readonly Rule[], part: string) => {
      policies.push(policy);
      parts.push(part);
      for (const rule of rules) addIngressNames(rule, names);
    };
    const selectTier = (tier: readonly TierRules[]) => {
      for (const { policy } of tier) {
        const rules = policy.rules.filter(({ subject }) => selectsPod(subject, pod, namespace));
        if (rules.length === 0) continue;
        const places = rules.map((rule) => policy.rules.indexOf(rule)).join(":");
        select(policy, rules, `${this.store.numberOf(policy)}:${places}`);
      }
    };
    selectTier(admin);
    for (const policy of networkPolicies)
      if (selectsPod(policy.subject, pod, namespace))
        select(policy, policy.rules, String(this.store.numberOf(policy)));
    selectTier(baseline);
    if (policies.length === 0) return undefined;
    const ports = new Map([...namedPorts(pod)].filter(([name]) => names.has(name)).sort(byName));
    const of = this.store.isServedAlone(pod.namespace) ? pod.namespace : "";
    return { key: `${of}|${parts.join()}|${[...ports].join()}`, serving, policies, ports };
  }
}

function addIngressNames({ direction, ports }: Rule, names: Set<PortName>): void {
  if (direction !== "ingress" || !ports) return;
  for (const port of ports) if (port.kind === "named") names.add(portName(port));
}

function byName([a]: readonly [string, number], [b]: readonly [string, number]): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function mostFrequent(keys: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  for (const key of keys) counts.set(key, (counts.get(key) ?? 0) + 1);
  return [...counts].reduce<[string, number] | undefined>(
    (best, each) => (best && best[1] >= each[1] ? best : each),
    undefined,
  )?.[0];
}
