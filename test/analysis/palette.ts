/** Regions made of a few matches of the small universe, so that those of one set have much in common. */
import fc from "fast-check";
import type { Direction, Peer, PodMatch, PortMatch } from "../../src/ir/policy.js";
import type { SmallRegion } from "./small_universe.js";
import { BLOCKS, POD_MATCHES, PORT_MATCHES } from "./small_universe.js";

export interface Palette {
  readonly subjects: readonly PodMatch[];
  readonly peers: readonly Peer[];
  readonly ports: readonly PortMatch[];
}

const three = { minLength: 3, maxLength: 3 };
const podMatch = fc.constantFrom(...POD_MATCHES);

export const palette: fc.Arbitrary<Palette> = fc.record({
  subjects: fc.array(podMatch, three),
  peers: fc.array(fc.oneof(podMatch, fc.constantFrom(...BLOCKS)), three),
  ports: fc.array(fc.constantFrom(...PORT_MATCHES), three),
});

/** What a region has of a palette: a subject, and as bits its peers and ports, of which none is everything. */
export type Choice = readonly [subject: number, peers: number, ports: number];

export const choice: fc.Arbitrary<Choice> = fc.tuple(fc.nat(2), fc.nat(7), fc.nat(7));

export function regionOf(direction: Direction, of: Palette, [subject, peers, ports]: Choice): SmallRegion {
  return {
    direction,
    subject: of.subjects[subject]!,
    ...(peers > 0 && { peers: of.peers.filter((_, i) => peers & (1 << i)) }),
    ...(ports > 0 && { ports: of.ports.filter((_, i) => ports & (1 << i)) }),
  };
}
