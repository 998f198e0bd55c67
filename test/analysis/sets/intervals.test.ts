import fc from "fast-check";
import { expect, test } from "vitest";
import { inBlock } from "../../../src/analysis/semantics/decide.js";
import { blockClasses, prefixesOf } from "../../../src/analysis/sets/intervals.js";
import { formatBlock, parseAddress } from "../../../src/ir/address.js";
import type { BlockMatch } from "../../../src/ir/policy.js";
import { NO_SPAN } from "../../../src/source/span.js";
import { blockMatch } from "../arbitrary.js";

const span = NO_SPAN;

function block(cidr: string, ...except: string[]): BlockMatch {
  return { kind: "block", cidr: { text: cidr, span }, except: except.map((text) => ({ text, span })), span };
}

test("the classes partition both families, and every edge and witness is in just the blocks that its class names", () => {
  fc.assert(
    fc.property(fc.array(blockMatch, { maxLength: 5 }), (blocks) => {
      const classes = blockClasses(blocks);
      const total = { 4: 0n, 6: 0n };
      for (const { family, witness, signature, ranges } of classes) {
        const edges = ranges.flatMap(({ first, last }) => [first, last]);
        for (const value of [parseAddress(witness)!.value, ...edges]) {
          const holding = blocks.map((term) => inBlock(term, { family, value }));
          expect(holding).toEqual(blocks.map((_, i) => ((signature >> BigInt(i)) & 1n) === 1n));
        }
        for (const { first, last } of ranges) total[family] += last - first + 1n;
      }
      expect(total).toEqual({ 4: 1n << 32n, 6: 1n << 128n });
      const ids = classes.map(({ family, signature }) => `${family} ${signature}`);
      expect(new Set(ids).size).toBe(ids.length);
    }),
    { numRuns: 2000 },
  );
});

test("a block with an except has the addresses around it", () => {
  const held = blockClasses([block("10.0.0.0/8", "10.1.0.0/16")]).find(({ signature }) => signature === 1n)!;
  expect(held.witness).toBe("10.0.0.1");
  expect(held.ranges.flatMap((range) => prefixesOf(4, range).map(formatBlock))).toEqual([
    "10.0.0.0/16",
    "10.2.0.0/15",
    "10.4.0.0/14",
    "10.8.0.0/13",
    "10.16.0.0/12",
    "10.32.0.0/11",
    "10.64.0.0/10",
    "10.128.0.0/9",
  ]);
});

test("a whole family is one prefix", () => {
  const classes = blockClasses([]);
  expect(
    classes.flatMap(({ family, ranges }) =>
      ranges.flatMap((range) => prefixesOf(family, range).map(formatBlock)),
    ),
  ).toEqual(["0.0.0.0/0", "::/0"]);
});
