/** The states of a node as the loader reads them. */
import type { AddressEntry } from "../encode.js";
import {
  ADDRESS_ABSENT,
  ADDRESS_OWN_NODE,
  encodeAddresses,
  encodeBlocks,
  encodeSubjects,
  encodeWords,
} from "../encode.js";
import type { DeltaState, LoaderPod, LoaderRows, LoaderSteps } from "../loader_state.js";
import { STATE_VERSION } from "../loader_state.js";
import type { Blocks } from "./peers/blocks.js";
import type { Move, Peers } from "./peers/peers.js";
import type { NewPrograms } from "./subjects/programs.js";
import type { RowRange, Rows } from "./rows/rows.js";
import type { Runs } from "./rows/runs.js";
import type { Subject } from "./subjects/subjects.js";

interface Places {
  readonly start: number;
  readonly count: number;
}

/** What whole states and deltas have in common. */
export interface StateParts {
  readonly generation: number;
  readonly revokes: boolean;
  readonly subjects: Iterable<Subject>;
  readonly addresses: readonly AddressEntry[];
  readonly steps: readonly Places[];
  readonly rows: readonly RowRange[];
  readonly pods: readonly LoaderPod[];
  readonly programs: Pick<NewPrograms, "sets" | "programs">;
}

export function commonParts(parts: StateParts, runs: Runs) {
  const { generation, revokes, addresses, pods, programs } = parts;
  return {
    version: STATE_VERSION,
    generation,
    revokes,
    subjects: encodeSubjects(
      [...parts.subjects].map(({ number, meaning }) => ({ number, profile: meaning.number })),
    ),
    addresses4: encodeAddresses(addresses, 4),
    addresses6: encodeAddresses(addresses, 6),
    steps: parts.steps.map(({ start, count }): LoaderSteps => {
      return { at: start, values: encodeWords(runs.wordsOf(start, count)) };
    }),
    rows: parts.rows.map(({ subject, at, words }): LoaderRows => {
      return { subject, at, values: encodeWords(words) };
    }),
    pods,
    sets: programs.sets,
    programs: programs.programs,
  } as const;
}

export function encodedBlocks(blocks: Blocks) {
  return { blocks4: encodeBlocks(blocks.entries(4), 4), blocks6: encodeBlocks(blocks.entries(6), 6) };
}

export function movedAddresses(moves: readonly Move[]): AddressEntry[] {
  return moves.map(({ address, after, ownNode }) => {
    return { address, value: after === undefined ? ADDRESS_ABSENT : addressValue(after, ownNode) };
  });
}

export function allAddresses(peers: Peers): AddressEntry[] {
  return [...peers.held.values()].map(({ address, peerClass, ownNode }) => {
    return { address, value: addressValue(peerClass!.number, ownNode) };
  });
}

function addressValue(peerClass: number, ownNode: boolean): number {
  return ownNode ? (peerClass | ADDRESS_OWN_NODE) >>> 0 : peerClass;
}

/** A state is empty if nothing of it would be written. */
export function isEmpty(state: DeltaState): boolean {
  const { subjects, addresses4, addresses6, steps, rows, pods, sets, programs } = state;
  const { removed, unspecialised, peers, settings, blocks4, blocks6 } = state;
  const lists = [subjects, addresses4, addresses6, steps, rows, pods, sets, programs];
  return (
    [...lists, removed, unspecialised, peers].every(({ length }) => length === 0) &&
    [settings, blocks4, blocks6].every((part) => part === undefined)
  );
}

export function allRows(rows: Rows, subjects: Iterable<Subject>, end: number): RowRange[] {
  return [...subjects].map(({ number }) => rows.whole(number, end));
}
