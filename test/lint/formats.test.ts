import { expect, test } from "vitest";
import { formatConcise } from "../../src/lint/format/concise.js";
import { formatGithub } from "../../src/lint/format/github.js";
import { formatGitlab } from "../../src/lint/format/gitlab.js";
import { formatJunit } from "../../src/lint/format/junit.js";
import { formatJson } from "../../src/lint/format/json.js";
import { formatSarif } from "../../src/lint/format/sarif.js";
import { RULES } from "../../rules/registry.js";
import type { Diagnostic } from "../../src/source/diagnostic.js";
import { colorsFor, prettyDiagnostic, prettyReport } from "../../src/source/pretty.js";
import { SourceFile, SourceMap } from "../../src/source/source_file.js";

const TEXT = "first: 1\nsecond: 22\nthird: 3\n";
const sources = new SourceMap();
sources.add(new SourceFile("dir/a file.yaml", TEXT));
const plain = colorsFor({ isTTY: false }, false);

const finding: Diagnostic = {
  rule: "shadowed-rule",
  severity: "warning",
  message: "never decides",
  span: { file: "dir/a file.yaml", start: 17, end: 19 },
  notes: [
    { message: "covered by", span: { file: "dir/a file.yaml", start: 0, end: 8 } },
    { message: "no place" },
  ],
  help: "remove it",
  world: "every-cluster",
};
const error: Diagnostic = {
  rule: "invalid-cidr",
  severity: "error",
  message: "not a CIDR",
  span: { file: "dir/a file.yaml", start: 20, end: 25 },
};

test("pretty shows both places, the counts and what to do", () => {
  expect(prettyReport([finding, error], sources, 1, plain)).toBe(`dir/a file.yaml:2:9  shadowed-rule  warning
   2 | second: 22
     |         ^^ never decides
  covered by
   1 | first: 1
     | ^^^^^^^^
  no place
  help: remove it

dir/a file.yaml:3:1  invalid-cidr  error
   3 | third: 3
     | ^^^^^ not a CIDR

1 error, 1 warning in 1 file`);
});

const note: Diagnostic = {
  ...error,
  rule: "unread-policy",
  severity: "note",
  message: "not read",
  help: "x",
};

test("a note is brief for people, and no failure in any format", () => {
  expect(prettyReport([note], sources, 1, plain)).toBe(
    "dir/a file.yaml:3:1  unread-policy  note\n  not read\n\n0 errors, 0 warnings, 1 note in 1 file",
  );
  expect(formatConcise([note], sources)).toBe("dir/a file.yaml:3:1: note unread-policy: not read");
  expect(JSON.parse(formatJson([note], sources, 1))).toMatchObject({
    diagnostics: [{ severity: "note", help: "x" }],
    summary: { files: 1, errors: 0, warnings: 0, notes: 1 },
  });
  expect(formatGithub([note], sources)).toMatch(/^::notice /);
  expect(JSON.parse(formatGitlab([note], sources))).toMatchObject([{ severity: "info" }]);
  expect(JSON.parse(formatSarif([note], sources, RULES, "1.0.0"))).toMatchObject({
    runs: [{ results: [{ level: "note" }] }],
  });
  const junit = formatJunit([note], sources);
  expect(junit).toContain('tests="1" failures="0"');
  expect(junit).not.toContain("<failure");
  expect(junit).toContain("not read");
});

test("text of a policy file cannot reach the terminal as a control sequence", () => {
  const hostile = new SourceMap();
  hostile.add(new SourceFile("\u001b[2J.yaml", 'name: "\u001b]0;owned\u0007\u202e"\tx\n'));
  const text = prettyDiagnostic(
    {
      ...error,
      message: "bad \u001b[31mname",
      help: "\u009b1m",
      span: { file: "\u001b[2J.yaml", start: 6, end: 17 },
    },
    hostile,
    plain,
  );
  expect(text).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/);
  expect(text).toContain("\\u{1b}");
});

test("a frame of a very long line shows the part that matters", () => {
  const long = new SourceMap();
  long.add(new SourceFile("long.json", `${"x".repeat(100000)}BAD${"y".repeat(100000)}`));
  const text = prettyDiagnostic(
    { ...error, span: { file: "long.json", start: 100000, end: 100003 } },
    long,
    plain,
  );
  expect(text.length).toBeLessThan(500);
  const [, line, marks] = text.split("\n") as [string, string, string];
  expect(line.slice(marks.indexOf("^"), marks.indexOf("^") + 3)).toBe("BAD");
});

test("a place of many lines shows its first ones", () => {
  const text = prettyDiagnostic(
    { ...error, span: { file: "dir/a file.yaml", start: 0, end: 28 } },
    sources,
    plain,
  );
  expect(text.split("\n").slice(1)).toEqual([
    "   1 | first: 1",
    "     | ^^^^^^^^ not a CIDR",
    "   2 | second: 22",
    "   3 | third: 3",
  ]);
});

test("a file that is not known, or none, still has its message", () => {
  const text = prettyDiagnostic({ ...error, span: { file: "gone.yaml", start: 0, end: 0 } }, sources, plain);
  expect(text).toBe("gone.yaml  invalid-cidr  error\n  not a CIDR");
});

