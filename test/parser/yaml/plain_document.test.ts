import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { generateRepo } from "../../../bench/lint/repo.js";
import { Composer } from "../../../src/parser/yaml/compose.js";
import { Findings } from "../../../src/parser/yaml/findings.js";
import { readPlainDocument } from "../../../src/parser/yaml/plain_document.js";
import { splitDocuments } from "../../../src/parser/yaml/split_documents.js";

/** What the composer makes of a document, unless it has anything to say about it. */
function composed(text: string, range: { readonly start: number; readonly end: number }): unknown {
  const findings = new Findings(text);
  const composer = new Composer(text, range, findings);
  const root = composer.document();
  expect(findings.problems).toEqual([]);
  expect([...findings.broken]).toEqual([]);
  expect(composer.unread()).toBeUndefined();
  return root;
}

/** How many documents are plain; each of them has to be read as the composer does. */
function compare(text: string): number {
  if (text.includes("\0") || text.startsWith("\uFEFF")) return 0;
  let plain = 0;
  for (const document of splitDocuments(text, 0)) {
    if (document.behindSeparator) continue;
    const root = readPlainDocument(text, document);
    if (!root) continue;
    plain++;
    expect(root).toEqual(composed(text, document));
  }
  return plain;
}

const files = ["examples", "test", "bench", "../shared"].flatMap((folder) => {
  try {
    return readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((name) => /\.ya?ml$/.test(name))
      .map((name) => readFileSync(join(folder, name), "utf8"));
  } catch {
    return [];
  }
});
const generated = [...generateRepo(120).files.values()];

test("plain documents are read as the composer reads them", () => {
  const plain = [...files, ...generated].map(compare).reduce((sum, each) => sum + each, 0);
  expect(plain).toBeGreaterThan(300);
  for (const text of generated) expect(compare(text.replaceAll("\n", "\r\n"))).toBe(compare(text));
});

test.each([
  ["a: 1\nb:\n- x\n- v: z\n  w:\nc: {}\n", true],
  ["---\n# comment\na:\n  - - 1\n    - b # comment\n  -\n    c: 'd'\n  -\n", true],
  ["a: [Ingress, 'Egress', {b: c}]\n", true],
  ["a: one\n  two\n", false],
  ["a: &x 1\nb: *x\n", false],
  ["<<: {a: b}\n", false],
  ["a: b\na: c\n", false],
  ["on: yes\n", false],
  ["a: 1.5\n", false],
  ["a: |\n  b\n", false],
  ["a:\tb\n", false],
  ["a: b: c\n", false],
  ["a:\n- b\nc\n", false],
  ["a: 'it''s'\n", false],
  ['a: "b"#c\n', false],
  ["a: b\n...\nc: d\n", false],
])("%j is plain: %s", (text, isPlain) => {
  expect(compare(text)).toBe(isPlain ? 1 : 0);
});

const LINES = [
  ...[
    "a: b",
    "- a",
    "- a: b",
    "-",
    "a:",
    "b: 'c'",
    'd: "e"',
    "# f",
    "",
    "f: {}",
    "g: []",
    "- - h",
    "i: [j, k: l]",
  ],
  ...[
    "'m': n",
    "o: p # q",
    "r: #s",
    "t: u: v",
    "- w:",
    "x: -1",
    "- 1",
    "y: ~",
    "2: z",
    "a: b ",
    "a : b",
    "- [a, {b: c}]",
  ],
  ...[
    "a: >",
    "- |-",
    "? a",
    ": b",
    "a: !x b",
    "a: *b",
    "---",
    "...",
    "--- a",
    "a: b#c",
    "a: 'b",
    "a: [b",
    "\ta: b",
  ],
];

test("whatever the lines, a document that is taken as plain is what the composer reads", () => {
  let plain = 0;
  const line = fc.tuple(fc.nat({ max: 3 }), fc.constantFrom(...LINES));
  const usual = fc.tuple(fc.nat({ max: 3 }), fc.constantFrom(...LINES.slice(0, 20)));
  const text = (lines: readonly (readonly [number, string])[], end: string) =>
    lines.map(([indent, each]) => `${"  ".repeat(indent).slice(indent === 3 ? 1 : 0)}${each}`).join("\n") +
    end;
  fc.assert(
    fc.property(
      fc.oneof(fc.array(line, { maxLength: 8 }), fc.array(usual, { maxLength: 7 })),
      fc.constantFrom("", "\n", "\r\n", "\n  "),
      (lines, end) => {
        plain += compare(text(lines, end));
      },
    ),
    { numRuns: 30_000 },
  );
  expect(plain).toBeGreaterThan(1000);
});

test("a plain document with one character changed is what the composer reads", () => {
  let plain = 0;
  const sources = generated.filter(({ length }) => length < 1000).slice(0, 20);
  fc.assert(
    fc.property(
      fc.constantFrom(...sources),
      fc.nat(),
      fc.nat({ max: 3 }),
      fc.constantFrom(..." \n:-#'\"[]{},&*!|>%@`?\r\tax1.\\<~", "", "\n---\n", "\n  ", "\u2028", "é"),
      (source, at, cut, put) => {
        const from = at % source.length;
        plain += compare(source.slice(0, from) + put + source.slice(from + cut));
      },
    ),
    { numRuns: 4000 },
  );
  expect(plain).toBeGreaterThan(1000);
});
