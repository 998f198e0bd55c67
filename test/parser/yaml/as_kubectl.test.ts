import { describe, expect, test } from "vitest";
import { readDocuments } from "../../../src/parser/yaml/read_documents.js";
import { toValue } from "../../../src/parser/yaml/node.js";

/** What a stream holds, as JSON a document, and its errors and warnings. */
function reading(text: string): { documents: string[]; problems: string[] } {
  const documents: string[] = [];
  const problems = readDocuments(text, ({ root }) => documents.push(JSON.stringify(toValue(root))));
  return {
    documents,
    problems: problems.map(({ severity, rule, range }) => {
      return `${severity} ${rule} at ${JSON.stringify(text.slice(range.start, range.end))}`;
    }),
  };
}

/** The one value of `v: ...`. */
function value(written: string): string {
  const { documents, problems } = reading(`v: ${written}\n`);
  return problems.length > 0 ? problems.join() : documents.join().slice('{"v":'.length, -1);
}

/** Each answer below is that of the reader in kubectl 1.36. */
describe("scalars", () => {
  test("numbers are those of YAML 1.1 and of 0o, in 64 bits; what is larger is a float or text", () => {
    const numbers = {
      "8080.0": "8080",
      "8e3": "8000",
      "080": "80",
      "017": "15",
      "0o17": "15",
      "0X1f": "31",
      "0b11": "3",
      "0b-1": "-1",
      "-0b1": "-1",
      "-0": "0",
      "1_000": "1000",
      "1_": "1",
      "1.": "1",
      "9223372036854775808": "9223372036854776000",
      "-9223372036854775809": "-9223372036854776000",
      "99999999999999999999": "100000000000000000000",
    };
    for (const [written, sent] of Object.entries(numbers))
      expect([written, value(written)]).toEqual([written, sent]);
    for (const text of [
      ...["0x", "0b", "0b2", "0xg", "_1", "1e", "1e999", "0x10000000000000000", "0o7777777777777777777777"],
      ...["1:20", "190:20:30", "2026-01-01", "+", ".", ".5_", "._5", "0x1p4", "1__e", "NaN", "inf"],
    ])
      expect([text, value(text)]).toEqual([text, JSON.stringify(text)]);
  });

  test("a number that JSON has not is an error", () => {
    for (const written of [".inf", "-.INF", ".nan", "!!float .NaN"])
      expect(reading(`a: [${written}]\n`).problems).toEqual([
        `error yaml-number at "${written.split(" ").at(-1)}"`,
      ]);
    expect(reading('{"a": 1e999}').problems).toEqual(['error yaml-number at "1e999"']);
  });

  test("booleans and nulls are words of YAML 1.1 in three spellings each", () => {
    for (const word of ["y", "Y", "yes", "Yes", "YES", "on", "On", "ON", "true", "True", "TRUE"])
      expect([word, value(word)]).toEqual([word, "true"]);
    for (const word of ["n", "N", "no", "No", "NO", "off", "Off", "OFF", "false", "False", "FALSE"])
      expect([word, value(word)]).toEqual([word, "false"]);
    for (const word of ["", "~", "null", "Null", "NULL"]) expect([word, value(word)]).toEqual([word, "null"]);
    for (const word of ["yEs", "oN", "tRUE", "nULL", "nil"]) expect(value(word)).toBe(JSON.stringify(word));
  });

  test("lines of text are folded, and those of a block kept, the last also where no line break ends it", () => {
    expect(value("a\n  b\n\n  c")).toBe('"a b\\nc"');
    expect(value('"a\n  b \\\n  c"')).toBe('"a b c"');
    expect(value("'a\n\n  b'''")).toBe('"a\\nb\'"');
    expect(value("|\n  a\n   b\n\n")).toBe('"a\\n b\\n"');
    expect(value("|+\n  a\n\n")).toBe('"a\\n\\n\\n"');
    expect(value("|2-\n    a")).toBe('"  a"');
    expect(value(">\n  a\n  b\n\n   c\n  d")).toBe('"a b\\n\\n c\\nd\\n"');
    expect(reading("v: |\n  a").documents).toEqual(['{"v":"a\\n"}']);
  });

  test("escapes are those of YAML 1.1: no slash, and no half of a surrogate pair", () => {
    expect(value(String.raw`"\x41\u0042\U00000043\e\N\_\L\P\0\"\\\ \t"`)).toBe(
      JSON.stringify('ABC\x1b\x85\xa0\u2028\u2029\0"\\ \t'),
    );
    expect(value(String.raw`"\/"`)).toBe('error yaml-syntax at "\\\\/\\""');
    expect(value(String.raw`"\ud83d\ude00"`)).toContain("error yaml-syntax");
    expect(reading(String.raw`{"v": "\/\ud83d\ude00\ud83d"}`).documents).toEqual(['{"v":"/😀\uFFFD"}']);
  });
});

