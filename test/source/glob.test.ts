import { expect, test } from "vitest";
import { literalFolder, parseGlob } from "../../src/source/glob.js";

function matches(pattern: string, path: string): boolean {
  const glob = parseGlob(pattern);
  if ("fault" in glob) throw new Error(glob.fault);
  return glob.matches(path);
}

test.each([
  ["a/*.yaml", "a/b.yaml", true],
  ["a/*.yaml", "a/c/b.yaml", false],
  ["**/*.yaml", "b.yaml", true],
  ["a/**/b.yaml", "a/b.yaml", true],
  ["a/**/b.yaml", "a/x/y/b.yaml", true],
  ["a/**/b.yaml", "x/a/b.yaml", false],
  ["a/**", "a/x/y", true],
  ["./a/?.yaml", "a/b.yaml", true],
  ["a/?.yaml", "a/bb.yaml", false],
  ["{dev,prod}/*.y{a,}ml", "prod/x.yml", true],
  ["{dev,{qa,prod}}/x", "qa/x", true],
  ["{dev,prod}/x", "test/x", false],
  ["a.b", "axb", false],
])("%s on %s: %s", (pattern, path, expected) => {
  expect(matches(pattern, path)).toBe(expected);
});

test("a pattern made to be slow is not", () => {
  const start = performance.now();
  expect(matches("*a".repeat(400) + "b", "a".repeat(5000))).toBe(false);
  expect(matches("**/a/".repeat(150) + "b", "a/".repeat(2000) + "c")).toBe(false);
  expect(performance.now() - start).toBeLessThan(2000);
});

test("what is no pattern is said", () => {
  expect(parseGlob("a/{b")).toEqual({ fault: "has an unbalanced brace" });
  expect(parseGlob("{a,b}".repeat(20))).toEqual({ fault: "has more than 256 alternatives" });
  expect(parseGlob("")).toEqual({ fault: "is empty" });
});

test("a search begins in the last folder without a wildcard", () => {
  expect(literalFolder("policies/a/**/*.yaml")).toBe("policies/a");
  expect(literalFolder("*.yaml")).toBe("");
  expect(literalFolder("/srv/*.yaml")).toBe("/srv");
});
