import { execFileSync } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { Readable } from "node:stream";
import { afterAll, afterEach, beforeAll, expect, test, vi } from "vitest";
import * as lint from "../../src/cli/lint/lint.js";
import * as rules from "../../src/cli/rules/rules.js";
import { RULES } from "../../rules/registry.js";
import { runCommand } from "./run_command.js";

let folder: string;
const path = (name: string) => join(folder, name);

const CLEAN = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: deny, namespace: shop }
spec: { podSelector: {} }
`;
const WARNING = CLEAN.replace("podSelector: {}", "podSelector: {}, ingress: [{}, {}]");
const ERROR = CLEAN.replace(
  "podSelector: {}",
  'podSelector: {}, ingress: [{ from: [{ ipBlock: { cidr: "10.0.0.0/99" } }] }]',
);

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), "polc-lint-command-"));
  const files = { "clean.yaml": CLEAN, "warning.yaml": WARNING, "error.yaml": ERROR, "notes.txt": "nothing" };
  for (const [name, text] of Object.entries(files)) writeFileSync(path(name), text);
});

afterAll(() => rmSync(folder, { recursive: true, force: true }));
afterEach(() => vi.restoreAllMocks());

const ALLOW_API = `apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: api, namespace: shop }
spec:
  podSelector: { matchLabels: { app: api } }
  ingress: [{ from: [{ podSelector: { matchLabels: { app: web } } }] }]
