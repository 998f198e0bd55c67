/** Two states of the policies compared, as every format shows it. */
import type { Flow, SideDecision } from "../semantics/decide.js";
import { knownDiff } from "./known_diff.js";
import type { KnownChange, KnownDiff } from "./known_diff.js";
import type { EndSet } from "./end_set.js";
import type { PortSet } from "./port_sets.js";
import { meansTheSame, semanticDiff } from "./semantic_diff.js";
import type { Change, SemanticDiff } from "./semantic_diff.js";
import { endsWords, setsText } from "./set_words.js";
import type { PortSpan } from "../reachability/known_ports.js";
import { prefixesOf } from "../sets/intervals.js";
import { formatBlock } from "../../ir/address.js";
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
  /** Nothing changed for the pods of the inventory, but it would for others. */
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
  /** The same as sets, of pods that no file describes and of addresses; of workloads that files describe there are none. */
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
  const diff = knownDiff(at(before), at(after));
  const none = diff.opened.length + diff.closed.length === 0;
  return inventoryReport({ before, after }, diff, none && !meansTheSame(before.policies, after.policies));
}

function inventoryReport(sides: Sides, diff: KnownDiff, othersDiffer: boolean): DiffReport {
  const names = [...new Set(diff.compared.map(({ name }) => name))];
  const entries = [
    ...diff.opened.map((change) => knownEntry("opened", change, names)),
    ...diff.closed.map((change) => knownEntry("closed", change, names)),
  ];
  return {
    ...sides,
    world: "inventory",
    entries: inOrder(entries),
    complete: true,
    compared: names.length,
    added: diff.added,
    removed: diff.removed,
    othersDiffer,
  };
}

function everyClusterReport(sides: Sides, diff: SemanticDiff): DiffReport {
  const entries = [
    ...diff.opened.map((change) => possibleEntry("opened", change)),
    ...diff.closed.map((change) => possibleEntry("closed", change)),
  ];
  const { complete } = diff;
  const none = { compared: 0, added: [], removed: [], othersDiffer: false };
  return { ...sides, world: "every-cluster", entries: inOrder(entries), complete, ...none };
}

/** Those of one subject together, what opened first. */
function inOrder(entries: readonly DiffEntry[]): readonly DiffEntry[] {
  const key = ({ subject, direction, kind }: DiffEntry) =>
    [subject, direction === "ingress" ? 0 : 1, kind === "opened" ? 0 : 1].join("\0");
  const keyed = entries.map((entry) => ({ entry, key: key(entry) }));
  return keyed.sort((a, b) => (a.key < b.key ? -1 : a.key > b.key ? 1 : 0)).map(({ entry }) => entry);
}

function knownEntry(kind: DiffEntry["kind"], change: KnownChange, all: readonly string[]): DiffEntry {
  const { direction, subject, members, addresses, ports, witness } = change;
  const blocks = addressBlocks(addresses);
  const peers = new Set(members.map(({ name }) => name));
  const others = [...(isEverything(blocks) ? [EVERY_ADDRESS] : blocks)];
  return {
    kind,
    direction,
    subject: subject.name,
    ...(peers.size > MOST && peers.size > all.length / 2
      ? { peers: [EVERY_WORKLOAD, ...others], except: all.filter((name) => !peers.has(name)) }
      : { peers: [...peers, ...others], except: [] }),
    subjectSets: [],
    peerSets: [],
    ports,
    connection: "changed",
    witness,
    decisions: { before: change.before[direction], after: change.after[direction] },
  };
}

/** The addresses as CIDR blocks. */
function addressBlocks(addresses: KnownChange["addresses"]): readonly string[] {
  return addresses.flatMap(({ family, ranges }) =>
    ranges.flatMap((range) => prefixesOf(family, range).map(formatBlock)),
  );
}

/** A longer list that is most of all is told by what it lacks. */
const MOST = 20;
const EVERY_WORKLOAD = "every workload";
const EVERY_ADDRESS = "every address outside the cluster";

function isEverything(blocks: readonly string[]): boolean {
  return blocks.includes("0.0.0.0/0") && blocks.includes("::/0");
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
