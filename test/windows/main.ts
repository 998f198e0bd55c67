/** `npm run test:windows`: the analysing commands on Windows answer as they do here. */
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { packageRoot } from "../../src/source/package_root.js";
import { Tally } from "../systems/tally.js";
import { writeProjects } from "./projects.js";
import { unable, Windows } from "./wine.js";
import type { Result } from "./wine.js";

const MAIN = "src/cli/main.js";
const tally = new Tally();

function testAll(windows: Windows): void {
  try {
    writeProjects(windows);
    for (const [folder, ...args] of SAME) same(windows, join(windows.d, folder!), args);
    writesTheSame(windows, "convert", ["convert", "online-boutique", "--out", "out"]);
    writesTheSame(windows, "convert", ["convert", "online-boutique-ts", "--to", "yaml", "--out", "out"]);
    writesTheSame(windows, "fix", ["lint", "--fix", "fix"]);
    for (const [what, folder, args, holds] of own(windows))
      check(what, windows.node(folder, MAIN, args), holds);
    editor(windows);
  } finally {
    windows.remove();
  }
}

/** A folder of D:, and a command that answers there byte for byte as here. */
const SAME: readonly (readonly string[])[] = [
  ["examples", "lint", "--preset", "all", "--format", "json", "online-boutique"],
  ["examples", "lint", "--preset", "all", "--format", "sarif", "default-deny"],
  ["examples", "lint", "--format", "gitlab", "guardrails-ts"],
  ["examples", "lint", "--format", "concise", "../t"],
  [".", "lint", "--format", "github", "t"],
  [".", "lint", "--format", "json", "crlf"],
  [".", "lint", "t/**/*.yaml"],
  [".", "lint", "types"],
  ["configured", "lint", "--format", "concise"],
  ["examples", "test", "online-boutique-ts", "--format", "json"],
  ["examples", "test", "guardrails-ts"],
  ["examples", "explain", "--from", "boutique/frontend", "--to", "boutique/cartservice", "online-boutique"],
  ["examples", "convert", "online-boutique-ts", "--to", "yaml"],
  [".", "diff", "t", "other"],
  [".", "diff", "crlf", "examples/online-boutique", "--format", "json"],
  [".", "rules", "redundant-rule"],
];

function here(folder: string, args: readonly string[]): Result {
  const command = [join(packageRoot(), "dist", MAIN), ...args];
  return spawnSync(process.execPath, command, {
    cwd: folder,
    encoding: "utf8",
    stdio: ["ignore", "pipe", "pipe"],
  });
}

/** Paths outside the working folder are absolute, and so differ by where the drive is. */
function without({ status, stdout, stderr }: Result, roots: readonly string[]): Result {
  const bare = (text: string) => roots.reduce((left, root) => left.replaceAll(root, "/D"), text);
  return { status, stdout: bare(stdout), stderr: bare(stderr) };
}

function same(windows: Windows, folder: string, args: readonly string[]): void {
  const what = `polc ${args.join(" ")}`;
  const expected = without(here(folder, args), [windows.d]);
  const result = without(windows.node(folder, MAIN, args), ["D:"]);
  const different = (["status", "stdout", "stderr"] as const).filter((key) => result[key] !== expected[key]);
  const more = different.map((key) => `${key}: ${JSON.stringify(result[key])?.slice(0, 300)}`);
  if (different.length === 0) tally.report(what, "passed");
  else tally.report(what, "failed", `not as here: ${more.join(", ")}`);
}

/** The files that a command writes, in two copies of the examples. */
function writesTheSame(windows: Windows, name: string, args: readonly string[]): void {
  const what = `polc ${args.join(" ")}, and what it writes`;
  const made = (["here", "there"] as const).map((side) => {
    const folder = join(windows.d, `${name}-${args[1]}-${side}`);
    cpSync(join(windows.d, "examples"), folder, { recursive: true });
    const { status, stderr } = side === "here" ? here(folder, args) : windows.node(folder, MAIN, args);
    return { status, stderr: stderr.replaceAll("\\", "/"), files: filesOf(folder) };
  });
  if (isDeepStrictEqual(made[0], made[1])) tally.report(what, "passed");
  else tally.report(what, "failed", JSON.stringify(made[1]).slice(0, 300));
}

