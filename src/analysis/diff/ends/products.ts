/** A set of classes, told by what its members have and lack. */

/** The classes that have all of the terms `yes` and none of the terms `no`, by index. */
export interface Product {
  readonly yes: readonly number[];
  readonly no: readonly number[];
}

/** Sets of classes are bits. */
export interface Terms {
  /** Every class. */
  readonly every: bigint;
  /** For each term, the classes that have it. */
  readonly held: readonly bigint[];
  /** Only classes with one of these terms are known, so each product has to ask for one. */
  readonly anchors?: ReadonlySet<number>;
}

interface Found extends Product {
  readonly classes: bigint;
}

/**
 * Products that together hold just the classes `on`, short ones first, none of which the others make redundant. What tells
 * two classes apart has to be a term.
 */
export function productsOf(on: bigint, terms: Terms): readonly Product[] {
  const found = plainProducts(on, terms);
  let open = on & ~unionOf(found);
  for (let index = 0; open >> BigInt(index) !== 0n; index++) {
    if (((open >> BigInt(index)) & 1n) === 0n) continue;
    const product = widened(index, on, terms);
    found.push(product);
    open &= ~product.classes;
  }
  return withoutNeedless(found);
}

/** No term, or one: the widest first. */
function plainProducts(on: bigint, { every, held, anchors }: Terms): Found[] {
  if (!anchors && every === on) return [{ yes: [], no: [], classes: every }];
  const single = held.flatMap((classes, index): Found[] => {
    const isWithin = classes !== 0n && (classes & ~on) === 0n && (!anchors || anchors.has(index));
    return isWithin ? [{ yes: [index], no: [], classes }] : [];
  });
  const sized = single.map((product) => ({ product, size: sizeOf(product.classes) }));
  sized.sort((a, b) => b.size - a.size);
  const found: Found[] = [];
  let covered = 0n;
  for (const { product } of sized) {
    if ((product.classes & ~covered) === 0n) continue;
    found.push(product);
    covered |= product.classes;
  }
  return found;
}

/** The product of all that one class has and lacks, less what it need not ask for to stay within `on`. */
function widened(index: number, on: bigint, { every, held, anchors }: Terms): Found {
  const bit = 1n << BigInt(index);
  const literals = held.map((classes, term) => {
    const yes = (classes & bit) !== 0n;
    return { term, yes, classes: yes ? classes : every & ~classes };
  });
  literals.sort((a, b) => Number(b.yes) - Number(a.yes));
  const rest = new Array<bigint>(literals.length + 1).fill(every);
  for (let i = literals.length - 1; i >= 0; i--) rest[i] = rest[i + 1]! & literals[i]!.classes;
  let anchored = literals.filter(({ term, yes }) => yes && anchors?.has(term)).length;
  let classes = every;
  const [yes, no]: [number[], number[]] = [[], []];
  for (const [i, literal] of literals.entries()) {
    const isAnchor = literal.yes && anchors?.has(literal.term) === true;
    if ((classes & rest[i + 1]! & ~on) === 0n && !(isAnchor && anchored === 1)) {
      if (isAnchor) anchored--;
      continue;
    }
    classes &= literal.classes;
    (literal.yes ? yes : no).push(literal.term);
  }
  return { yes, no, classes };
}

function withoutNeedless(products: readonly Found[]): readonly Found[] {
  const after = new Array<bigint>(products.length + 1).fill(0n);
  for (let i = products.length - 1; i >= 0; i--) after[i] = after[i + 1]! | products[i]!.classes;
  let before = 0n;
  return products.filter(({ classes }, i) => {
    const isNeeded = (classes & ~(before | after[i + 1]!)) !== 0n;
    if (isNeeded) before |= classes;
    return isNeeded;
  });
}

function unionOf(products: readonly Found[]): bigint {
  return products.reduce((union, { classes }) => union | classes, 0n);
}

function sizeOf(bits: bigint): number {
  let size = 0;
  for (const digit of bits.toString(16)) size += ONES[Number.parseInt(digit, 16)]!;
  return size;
}

const ONES = [0, 1, 1, 2, 1, 2, 2, 3, 1, 2, 2, 3, 2, 3, 3, 4];