test("JSON has the documented fields, and positions of start and end", () => {
  expect(JSON.parse(formatJson([finding, error], sources, 1))).toEqual({
    version: 1,
    diagnostics: [
      {
        rule: "shadowed-rule",
        severity: "warning",
        message: "never decides",
        file: "dir/a file.yaml",
        start: { line: 2, column: 9, offset: 17 },
        end: { line: 2, column: 11, offset: 19 },
        notes: [
          {
            message: "covered by",
            file: "dir/a file.yaml",
            start: { line: 1, column: 1, offset: 0 },
            end: { line: 1, column: 9, offset: 8 },
          },
          { message: "no place" },
        ],
        help: "remove it",
        world: "every-cluster",
      },
      {
        rule: "invalid-cidr",
        severity: "error",
        message: "not a CIDR",
        file: "dir/a file.yaml",
        start: { line: 3, column: 1, offset: 20 },
        end: { line: 3, column: 6, offset: 25 },
        notes: [],
      },
    ],
    summary: { files: 1, errors: 1, warnings: 1 },
  });
});

test("JSON keeps a hostile name, escaped", () => {
  const message = "\u001b[2J \u009b \u202e \u{e0001}";
  const text = formatJson([{ ...error, message }], sources, 1);
  expect(text).toMatch(/^[\n\x20-\x7e]*$/);
  expect((JSON.parse(text) as { diagnostics: { message: string }[] }).diagnostics[0]!.message).toBe(message);
});

interface Sarif {
  readonly version: string;
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly locations: readonly {
        readonly physicalLocation: {
          readonly artifactLocation: { readonly uri: string };
          readonly region: object;
        };
      }[];
      readonly relatedLocations: readonly { readonly message: { readonly text: string } }[];
      readonly partialFingerprints: Readonly<Record<string, string>>;
    }[];
  }[];
}

function sarif(diagnostics: readonly Diagnostic[], of: SourceMap = sources): Sarif["runs"][number] {
  const document = JSON.parse(formatSarif(diagnostics, of, RULES, "1.2.3")) as Sarif;
  expect(document.version).toBe("2.1.0");
  return document.runs[0]!;
}

test("SARIF names the rule of each result by its index, also for codes that are no lint rule", () => {
  const { tool, results } = sarif([finding, error]);
  for (const { ruleId, ruleIndex } of results) expect(tool.driver.rules[ruleIndex]!.id).toBe(ruleId);
  expect(results.map(({ level }) => level)).toEqual(["warning", "error"]);
});

test("SARIF has the place as a URI and a region, and the other place as related", () => {
  const [result] = sarif([finding]).results;
  expect(result!.locations).toEqual([
    {
      physicalLocation: {
        artifactLocation: { uri: "dir/a%20file.yaml" },
        region: { startLine: 2, startColumn: 9, endLine: 2, endColumn: 11, charOffset: 17, charLength: 2 },
      },
    },
  ]);
  expect(result!.relatedLocations.map(({ message }) => message.text)).toEqual(["covered by"]);
});

test("a SARIF fingerprint stays when the finding only moves, and two of one text differ", () => {
  const moved = new SourceMap();
  moved.add(new SourceFile("dir/a file.yaml", `# a line more\n${TEXT}`));
  const later = { ...finding, span: { file: "dir/a file.yaml", start: 31, end: 33 } };
  const print = (run: Sarif["runs"][number]) =>
    run.results.map((result) => result.partialFingerprints["polcFinding/v1"]);
  expect(print(sarif([later], moved))).toEqual(print(sarif([finding])));
  const [first, second] = print(sarif([finding, finding]));
  expect(first).not.toBe(second);
});

test("concise is a line a finding, as compilers write them", () => {
  expect(formatConcise([finding, error], sources))
    .toBe(`dir/a file.yaml:2:9: warning shadowed-rule: never decides
dir/a file.yaml:3:1: error invalid-cidr: not a CIDR`);
});

test("GitHub gets workflow commands, with what separates them escaped", () => {
  const text = formatGithub([{ ...finding, message: "50% of it: a,b\n::error::x" }], sources);
  expect(text).toBe(
    "::warning file=dir/a file.yaml,line=2,endLine=2,col=9,endColumn=11,title=shadowed-rule::" +
      "50%25 of it: a,b\\u{a}::error::x%0Ahelp: remove it",
  );
});

test("GitLab gets a code quality report with fingerprints", () => {
  const [first, second] = JSON.parse(formatGitlab([finding, error], sources)) as Record<string, unknown>[];
  expect(first).toMatchObject({
    description: "never decides",
    check_name: "shadowed-rule",
    severity: "minor",
    location: { path: "dir/a file.yaml", lines: { begin: 2, end: 2 } },
  });
  expect(second!["severity"]).toBe("major");
  expect(first!["fingerprint"]).not.toBe(second!["fingerprint"]);
});

test("JUnit has a failed case a finding, and no text of a file is markup or a control character", () => {
  const text = formatJunit([{ ...error, message: 'a <b> & "c" \u0001' }], sources);
  expect(text).toContain('<testsuite name="dir/a file.yaml" tests="1" failures="1" errors="0">');
  expect(text).toContain('message="a &lt;b&gt; &amp; &quot;c&quot; \\u{1}"');
  expect(formatJunit([], sources)).toContain('<testcase name="no findings" classname="dir/a file.yaml"/>');
});
