/** Exact sets of ends, in words and as JSON. */
import type { AddressSet, EndSet } from "./end_set.js";
import { isOutside } from "./end_set.js";
import { prefixesOf } from "../../sets/intervals.js";
import type { AddressRange } from "../../sets/intervals.js";
import type { Block, Family } from "../../../ir/address.js";
import { formatBlock } from "../../../ir/address.js";
import { NAMESPACE_NAME_LABEL } from "../../../ir/inventory.js";
import type { PodMatch, Requirement } from "../../../ir/policy.js";
import { podWords } from "../../../ir/words.js";

/** What sets hold, and what of that they leave out: of all, or said within a peer if they differ in that. */
export interface EndWords {
  readonly peers: readonly string[];
  readonly except: readonly string[];
}

export function endsWords(sets: readonly EndSet[]): EndWords {
  const words = sets.map(wordsOf);
  const [first] = words;
  if (!first) return { peers: [], except: [] };
  const same = words.every(({ except }) => except.join("\n") === first.except.join("\n"));
  if (same) return { peers: words.flatMap(({ peers }) => peers), except: first.except };
  return { peers: words.flatMap(inOne), except: [] };
}

/** As one text, such as "app=web in shop except tier=x in shop". */
export function setsText(sets: readonly EndSet[]): string {
  return sets.map(wordsOf).flatMap(inOne).join(", ");
}

function inOne({ peers, except }: EndWords): readonly string[] {
  const but = except.length > 0 ? ` except ${except.join(" and ")}` : "";
  return peers.map((peer) => `${peer}${but}`);
}

function wordsOf(set: EndSet): EndWords {
  const { pods, addresses } = set;
  const except = set.except.map(podWords);
  if (pods) return { peers: [`${podWords(pods)}${addresses ? addressWords(addresses) : ""}`], except };
  if (isOutside(set)) {
    const others = addresses ? ` in ${blocksWords(addresses).join(" or ")}` : "";
    return { peers: [`every address outside the cluster${others}`], except: [] };
  }
  if (!addresses) return { peers: [ANYWHERE], except };
  const held = addresses.map(shortest);
  const left = complement(addresses);
  const holes = left.map(shortest);
  const plain = left.flatMap(blocksOf);
  if (except.length === 0 && sizeOf(holes) < Math.min(plain.length, sizeOf(held))) {
    const but = holes.flatMap(({ blocks }) => blocks).map(formatBlock);
    const inside = holes.flatMap((hole) => hole.left).map(formatBlock);
    return { peers: [...inside, `${ANYWHERE} but ${but.join(" and ")}`], except };
  }
  if (plain.length < sizeOf(held))
    return { peers: [ANYWHERE], except: [...plain.map(formatBlock), ...except] };
  return { peers: held.flatMap(partWords), except };
}

function sizeOf(parts: readonly Blocks[]): number {
  return parts.reduce((sum, { blocks, left }) => sum + blocks.length + left.length, 0);
}

const ANYWHERE = "anywhere";

function addressWords(addresses: AddressSet): string {
  const [only] = addresses;
  if (addresses.length === 1 && isWhole(only!)) return ` with an IPv${only!.family} address`;
  return ` with an address in ${blocksWords(addresses).join(" or ")}`;
}

const LAST = { 4: (1n << 32n) - 1n, 6: (1n << 128n) - 1n } as const;

function isWhole({ family, ranges }: AddressSet[number]): boolean {
  return ranges.length === 1 && ranges[0]!.first === 0n && ranges[0]!.last === LAST[family];
}

/** CIDR blocks; where there are some in `left`, one block that leaves them out. */
interface Blocks {
  readonly blocks: readonly Block[];
  readonly left: readonly Block[];
}

function shortest(part: AddressSet[number]): Blocks {
  const plain = blocksOf(part);
  const around = blockAround(part);
  const left = gaps(part.ranges, around.first, around.last).flatMap((range) =>
    prefixesOf(part.family, range),
  );
  return plain.length <= 1 + left.length ? { blocks: plain, left: [] } : { blocks: [around], left };
}

function partWords({ blocks, left }: Blocks): readonly string[] {
  const words = blocks.map(formatBlock);
  return left.length > 0 ? [`${words[0]} except ${left.map(formatBlock).join(", ")}`] : words;
}

function blocksWords(addresses: AddressSet): readonly string[] {
  return addresses.map(shortest).flatMap(partWords);
}

export function blocksOf({ family, ranges }: AddressSet[number]): readonly Block[] {
  return ranges.flatMap((range) => prefixesOf(family, range));
}

/** The smallest block that holds all of the ranges. */
function blockAround({ family, ranges }: AddressSet[number]): Block {
  const width = family === 4 ? 32 : 128;
  const [first, last] = [ranges[0]!.first, ranges.at(-1)!.last];
  let bits = 0n;
  while (first >> bits !== last >> bits) bits++;
  const from = (first >> bits) << bits;
  return { family, prefix: width - Number(bits), first: from, last: from + (1n << bits) - 1n };
}

function gaps(ranges: readonly AddressRange[], from: bigint, to: bigint): readonly AddressRange[] {
  const found: AddressRange[] = [];
  let next = from;
  for (const { first, last } of ranges) {
    if (first > next) found.push({ first: next, last: first - 1n });
    next = last + 1n;
  }
  return next <= to ? [...found, { first: next, last: to }] : found;
}

function complement(addresses: AddressSet): AddressSet {
  return ([4, 6] as const satisfies readonly Family[]).flatMap((family) => {
    const ranges = addresses.find((each) => each.family === family)?.ranges ?? [];
    const left = gaps(ranges, 0n, LAST[family]);
    return left.length > 0 ? [{ family, ranges: left }] : [];
  });
}

/** Selectors as Kubernetes has them; `blocks` are plain CIDR blocks, without excepts. */
export function setJson({ pods, except, addresses }: EndSet): object {
  return {
    ...(pods && { pods: podJson(pods) }),
    except: except.map(podJson),
    ...(addresses && { blocks: addresses.flatMap(blocksOf).map(formatBlock) }),
  };
}

function podJson({ namespaces, pods }: PodMatch): object {
  const requirements =
    namespaces.kind === "selector"
      ? namespaces.selector.requirements
      : [{ key: NAMESPACE_NAME_LABEL, operator: "In" as const, values: [namespaces.name] }];
  return { namespaceSelector: selectorJson(requirements), podSelector: selectorJson(pods.requirements) };
}

function selectorJson(requirements: readonly Omit<Requirement, "span">[]): object {
  if (requirements.length === 0) return {};
  return {
    matchExpressions: requirements.map(({ key, operator, values }) => {
      return { key, operator, ...(values.length > 0 && { values }) };
    }),
  };
}