describe("characters", () => {
  test("tabs may stand between tokens, but not where they would indent", () => {
    for (const text of ["v:\t{}\n", "v:\t[1,\t2\t]\t# c\n", "v: {\n\ta: {}\n\t}\n", "v: 1\t\n", "v:\tx\n"])
      expect([text, reading(text).problems]).toEqual([text, []]);
    for (const text of ["v:\n\ta: 1\n", "v:\n-\tx\n", "?\tv\n", "\tv: 1\n", "v: |\n\ta\n", "v: {a: 1\n\t}\n"])
      expect([text, reading(text).problems]).toEqual([text, ['error yaml-tabs at "\\t"']]);
  });

  test("NEL ends a line as LF and CR do, in a value too", () => {
    expect(reading("a: x\x85b: w\rc: z\r\nd: 1\n").documents).toEqual(['{"a":"x","b":"w","c":"z","d":1}']);
    expect(reading("a: x\x85").documents).toEqual(['{"a":"x"}']);
    expect(reading("a: 'x\x85  y'\n").documents).toEqual(['{"a":"x y"}']);
  });

  test("control characters are refused, DEL among them, a no-break space is text", () => {
    for (const char of ["\x01", "\x1f", "\x7f", "\x80", "\x9f", "\uFFFE"])
      expect(reading(`a: x${char}y\n`).problems).toEqual([
        `error yaml-syntax at ${JSON.stringify(`${char}y`)}`,
      ]);
    expect(reading("a: x\xa0\n").documents).toEqual(['{"a":"x\xa0"}']);
  });

  test("a byte order mark may begin each document, and is text elsewhere", () => {
    expect(reading("\uFEFFa: 1\n---\n\uFEFFb: 2\n").documents).toEqual(['{"a":1}', '{"b":2}']);
    expect(reading("a: \uFEFFb\n").documents).toEqual(['{"a":"\uFEFFb"}']);
  });
});

describe("structure", () => {
  test("lines inside brackets and quotes may stand as far left as they like", () => {
    expect(reading('a: {\nb: [\n1,\n],\n}\nc: "x\ny"\n').documents).toEqual(['{"a":{"b":[1]},"c":"x y"}']);
  });

  test("inside brackets a colon needs no blank behind it, and is text if the word begins before it", () => {
    expect(value("{a:b, c: d}")).toBe('{"a:b":null,"c":"d"}');
    expect(value('{"a":b}')).toBe('{"a":"b"}');
    expect(value("{a:}")).toBe('{"a:":null}');
    expect(value("[a: b, ? c : d, ? e]")).toBe('[{"a":"b"},{"c":"d"},{"e":null}]');
    expect(value("[-, - ]")).toContain("error yaml-syntax");
    expect(value("[:a]")).toContain("error yaml-syntax");
  });

  test("a key is found in 1024 characters of one line", () => {
    const long = "k".repeat(1024);
    expect(reading(`${long}: 1\n`).problems).toEqual([]);
    expect(reading(`${long}k: 1\n`).problems).toEqual([expect.stringContaining("error yaml-syntax")]);
    expect(reading("a\nb: 1\n").problems).toEqual(['error yaml-syntax at ":"']);
  });

  test("keys that are no text are sent as text", () => {
    const keys = (text: string) => reading(text).documents.join();
    expect(keys("yes: 1\n0x10: 2\n1.50: 3\n1e6: 4\n2026-01-01: 5\n")).toBe(
      '{"16":2,"true":1,"1.5":3,"1e+06":4,"2026-01-01":5}',
    );
    expect(keys("9223372036854775807: 1\n-0.0: 2\n.inf: 3\n0.1234567891: 4\n123456.0: 5\n1e-5: 6\n")).toBe(
      '{"123456":5,"9223372036854775807":1,"-0":2,".inf":3,"0.12345679":4,"1e-05":6}',
    );
    for (const key of ["9223372036854775808", "~", "[a]", "{a: b}", ""])
      expect([key, ...reading(`m:\n  ${key}: v\n`).problems]).toEqual([key, `error yaml-key at "${key}"`]);
  });

  test("a merge takes a mapping, an alias of one, or a list of these", () => {
    const base = "base: &b {x: 1}\nlist: &l [{x: 1}]\n";
    for (const merged of ["*b", "{x: 2}", "[*b, {z: 2}]", "[]"])
      expect([merged, reading(`${base}m: {<<: ${merged}}\n`).problems]).toEqual([merged, []]);
    for (const merged of ["*l", "x", "~", "[x]", "[*l]", "[[{x: 1}]]"])
      expect(reading(`${base}m: {<<: ${merged}}\n`).problems).toEqual([
        expect.stringContaining("error yaml-merge"),
      ]);
    expect(reading(`${base}m: {!!merge <<: *b}\nq: {"<<": 1}\no: {!!str <<: 2}\n`).documents).toEqual([
      '{"base":{"x":1},"list":[{"x":1}],"m":{"x":1},"q":{"<<":1},"o":{"<<":2}}',
    ]);
  });

  test("an anchor holds what was anchored last", () => {
    expect(reading("a: &x 1\nb: &x 2\nc: *x\nd: &y\ne: *y\n").documents).toEqual([
      '{"a":1,"b":2,"c":2,"d":null,"e":null}',
    ]);
  });
});

