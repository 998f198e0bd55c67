import fc from "fast-check";
import { expect, test } from "vitest";
import { podClasses } from "../../../src/analysis/sets/classes.js";
import { selectsPod } from "../../../src/analysis/semantics/select.js";
import type { Labels } from "../../../src/ir/inventory.js";
import { NAMESPACE_NAME_LABEL } from "../../../src/ir/inventory.js";
import type { PodMatch, Requirement } from "../../../src/ir/policy.js";
import { NO_SPAN } from "../../../src/source/span.js";
import { keys, podMatch, values } from "../arbitrary.js";

const span = NO_SPAN;

/** Every labelling of the keys of arbitrary.ts; "z" stands for the values that nothing mentions. */
function labellings(names: readonly string[]): Labels[] {
  return names.reduce<Labels[]>(
    (all, key) =>
      all.flatMap((labels) => [labels, ...[...values, "z"].map((value) => ({ ...labels, [key]: value }))]),
    [{}],
  );
}

function bruteSignatures(matches: readonly PodMatch[], names: readonly string[]): Set<bigint> {
  const found = new Set<bigint>();
  for (const name of names)
    for (const env of labellings(["env"]))
      for (const labels of labellings(keys)) {
        const namespace = { name, labels: { ...env, [NAMESPACE_NAME_LABEL]: name } };
        found.add(signatureOf(matches, labels, namespace));
      }
  return found;
}

function signatureOf(
  matches: readonly PodMatch[],
  labels: Labels,
  namespace: { name: string; labels: Labels },
): bigint {
  return matches.reduce(
    (bits, match, i) => bits | (selectsPod(match, { labels }, namespace) ? 1n << BigInt(i) : 0n),
    0n,
  );
}

test("the classes are exactly the signatures that some pod of some cluster has, each with a true witness", () => {
  fc.assert(
    fc.property(fc.array(podMatch, { maxLength: 5 }), (matches) => {
      const { classes, truncated } = podClasses(matches);
      expect(truncated).toBe(false);
      for (const { signature, labels, namespace } of classes) {
        expect(namespace.labels[NAMESPACE_NAME_LABEL]).toBe(namespace.name);
        expect(signatureOf(matches, labels, namespace)).toBe(signature);
      }
      expect(classes.map(({ signature }) => signature).sort()).toEqual(
        [...bruteSignatures(matches, ["x", "y", "z"])].sort(),
      );
    }),
    { numRuns: 3000 },
  );
});

test("with a namespace, the classes are those of its pods", () => {
  fc.assert(
    fc.property(fc.array(podMatch, { maxLength: 5 }), (matches) => {
      const { classes } = podClasses(matches, { namespace: "x" });
      expect(classes.every(({ namespace }) => namespace.name === "x")).toBe(true);
      expect(classes.map(({ signature }) => signature).sort()).toEqual(
        [...bruteSignatures(matches, ["x"])].sort(),
      );
    }),
    { numRuns: 1000 },
  );
});

function app(value: string, ...more: Requirement[]): PodMatch {
  const requirements: Requirement[] = [{ key: "app", operator: "In", values: [value], span }, ...more];
  return {
    kind: "pods",
    namespaces: { kind: "name", name: "shop", span },
    pods: { requirements, span },
    span,
  };
}

test("the work follows the number of classes: a thousand apps with a key each of their own are two thousand and one", () => {
  const matches = Array.from({ length: 1000 }, (_, i) => [
    app(`app${i}`),
    app(`app${i}`, { key: `key${i}`, operator: "Exists", values: [], span }),
  ]).flat();
  const { classes, truncated } = podClasses(matches);
  expect(truncated).toBe(false);
  expect(classes).toHaveLength(2001);
});

test("past the limit the classes are real but not all, and it says so", () => {
  const matches = Array.from({ length: 20 }, (_, i): PodMatch => {
    const requirements: Requirement[] = [{ key: `key${i}`, operator: "Exists", values: [], span }];
    return {
      kind: "pods",
      namespaces: { kind: "name", name: "shop", span },
      pods: { requirements, span },
      span,
    };
  });
  const { classes, truncated } = podClasses(matches, { limit: 100 });
  expect(truncated).toBe(true);
  expect(classes).toHaveLength(100);
  for (const { signature, labels, namespace } of classes)
    expect(signatureOf(matches, labels, namespace)).toBe(signature);
});

test("a limit that just fits is not a cut", () => {
  const matches = [app("a"), app("b")];
  expect(podClasses(matches, { limit: 3 })).toMatchObject({ truncated: false, classes: { length: 3 } });
});
