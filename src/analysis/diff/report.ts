/** Two states of the policies compared, as every format shows it. */
import type { Flow, SideDecision } from "../semantics/decide.js";
import { inventoryDiff } from "./known/inventory_diff.js";
import type { InventoryDiff, WorkloadChange } from "./known/inventory_diff.js";
import type { EndSet } from "./ends/end_set.js";
import type { PortSet } from "./port_sets.js";
import type { ChangeTowards } from "./known/other_subjects.js";
import { semanticDiff } from "./semantic_diff.js";
import type { Change, SemanticDiff } from "./semantic_diff.js";
import { endsWords, setsText } from "./ends/set_words.js";
import type { EndWords } from "./ends/set_words.js";
import type { PortSpan } from "../sets/port_spans.js";
import type { Inventory } from "../../ir/inventory.js";
import type { Policy } from "../../ir/policy.js";
import type { Span } from "../../source/span.js";

export interface DiffSide {
  /** As the user named it. */
  readonly name: string;
  readonly policies: readonly Policy[];
  readonly inventory: Inventory;
  /** `file:line`, after `REVISION:` if it is of one. */
  where(span: Span): string;
  /** What could not be read as it stands. */
  readonly errors: readonly SideError[];
}

export interface SideError {
  readonly where: string;
  readonly message: string;
  /** What of the sides is not compared for it, or how. */
  readonly effect: string;
}

export interface DiffReport {
  readonly before: DiffSide;
  readonly after: DiffSide;
  readonly world: "inventory" | "every-cluster";
  readonly entries: readonly DiffEntry[];
  /** False: there were too many classes of pods to look at all. */
  readonly complete: boolean;
  /** How many workloads, or pods of none, were compared; of the inventory only. */
  readonly compared: number;
  readonly added: readonly string[];
  readonly removed: readonly string[];
  /** Workloads that are on the host network on one side only. */
  readonly moved: InventoryDiff["moved"];
  /** Nothing changed among the workloads of the inventory, but it did with or for ends that no file describes. */
  readonly othersDiffer: boolean;
}

export interface DiffEntry {
  readonly kind: "opened" | "closed";
  /** The side whose policies changed it: of the subject. */
  readonly direction: "ingress" | "egress";
  /** A workload, or a selector in words. */
  readonly subject: string;
  readonly peers: readonly string[];
  /** What of the peers is left out. */
  readonly except: readonly string[];
  /** Of pods that no file describes, and of addresses, the same as sets. Those of workloads are empty. */
  readonly subjectSets: readonly EndSet[];
  readonly peerSets: readonly EndSet[];
  readonly ports: readonly (PortSpan | PortSet)[];
  /** `unchanged`: the other end's policies deny it, before or after. */
  readonly connection: "changed" | "unchanged" | "unknown";
  readonly witness: { readonly before: Flow; readonly after: Flow };
  readonly decisions: { readonly before: SideDecision; readonly after: SideDecision };
}

type Sides = Pick<DiffReport, "before" | "after">;

/**
 * For the pods that the sides describe, if any does, else for every possible cluster.
 * @returns undefined: no side describes pods, and they were asked for
 */
export function compareSides(
  before: DiffSide,
  after: DiffSide,
  wanted?: DiffReport["world"],
): DiffReport | undefined {
  const known = [before, after].filter(({ inventory }) => inventory.pods.length > 0);
  const world = wanted ?? (known.length > 0 ? "inventory" : "every-cluster");
  if (world === "every-cluster")
    return everyClusterReport({ before, after }, semanticDiff(before.policies, after.policies));
  if (known.length === 0) return undefined;
  // Policies alone, such as a bundle's, are compared on the pods that the other side describes.
  const at = ({ policies, inventory }: DiffSide) => {
    return { policies, inventory: inventory.pods.length > 0 ? inventory : known[0]!.inventory };
  };
  return inventoryReport({ before, after }, inventoryDiff(at(before), at(after)));
}

function inventoryReport(sides: Sides, diff: InventoryDiff): DiffReport {
  const names = [...new Set(diff.compared.map(({ name }) => name))];
  const entries = [
    ...diff.workloads.map((change) => workloadEntry(change, names)),
    ...diff.towards.map(towardsEntry),
    ...diff.otherSubjects.map((change) => possibleEntry(change.kind, change)),
  ];
  const { added, removed, moved, complete } = diff;
  return {
    ...sides,
    world: "inventory",
    entries: inOrder(entries),
    complete,
    compared: names.length,
    added,
    removed,
    moved,
    othersDiffer: entries.length > 0 && diff.workloads.every(({ known }) => !known),
  };
}

function everyClusterReport(sides: Sides, diff: SemanticDiff): DiffReport {
  const entries = [
    ...diff.opened.map((change) => possibleEntry("opened", change)),
    ...diff.closed.map((change) => possibleEntry("closed", change)),
  ];
  const { complete } = diff;
  const moved = { onto: [], off: [] };
  const none = { compared: 0, added: [], removed: [], moved, othersDiffer: false };
  return { ...sides, world: "every-cluster", entries: inOrder(entries), complete, ...none };
}

/** Those of one subject together, what opened first. */
function inOrder(entries: readonly DiffEntry[]): readonly DiffEntry[] {
  const key = ({ subject, direction, kind }: DiffEntry) =>
    [subject, direction === "ingress" ? 0 : 1, kind === "opened" ? 0 : 1].join("\0");
  const keyed = entries.map((entry) => ({ entry, key: key(entry) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ entry }) => entry);
}

function workloadEntry(
  { kind, direction, subject, known, others }: WorkloadChange,
  all: readonly string[],
): DiffEntry {
  const { ports, witness, before, after } = (known ?? others)!;
  const words = endsWords(others?.ends ?? []);
  const names = known ? workloadsWords(new Set(known.members.map(({ name }) => name)), all) : NOBODY;
  return {
    kind,
    direction,
    subject: subject.name,
    peers: [...names.peers, ...words.peers],
    except: [...names.except, ...words.except],
    subjectSets: [],
    peerSets: others?.ends ?? [],
    ports,
    connection: others?.connection ?? "changed",
    witness,
    decisions: { before: before[direction], after: after[direction] },
  };
}

const NOBODY: EndWords = { peers: [], except: [] };
/** A longer list that is most of all is told by what it lacks. */
const MOST = 20;
const EVERY_WORKLOAD = "every workload";

function workloadsWords(names: ReadonlySet<string>, all: readonly string[]): EndWords {
  return names.size > MOST && names.size > all.length / 2
    ? { peers: [EVERY_WORKLOAD], except: all.filter((name) => !names.has(name)) }
    : { peers: [...names], except: [] };
}

function towardsEntry(change: ChangeTowards): DiffEntry {
  const { kind, direction, subjects, peer, ports, witness, before, after } = change;
  return {
    kind,
    direction,
    subject: setsText(subjects),
    peers: [peer.name],
    except: [],
    subjectSets: subjects,
    peerSets: [],
    ports,
    connection: "changed",
    witness,
    decisions: { before: before[direction], after: after[direction] },
  };
}

function possibleEntry(kind: DiffEntry["kind"], change: Change): DiffEntry {
  const { direction, subjects, ends, ports, connection, witness, before, after } = change;
  return {
    kind,
    direction,
    subject: setsText(subjects),
    ...endsWords(ends),
    subjectSets: subjects,
    peerSets: ends,
    ports,
    connection,
    witness: { before: witness, after: witness },
    decisions: { before, after },
  };
}