describe("documents", () => {
  test("a document ends at `...`, and what follows is not read up to the next `---`", () => {
    const text = "a: 1\n... # end\nb: 2\n--- # next\nc: 3\n";
    expect(reading(text)).toEqual({
      documents: ['{"a":1}', '{"c":3}'],
      problems: ['warning yaml-unread at "b: 2"'],
    });
    expect(reading("a: 1\n...\n# nothing\n\n").problems).toEqual([]);
  });

  test("a document also ends before a line that stands further left than its first", () => {
    expect(reading(" a: 1\nb: 2\nc: 3\n")).toEqual({
      documents: ['{"a":1}'],
      problems: ['warning yaml-unread at "b: 2"'],
    });
    expect(reading("{a: 1} }\n").problems).toEqual(['warning yaml-unread at "}"']);
  });

  test("behind `---` there is room for a comment only, whatever the line is part of", () => {
    expect(reading("a: 1\n---#x\nb: 2\n--- \t # y\nc: 3\n").problems).toEqual([]);
    for (const text of ["--- {a: 1}\n", "a: 1\n--- !x\nb: 2\n", "a: |\n  x\n----\n"])
      expect(reading(text).problems).toEqual([expect.stringContaining("error yaml-syntax")]);
    expect(reading('a: "x\n---\nb: 1\n')).toEqual({
      documents: ['{"b":1}'],
      problems: ['error yaml-syntax at "---"'],
    });
  });

  test("no directive is taken: the `---` below it is cut off before it is read", () => {
    for (const directive of ["%YAML 1.2", "%YAML 1.1", "%TAG ! tag:x,1:", "%FOO"])
      expect(reading(`${directive}\n---\na: 1\n`)).toEqual({
        documents: ['{"a":1}'],
        problems: [expect.stringContaining("error yaml-syntax")],
      });
  });

  test("JSON is read as JSON, and as YAML where it is none", () => {
    expect(reading('{"a": 1e3, "b": [1.50, -0]}\n{"c": 2}').documents).toEqual([
      '{"a":1000,"b":[null,0]}',
      '{"c":2}',
    ]);
    expect(reading('{"a": 1,}').documents).toEqual(['{"a":1}']);
    expect(reading('{"a": 1} {b: 2}\n---\nc: 3\n').documents).toEqual(['{"a":1}', '{"b":2}', '{"c":3}']);
    expect(reading('{"a": 1}{"b": 2}\n---\nc: 3\n').problems).toEqual(['error yaml-syntax at "---"']);
    expect(reading('{"a": 1, "a": 2}').problems).toEqual(['error duplicate-key at "\\"a\\""']);
    expect(reading('{"a": [1,]}').documents).toEqual(['{"a":[1]}']);
    expect(reading("[1, 2]").documents).toEqual(["[1,2]"]);
  });
});
