/** How much the loader's tables have room for: twice what there is, so that most changes fit. */
import type { Capacity } from "./services_state.js";

const FLOOR: Capacity = {
  ports: 1024,
  sets: 2048,
  members: 16384,
  endpoints: 8192,
  frontends: 4096,
  destinations: 4096,
  rows: 512,
};

const KINDS = Object.keys(FLOOR) as (keyof Capacity)[];

export function chooseCapacity(needs: Capacity): Capacity {
  return Object.fromEntries(
    KINDS.map((kind) => [kind, Math.max(FLOOR[kind], 2 * needs[kind])]),
  ) as unknown as Capacity;
}

export function fits(needs: Capacity, capacity: Capacity): boolean {
  return KINDS.every((kind) => needs[kind] <= capacity[kind]);
}
