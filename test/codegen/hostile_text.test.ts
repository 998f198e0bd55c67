/** File names and labels may hold anything: in generated C they are comments and nothing else. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, test } from "vitest";
import { compile, findCompiler } from "../../src/bundle/compiler.js";
import { comment, trailingComment } from "../../src/codegen/comment.js";
import type { GeneratedC } from "../../src/codegen/generate.js";
import { generateSet } from "../../src/codegen/generate.js";
import { policySets } from "../../src/codegen/policy_set.js";
import type { NetworkPolicy, PodMatch } from "../../src/ir/policy.js";
import { codeOf } from "./code_of.js";

const span = { file: "f", start: 0, end: 0 };

/** A policy whose text is all `text`: label key and value, port name, policy name. */
function policyWith(text: string): NetworkPolicy {
  const requirements = [{ key: text, operator: "In" as const, values: [text, `b${text}`], span }];
  const subject: PodMatch = {
    kind: "pods",
    namespaces: { kind: "name", name: "shop", span },
    pods: { requirements, span },
    span,
  };
  const rule = { action: "allow", subject, logged: false, span } as const;
  return {
    kind: "NetworkPolicy",
    tier: "networkpolicy",
    name: text,
    namespace: "shop",
    subject,
    isolates: { ingress: true, egress: true },
    rules: [
      {
        ...rule,
        direction: "ingress",
        peers: [subject],
        ports: [{ kind: "named", protocol: "TCP", name: text, span }],
      },
      { ...rule, direction: "egress" },
      { ...rule, direction: "egress", peers: [subject] },
    ],
    logged: true,
    span,
  };
}

function generate(text: string): GeneratedC {
  const policy = policyWith(text);
  const [set] = policySets([policy]);
  const sources = { where: () => `${text}:1` };
  return generateSet(set!, { sources, file: text, form: "specialised" }).program!;
}

const HOSTILE: readonly (readonly [string, string])[] = [
  ["the end of a comment and an include", '*/ #include "/etc/passwd"'],
  ["the end of a comment on a line of its own", "x\n*/\n#error out\n/*"],
  ["ends of comments in each other", "**//**//*/*/"],
  ["the end of a comment as a trigraph splice", "*??/\n/"],
  ["a trailing backslash", "x\\"],
  ["a trailing backslash and spaces", "x\\  "],
  ["backslashes at every break of a line", "\\ ".repeat(200)],
  ["a trailing trigraph of a backslash", "x??/"],
  ["question marks", "?????/ ????/"],
  ["a carriage return", "x\r*/\r#error out"],
  ["a vertical tab, a form feed and NUL", "x\v\f\0*/ #error out"],
  ["line and paragraph separators", "x\u2028*/\u2029#error out"],
  ["text that is shown backwards", "\u202e/* evil */\u2066"],
  ["a zero-width character in a comment's end", "*\u200b/ *\u00ad/"],
  ["a terminal's escape sequence", "\u001b[2J\u009b31m"],
  ["quotes", '"\'"\\"'],
  ["a lone surrogate", "\ud800*/"],
  ["a very long word", "*/".repeat(5000)],
  ["nothing", ""],
];

test.each(HOSTILE)("%s stays in comments", (_name, text) => {
  const { text: c } = generate(text);
  expect(codeOf(c)).toBe(codeOf(generate("harmless").text));
  expect(c).not.toMatch(/(?![\n\t])[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
  expect(c).not.toContain("??/");
  expect(c).not.toMatch(/\\\s*$/m);
});

test.each(HOSTILE)("%s does not reach the compiler", (_name, text) => {
  expect(generate(text).code).toBe(generate("harmless").code);
});

test("what reaches the compiler is the code of the file for people", () => {
  const { text, code } = generate("harmless");
  expect(codeOf(code)).toBe(codeOf(text));
  expect(code).not.toMatch(/\/\*|\/\/|harmless|shop/);
});

test("all of it at once compiles, without a warning", async () => {
  const compiler = await findCompiler();
  if ("message" in compiler) throw new Error(compiler.message);
  const directory = mkdtempSync(join(tmpdir(), "polc-hostile-"));
  try {
    const everything = HOSTILE.map(([, text]) => text).join(" ");
    const strict = `#pragma clang diagnostic error "-Wcomment"\n#pragma clang diagnostic error "-Wtrigraphs"\n`;
    writeFileSync(join(directory, "set.bpf.c"), strict + generate(everything).text);
    expect(await compile(compiler, directory, "set.bpf.c", "set.bpf.o")).toBeUndefined();
  } finally {
    rmSync(directory, { recursive: true });
  }
});

test("what is changed in a comment can still be read", () => {
  expect(comment("a */ b", "")).toBe("/* a * / b */");
  expect(comment("a /* b", "\t")).toBe("\t/* a / * b */");
  expect(comment("a\nb\\", "")).toBe("/* a\\u{a}b\\. */");
  expect(comment("why??/", "")).toBe("/* why? ?/ */");
  expect(comment(["a", "", "b */"], "")).toBe("/*\n * a\n *\n * b * /\n */");
});

test("a comment at the end of a line is the first candidate that fits, or none", () => {
  expect(trailingComment(["much too long", "short"], 16)).toBe(" /* short */");
  expect(trailingComment(["*/ #error", "short"], 30)).toBe(" /* * / #error */");
  expect(trailingComment(["much too long"], 16)).toBe("");
  expect(trailingComment(["two words"], 12)).toBe("");
});

test("the reader of these tests sees what leaves a comment", () => {
  expect(codeOf("a /* b */ c")).toBe("a c");
  expect(codeOf('a /* b */ #include "/etc/passwd" */')).toBe('a #include "/etc/passwd" */');
  expect(codeOf("a // b \\\nc\nd")).toBe("a d");
  expect(codeOf("a /* b *\\\n/ c")).toBe("a c");
  expect(codeOf("a /* b *??/\n/ c")).toBe("a c");
  expect(codeOf('"/*" b')).toBe('"/*" b');
  expect(() => codeOf("a /* b")).toThrow("a comment does not end");
});
