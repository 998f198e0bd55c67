/** How large the maps of a node are made. */
import type { LoaderSizes } from "./loader_state.js";

/** Entries that a node's policy and pods take; of two banks in one. */
export type Needs = Pick<LoaderSizes, "subjects" | "classes" | "steps" | "blocks" | "addresses">;

const FIXED: Omit<LoaderSizes, keyof Needs> = {
  established: 262_144,
  half_open: 65_536,
  fragments: 8192,
  events_bytes: 1 << 20,
};

/** A node whose pods have just begun to come has room for a usual one: 250 pods, and a few thousand in the cluster. */
const LEAST: Needs = { subjects: 256, classes: 1024, steps: 8192, blocks: 256, addresses: 4096 };

/** Of 64 MiB the rows of 8 bytes in one of two banks. */
export const ROWS_MAX = (64 << 20) / 8 / 2;

/**
 * Twice what is needed, so that maps seldom have to be made anew; at least `LEAST`. Rows are subjects times classes, and
 * take at most 64 MiB: what is over that is first taken from the room for classes, then from that for subjects, but never
 * from what is needed.
 */
export function chooseSizes(needs: Needs, given: Partial<LoaderSizes>): LoaderSizes {
  const enough = (of: keyof Needs) =>
    given[of] !== undefined && given[of] >= needs[of] ? given[of] : undefined;
  const room = (of: keyof Needs) => enough(of) ?? Math.max(LEAST[of], 2 * needs[of]);
  const fitting = (of: "subjects" | "classes", other: number) =>
    enough(of) ?? Math.max(needs[of], Math.min(room(of), Math.floor(ROWS_MAX / other)));
  const classes = fitting("classes", room("subjects"));
  const subjects = fitting("subjects", classes);
  const [steps, blocks, addresses] = [room("steps"), room("blocks"), room("addresses")];
  return { ...FIXED, ...given, subjects, classes, steps, blocks, addresses };
}

export function fits(needs: Needs, sizes: Needs): boolean {
  return (Object.keys(needs) as (keyof Needs)[]).every((of) => needs[of] <= sizes[of]);
}