`;

let inside = 0;

/** Makes a folder with these files the working directory until the end of the test. */
function inFolder(files: Readonly<Record<string, string>>): void {
  const made = join(realpathSync(folder), `inside-${inside++}`);
  mkdirSync(join(made, ".git"), { recursive: true });
  vi.spyOn(process, "cwd").mockReturnValue(made);
  write(files);
}

function write(files: Readonly<Record<string, string>>): void {
  for (const [name, text] of Object.entries(files)) {
    const target = join(process.cwd(), name);
    mkdirSync(dirname(target), { recursive: true });
    writeFileSync(target, text);
  }
}

/** The same in a repository. @returns runs git there */
function inRepository(files: Readonly<Record<string, string>>): (...args: readonly string[]) => void {
  inFolder(files);
  const own = ["-c", "user.name=a", "-c", "user.email=a@example.com"];
  const git = (...args: readonly string[]) =>
    void execFileSync("git", [...own, ...args], { cwd: process.cwd(), stdio: "pipe" });
  git("init", "-q");
  return git;
}

function stdin(text: string): void {
  vi.spyOn(process, "stdin", "get").mockReturnValue(Readable.from([text]) as unknown as typeof process.stdin);
}

test("clean files: exit 0 and the counts", async () => {
  const ran = await runCommand(lint, path("clean.yaml"));
  expect(ran).toEqual({ code: 0, stdout: "0 errors, 0 warnings in 1 file\n", stderr: "" });
});

test("a warning is a finding: exit 1", async () => {
  const ran = await runCommand(lint, path("warning.yaml"));
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain("redundant-rule");
  expect(ran.stdout).toMatch(/0 errors, 1 warning in 1 file\n$/);
});

test("a parse error is a finding, and the rules still run on the other files", async () => {
  const ran = await runCommand(lint, path("error.yaml"), path("warning.yaml"));
  expect(ran.code).toBe(1);
  expect(ran.stdout).toMatch(/1 error, 1 warning in 2 files\n$/);
});

test("a format never changes the exit code", async () => {
  for (const [name, code] of [
    ["clean.yaml", 0],
    ["warning.yaml", 1],
    ["error.yaml", 1],
  ] as const)
    for (const format of ["pretty", "json", "sarif"])
      expect((await runCommand(lint, path(name), "--format", format)).code).toBe(code);
});

test("JSON and SARIF are the whole of the output", async () => {
  const json = JSON.parse((await runCommand(lint, path("warning.yaml"), "--format", "json")).stdout) as {
    summary: object;
  };
  expect(json.summary).toEqual({ files: 1, errors: 0, warnings: 1 });
  const sarif = JSON.parse((await runCommand(lint, path("warning.yaml"), "-f", "sarif")).stdout) as {
    runs: unknown[];
  };
  expect(sarif.runs).toHaveLength(1);
});

test("--max-warnings lets that many pass, but no error", async () => {
  expect((await runCommand(lint, path("warning.yaml"), "--max-warnings", "1")).code).toBe(0);
  expect((await runCommand(lint, path("error.yaml"), "--max-warnings", "9")).code).toBe(1);
});

test("--quiet leaves errors only, and says nothing of clean files", async () => {
  expect(await runCommand(lint, path("warning.yaml"), "--quiet")).toEqual({
    code: 0,
    stdout: "",
    stderr: "",
  });
  expect((await runCommand(lint, path("error.yaml"), path("warning.yaml"), "--quiet")).stdout).toMatch(
    /1 error, 0 warnings in 2 files\n$/,
  );
});

test("usage errors and missing files: exit 2, said on standard error", async () => {
  for (const args of [
    ["--format", "xml"],
    ["--max-warnings", "few"],
    ["--no-such-option"],
    [path("missing")],
  ]) {
    const ran = await runCommand(lint, ...args);
    expect(ran.code).toBe(2);
    expect(ran.stdout).toBe("");
    expect(ran.stderr).not.toBe("");
  }
});

test("usage of git, of a configuration or of levels that cannot be answered: exit 2 and why", async () => {
  for (const [args, why] of [
    [["--rule", "redundant-rul"], "did you mean redundant-rule?"],
    [["--rule", "redundant-rule=loud"], "Use one of off, warning, error."],
    [["--config", path("none.yaml")], "this configuration does not exist"],
    [["--max-warnings", "1", "--error-on-warnings"], "cannot be used with"],
    [[path("*.yml")], "matches no file"],
  ] as const) {
    const ran = await runCommand(lint, path("clean.yaml"), ...args);
    expect([ran.code, ran.stdout]).toEqual(why === "matches no file" ? [1, expect.anything()] : [2, ""]);
    expect(ran.stderr + ran.stdout).toContain(why);
  }
});

test("--rule and --preset set levels", async () => {
  const off = await runCommand(lint, path("warning.yaml"), "--rule", "redundant-rule=off");
  expect(off).toMatchObject({ code: 0, stdout: "0 errors, 0 warnings in 1 file\n" });
  const error = await runCommand(lint, path("warning.yaml"), "--rule", "redundant-rule=error");
  expect(error.stdout).toMatch(/1 error, 0 warnings in 1 file\n$/);
  const opened = await runCommand(lint, path("warning.yaml"), "--rule", "allow-any-peer", "-f", "concise");
  expect(opened.stdout).toContain("warning allow-any-peer");
  expect((await runCommand(lint, path("warning.yaml"), "--preset", "all", "-f", "concise")).stdout).toContain(
    "warning allow-any-peer",
  );
});

test("--output-file makes its folders, and standard output is empty", async () => {
  const ran = await runCommand(lint, path("warning.yaml"), "-f", "json", "-o", path("out/deep/found.json"));
  expect(ran).toEqual({ code: 1, stdout: "", stderr: "" });
  expect(JSON.parse(readFileSync(path("out/deep/found.json"), "utf8"))).toMatchObject({ version: 1 });
  const failed = await runCommand(lint, path("warning.yaml"), "-o", path("clean.yaml/x"));
  expect([failed.code, failed.stdout]).toEqual([2, ""]);
  expect(failed.stderr).toContain("cannot be written");
});

test("--timing says what took how long, on standard error", async () => {
  const ran = await runCommand(lint, path("warning.yaml"), "--timing");
  expect(ran.stderr).toMatch(/^ +\d+\.\d ms {2}reading files$/m);
  expect(ran.stderr).toMatch(/^ +\d+\.\d ms {2}redundant-rule$/m);
  expect(ran.stderr).toMatch(/ms {2}total\n$/);
});

test("the pretty report names skipped templates", async () => {
  inFolder({ "c/Chart.yaml": "apiVersion: v2\nname: c\n", "c/templates/x.yaml": "{{ x }}", "a.yaml": CLEAN });
  const hint = "skipped 1 template; render and pipe them in, for example: helm template CHART | polc lint -";
  expect((await runCommand(lint)).stdout).toBe(`0 errors, 0 warnings in 1 file\n${hint}\n`);
  const alone = await runCommand(lint, "c");
  expect(alone).toEqual({ code: 2, stdout: "", stderr: `polc lint: no policy files in c\n  ${hint}\n` });
});

test("objects with Flux placeholders in their names are templates, which are skipped without an error", async () => {
  inFolder({ "a.yaml": CLEAN.replace("shop", '"${NAMESPACE}"'), "b.yaml": CLEAN });
  const hint = "skipped 1 template; render and pipe them in, for example: envsubst < a.yaml | polc lint -";
  expect((await runCommand(lint)).stdout).toBe(`0 errors, 0 warnings in 2 files\n${hint}\n`);
});

test("an object of an OpenShift Template with parameters is skipped with the command that renders it", async () => {
  const object = CLEAN.replace("shop", '"${NAMESPACE}"')
    .replaceAll(/^(?=.)/gm, "  ")
    .replace("  ", "- ");
  inFolder({ "t.yaml": `apiVersion: template.openshift.io/v1\nkind: Template\nobjects:\n${object}` });
  expect((await runCommand(lint)).stdout).toContain(
    "skipped 1 template; render and pipe them in, for example: oc process --local -f t.yaml -o yaml | polc lint -\n",
  );
});

test("what a configuration ignores is not linted, even when it is named, and that is no error", async () => {
  inFolder({ "polc.config.yaml": "ignore: [vendor]\n", "vendor/w.yaml": WARNING, "a.yaml": CLEAN });
  const nothing = { code: 0, stdout: "0 errors, 0 warnings in 0 files\n", stderr: "" };
  expect(await runCommand(lint, "vendor/w.yaml", "polc.config.yaml")).toEqual(nothing);
  expect((await runCommand(lint)).stdout).toBe("0 errors, 0 warnings in 1 file\n");
});

test("standard input stands in place of the file that --stdin-filename names", async () => {
  inFolder({ "a.yaml": CLEAN });
  stdin(WARNING);
  const ran = await runCommand(lint, ".", "--stdin-filename", "a.yaml", "-f", "concise");
  expect(ran.stdout).toMatch(/^a\.yaml:\d+:\d+: warning redundant-rule: .*\n$/);
});

test("--staged: the index is linted, with all of it for context, and findings of other files are not shown", async () => {
  const git = inRepository({ "old.yaml": WARNING.replace("shop", "other"), "shop.yaml": ALLOW_API });
  git("add", ".");
  git("commit", "-qm", "first");
  expect((await runCommand(lint, "--staged")).stdout).toBe("0 errors, 0 warnings in 0 files\n");
  // Staged, it repeats what shop.yaml says; in the working tree it no longer does, and there is no shop.yaml.
  write({ "twice.yaml": ALLOW_API.replace("name: api", "name: again") });
  git("add", "twice.yaml");
  write({ "twice.yaml": CLEAN, "untracked.yaml": WARNING });
  rmSync(join(process.cwd(), "shop.yaml"));
  const ran = await runCommand(lint, "--staged", "-f", "concise");
  expect(ran.code).toBe(1);
  expect(ran.stdout).toMatch(/^twice\.yaml:3:\d+: warning redundant-policy: .*shop\/api.*\n$/);
});

test("--changed: files that differ from HEAD, or from where --since parted, and new ones", async () => {
  const git = inRepository({ "a.yaml": WARNING, "b.yaml": WARNING.replace("deny", "b") });
  git("add", ".");
  git("commit", "-qm", "first");
  const files = async (...args: readonly string[]) => {
    const { stdout } = await runCommand(lint, "-f", "json", ...args);
    const { diagnostics } = JSON.parse(stdout) as { diagnostics: { file: string }[] };
    return [...new Set(diagnostics.map(({ file }) => file))];
  };
  expect(await files("--changed")).toEqual([]);
  write({ "a.yaml": `${WARNING}# changed\n`, "c.yaml": WARNING.replace("deny", "c") });
  expect(await files("--changed")).toEqual(["a.yaml", "c.yaml"]);
  git("commit", "-qam", "second");
  expect(await files("--changed")).toEqual(["c.yaml"]);
  expect(await files("--since", "HEAD~1")).toEqual(["a.yaml", "c.yaml"]);
  const unknown = await runCommand(lint, "--since=--version");
  expect([unknown.code, unknown.stderr]).toEqual([2, "polc lint: --version is not a git revision\n"]);
});