function filesOf(folder: string): Readonly<Record<string, string>> {
  const names = readdirSync(folder, { recursive: true, encoding: "utf8" }).sort();
  const files = names.filter((name) => /\.(?:yaml|ts)$/.test(name));
  return Object.fromEntries(files.map((name) => [name, readFileSync(join(folder, name), "utf8")]));
}

/** What only Windows has: its paths. */
function own({
  d,
  e,
}: Windows): readonly (readonly [string, string, readonly string[], readonly string[]])[] {
  const concise = ["--format", "concise"];
  const found = "warning redundant-rule";
  return [
    [
      "a path outside the working folder",
      join(d, "examples"),
      ["lint", "..\\t", ...concise],
      [`D:/t/a.yaml:8:7: ${found}`],
    ],
    ["a pattern with backslashes", d, ["lint", "t\\*.yaml", ...concise], [`t/a.yaml:8:7: ${found}`]],
    [
      "a pattern on another drive",
      d,
      ["lint", "E:\\far\\*.yaml", ...concise],
      [`E:/far/a b.yaml:8:7: ${found}`],
    ],
    [
      "a folder on another drive",
      d,
      ["lint", "E:\\far", "t", ...concise],
      [`E:/far/a b.yaml:8:7: ${found}`, `t/a.yaml:8:7: ${found}`],
    ],
    [
      "SARIF of another drive",
      d,
      ["lint", "E:\\far", "--format", "sarif"],
      ['"uri": "file:///E:/far/a%20b.yaml"'],
    ],
    [
      "a pattern of the configuration is of its own drive",
      join(d, "configured"),
      ["lint", "E:\\far", ...concise],
      [`E:/far/old/c.yaml:8:7: ${found}`],
    ],
    [
      "policies in TypeScript on another drive",
      e,
      ["lint", "D:\\types", ...concise],
      ["D:/types/misspelt.policy.ts:3:83: error TS2551", "D:/types/mistyped.policy.ts:3:7: error TS2322"],
    ],
    ["the difference between two drives", d, ["diff", "t", "E:\\far"], ["opened"]],
    ["changed files without git", d, ["lint", "--changed"], ["git is not installed"]],
    [
      "a revision without git",
      d,
      ["diff", "main"],
      ["main is not a file, folder or bundle here, and git is not"],
    ],
    [
      "a kustomization that needs kustomize, without it",
      join(d, "renamed"),
      ["convert", "--to", "ts"],
      ["unrendered-kustomization", "neither kustomize nor kubectl is installed"],
    ],
  ];
}

function check(what: string, { status, stdout, stderr }: Result, holds: readonly string[]): void {
  const missing = holds.filter((text) => !`${stdout}${stderr}`.includes(text));
  if (status !== null && missing.length === 0) tally.report(what, "passed");
  else tally.report(what, "failed", JSON.stringify({ status, stdout, stderr }).slice(0, 600));
}

function editor(windows: Windows): void {
  const what = "an editor gets findings for the document as it names it";
  const uri = "file:///d%3A/t/a.yaml";
  const { status, stdout, stderr } = windows.node(windows.d, "test/windows/editor.js", [
    "file:///d%3A/t",
    uri,
  ]);
  const published = stdout
    .split("\n")
    .flatMap((line) => (line === "" ? [] : [JSON.parse(line) as Published]));
  const rules = published
    .filter((each) => each.uri === uri)
    .at(-1)
    ?.diagnostics.map(({ code }) => code);
  if (isDeepStrictEqual(rules, ["redundant-rule"])) tally.report(what, "passed");
  else tally.report(what, "failed", JSON.stringify({ status, stdout, stderr }).slice(0, 600));
}

interface Published {
  readonly uri: string;
  readonly diagnostics: readonly { readonly code: string }[];
}

const reason = unable();
if (reason === undefined) testAll(new Windows());
else tally.report("windows", "skipped", reason);
tally.end();
