/**
 * The second tier: which subjects have specialised code, compiled from their policy set. A subject keeps its code while its
 * own policies stay what they are, whatever else of the set changes.
 */
import { namedPort } from "../../../analysis/semantics/decide.js";
import { selectsPod } from "../../../analysis/semantics/select.js";
import type { Layout } from "../../../codegen/layout.js";
import type { Numbered } from "../../encode.js";
import { encodePeers, encodeSubject } from "../../encode.js";
import type { LoaderPeers, LoaderProgram, LoaderSet } from "../../loader_state.js";
import { portName } from "../../rule_steps.js";
import type { Classes } from "../peers/classes.js";
import type { ServingSet } from "./policy_store.js";
import type { SeenPod, Subject } from "./subjects.js";
import type { Terms } from "../peers/terms.js";

/** A compiled policy set. */
export interface SetObject {
  /** Path, as the loader is to open it. */
  readonly object: string;
  /** Of the file, in hex. */
  readonly sha256: string;
}

/** By `setDigest` of the policy set. */
export type SetObjects = ReadonlyMap<string, SetObject>;

interface Loaded {
  readonly name: string;
  readonly object: SetObject;
  readonly layout: Layout;
  readonly programs: Map<Subject, string>;
}

export interface NewPrograms {
  readonly sets: readonly LoaderSet[];
  readonly programs: readonly LoaderProgram[];
  readonly peers: readonly LoaderPeers[];
}

export class Programs {
  objects: SetObjects = new Map();
  private readonly ofSubject = new Map<Subject, Loaded>();

  constructor(
    private readonly terms: Terms,
    private readonly classes: Classes,
  ) {}

  /** Of these, subjects that had code: it does not decide any more what they are to decide. */
  unload(subjects: Iterable<Subject>): number[] {
    const numbers: number[] = [];
    for (const subject of subjects) {
      const loaded = this.ofSubject.get(subject);
      if (!loaded) continue;
      loaded.programs.delete(subject);
      this.ofSubject.delete(subject);
      numbers.push(subject.number);
    }
    return numbers;
  }

  /**
   * The set that a subject without code can be given code from: the one that its rules have their numbers of, or `now`, the
   * one that serves it now.
   */
  available(subject: Subject, now: () => ServingSet): ServingSet | undefined {
    if (this.objects.size === 0 || this.ofSubject.has(subject)) return undefined;
    return [subject.serving, now()].find(({ digest }) => this.objects.has(digest));
  }

  /** Loads these subjects' code; `wanted`: with the set and one of the pods of each. Then tells sets of before the new classes. */
  load(
    wanted: readonly { readonly subject: Subject; readonly seen: SeenPod }[],
    generation: number,
  ): NewPrograms {
    const before = this.loaded();
    const byName = new Map<string, Loaded>();
    for (const { subject, seen } of wanted) {
      const { set, digest, layout } = subject.serving;
      const name = `${set.name}@${generation}.${digest.slice(0, 8)}`;
      let loaded = byName.get(name);
      if (!loaded) {
        const object = this.objects.get(digest)!;
        byName.set(name, (loaded = { name, object, layout, programs: new Map() }));
      }
      loaded.programs.set(subject, subjectBytes(layout, seen));
      this.ofSubject.set(subject, loaded);
    }
    return { ...this.described([...byName.values()]), peers: this.peersOf(before) };
  }

  /** All that is loaded. */
  all(): Pick<NewPrograms, "sets" | "programs"> {
    return this.described(this.loaded());
  }

  private loaded(): Loaded[] {
    return [...new Set(this.ofSubject.values())];
  }

  private described(all: readonly Loaded[]): Pick<NewPrograms, "sets" | "programs"> {
    const terms = Array.from({ length: this.classes.end }, (): readonly number[] => []);
    if (all.length > 0) for (const peerClass of this.classes.all()) terms[peerClass.number] = peerClass.terms;
    const sets = all.map(({ name, object, layout }) => {
      const numbered = this.numbering(layout);
      return { name, ...object, peers: encodePeers(layout, terms.map(numbered)) };
    });
    const programs = all.flatMap(({ programs: own }, set) =>
      [...own].map(([{ number }, subject]) => ({ set, subject, subjects: [number] })),
    );
    return { sets, programs };
  }

  private peersOf(sets: readonly Loaded[]): LoaderPeers[] {
    const fresh = [...this.classes.fresh()];
    if (fresh.length === 0) return [];
    return sets.flatMap(({ name, layout }) => {
      const numbered = this.numbering(layout);
      return fresh.map(({ number, terms }) => ({
        set: name,
        at: number,
        values: encodePeers(layout, [numbered(terms)]),
      }));
    });
  }

  /** Bits and ports of a class in a set's layout. A term that no subject's rule asks for is left out: no code does either. */
  private numbering(layout: Layout): (terms: readonly number[]) => Numbered {
    const bits = new Map<number, number>();
    for (const [bit, peer] of layout.terms.entries()) {
      const term = this.terms.numberOf(peer);
      if (term !== undefined) bits.set(term, bit);
    }
    const names = layout.namedPorts.map(portName);
    return (terms) => {
      const ports = names.length > 0 ? this.terms.portsOf(terms) : new Map<string, number>();
      return {
        bits: terms.flatMap((term) => bits.get(term) ?? []),
        ports: names.map((name) => ports.get(name) ?? 0),
      };
    };
  }
}

function subjectBytes(layout: Layout, { pod, namespace }: SeenPod): string {
  const bits = [...layout.subjects.keys()].filter((bit) => selectsPod(layout.subjects[bit]!, pod, namespace));
  const ports = layout.namedPorts.map(
    ({ protocol, name }) => namedPort({ kind: "pod", pod, namespace }, protocol, name) ?? 0,
  );
  return encodeSubject(layout, { bits, ports });
}