test("polc rules lists every rule, and shows the page of one", async () => {
  const listed = JSON.parse((await runCommand(rules, "--format", "json")).stdout) as { name: string }[];
  expect(listed.map(({ name }) => name)).toEqual(RULES.map(({ name }) => name));
  const table = (await runCommand(rules)).stdout.split("\n");
  expect(table.find((line) => line.startsWith("redundant-rule "))).toMatch(
    /recommended +warning +any cluster/,
  );
  const page = (await runCommand(rules, "redundant-rule")).stdout;
  expect(page).toMatch(/^redundant-rule\n/);
  expect(page).not.toContain("```");
  expect(await runCommand(rules, "redundant-rul")).toEqual({
    code: 2,
    stdout: "",
    stderr: "polc rules: unknown rule redundant-rul\n  help: did you mean redundant-rule?\n",
  });
});

test("a repository that also holds policies of other APIs passes, in strict presets too", async () => {
  inFolder({
    "a.yaml": CLEAN,
    "antrea.yaml": `apiVersion: crd.antrea.io/v1beta1
kind: NetworkPolicy
metadata: { name: strict, namespace: shop }
spec: { priority: 5, tier: securityops, appliedTo: [{ podSelector: {} }] }
`,
  });
  const strict = await runCommand(lint, "--preset", "strict", "--max-warnings", "0", ".");
  expect(strict.code).toBe(0);
  expect(strict.stdout).toContain("antrea.yaml:1:13  unread-policy  note\n  NetworkPolicy shop/strict of");
  expect(strict.stdout).toContain("0 errors, 0 warnings, 1 note in 2 files");
  expect((await runCommand(lint, "--quiet", ".")).stdout).toBe("");
});
