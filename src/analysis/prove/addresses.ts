/** The addresses that stand for all, up to what blocks can tell apart. */
import type { Address, Family } from "../../ir/address.js";
import { formatAddress, LOOPBACK, parseAddress } from "../../ir/address.js";
import type { BlockMatch, Peer } from "../../ir/policy.js";
import { NO_SPAN } from "../../source/span.js";
import { inBlock } from "../semantics/decide.js";
import { blockClasses } from "../sets/intervals.js";
import type { BlockClass } from "../sets/intervals.js";

export interface AddressPoint {
  /** undefined: no term asks for addresses. */
  readonly ip: string | undefined;
  readonly family: Family | undefined;
  /** Indices of the terms, pod terms not counted out, that hold it. */
  readonly held: readonly number[];
}

const UNASKED: AddressPoint = { ip: undefined, family: undefined, held: [] };

/** The addresses that a pod may have if nothing is known of them. */
export function anyPodAddress(terms: readonly Peer[]): readonly AddressPoint[] {
  const { blocks, indices } = blocksOf(terms);
  if (blocks.length === 0) return [UNASKED];
  return blockClasses(blocks).map((each) => pointOf(each, plainest(each), indices));
}

/** One address of a pod. */
export function knownAddress(ip: string, terms: readonly Peer[]): AddressPoint {
  const address = parseAddress(ip)!;
  const { blocks, indices } = blocksOf(terms);
  const held = indices.filter((_, at) => inBlock(blocks[at]!, address));
  return { ip, family: address.family, held };
}

const LOOPBACK_BLOCKS = LOOPBACK.map((text): BlockMatch => {
  return { kind: "block", cidr: { text, span: NO_SPAN }, except: [], span: NO_SPAN };
});

/**
 * The addresses of `within`, or all, that no pod has and not of loopback. A node's address is taken only where a class has no other; then
 * two are, since to the pods of the one node its own is none.
 */
export function outsideAddresses(
  within: BlockMatch | undefined,
  terms: readonly Peer[],
  podIps: ReadonlySet<string>,
  nodeIps: ReadonlySet<string>,
): readonly AddressPoint[] {
  const { blocks, indices } = blocksOf(terms);
  const asked = within ? [...blocks, within] : blocks;
  const inside = blockClasses([...asked, ...LOOPBACK_BLOCKS]).filter(
    ({ matched }) =>
      !matched.some((at) => at >= asked.length) && (!within || matched.includes(blocks.length)),
  );
  return inside.flatMap((each) => {
    const point = (ip: string) => pointOf(each, ip, indices);
    const first = plainest(each);
    if (!podIps.has(first) && !nodeIps.has(first)) return [point(first)];
    const [plain] = addressesOf(each, 1, (ip) => !podIps.has(ip) && !nodeIps.has(ip));
    if (plain !== undefined) return [point(plain)];
    return addressesOf(each, 2, (ip) => !podIps.has(ip)).map(point);
  });
}

/** The first addresses that are ordinary ones: 1.0.0.1 and 2000::1. */
const ORDINARY = { 4: 0x1000001n, 6: (0x2000n << 112n) + 1n } as const;

/** An ordinary address of the class if it has one, since it will be shown. */
function plainest({ family, ranges, witness }: BlockClass): string {
  const range = ranges.find(({ last }) => last >= ORDINARY[family]);
  if (!range) return witness;
  const { first, last } = range;
  if (first <= ORDINARY[family]) return formatAddress({ family, value: ORDINARY[family] });
  return formatAddress({ family, value: first < last ? first + 1n : first });
}

/** At most `count` addresses of a class that are wanted. It ends soon: only pods' and nodes' own are not wanted. */
function addressesOf(
  { family, ranges }: BlockClass,
  count: number,
  isWanted: (ip: string) => boolean,
): string[] {
  const found: string[] = [];
  for (const { first, last } of ranges)
    for (let value = first; value <= last; value++) {
      if (found.length === count) return found;
      const address: Address = { family, value };
      const ip = formatAddress(address);
      if (isWanted(ip)) found.push(ip);
    }
  return found;
}

function blocksOf(terms: readonly Peer[]): { blocks: BlockMatch[]; indices: number[] } {
  const blocks: BlockMatch[] = [];
  const indices: number[] = [];
  for (const [index, term] of terms.entries()) {
    if (term.kind !== "block") continue;
    blocks.push(term);
    indices.push(index);
  }
  return { blocks, indices };
}

function pointOf({ family, matched }: BlockClass, ip: string, indices: readonly number[]): AddressPoint {
  return { ip, family, held: matched.flatMap((at) => indices[at] ?? []) };
}
