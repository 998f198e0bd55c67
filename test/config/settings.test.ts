import { mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { Settings, loadSettings } from "../../src/config/settings.js";
import type { SettingsOptions } from "../../src/config/settings.js";
import { readProject } from "../../src/parser/project.js";
import type { Rule, RuleMeta } from "../../src/lint/rule.js";
import { EMPTY_INVENTORY } from "../../src/ir/inventory.js";
import type { RuleName } from "../../src/source/rule_names.js";
import { SourceMap } from "../../src/source/source_file.js";

/** Rules of no behaviour, by names that say in which preset they are. */
const rule = (name: string, preset: RuleMeta["preset"]): Rule => {
  return { name: name as RuleName, meta: { summary: "", severity: "warning", world: "text", preset } };
};
const RULES = [rule("quiet-rule", "recommended"), rule("strict-rule", "strict"), rule("loud-rule", "all")];

let cwd: string;

beforeEach(() => {
  cwd = realpathSync(mkdtempSync(join(tmpdir(), "polc-config-")));
  mkdirSync(join(cwd, ".git"));
  vi.stubEnv("XDG_CACHE_HOME", join(cwd, "cache"));
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(cwd, { recursive: true, force: true });
});

function write(files: Readonly<Record<string, string>>): void {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(dirname(join(cwd, path)), { recursive: true });
    writeFileSync(join(cwd, path), text);
  }
}

async function settings(options: Partial<SettingsOptions> = {}): Promise<Settings> {
  const loaded = await loadSettings({ cwd, rules: RULES, ...options });
  if (!(loaded instanceof Settings)) throw new Error(JSON.stringify(loaded.diagnostics));
  return loaded;
}

/** What is wrong with a configuration: code, the text at its place, and help. */
async function faults(options: Partial<SettingsOptions> = {}): Promise<unknown[]> {
  const loaded = await loadSettings({ cwd, rules: RULES, ...options });
  if (loaded instanceof Settings) return [];
  return loaded.diagnostics.map(({ rule, span, help }) => [
    rule,
    loaded.sources.get(span.file)?.text.slice(span.start, span.end),
    help,
  ]);
}

const levels = ({ levels }: Settings, file: string) => RULES.map(({ name }) => levels.levelOf(name, file));

test("without a configuration the recommended rules count, as their findings say", async () => {
  expect(levels(await settings(), "a.yaml")).toEqual([undefined, "off", "off"]);
  expect(levels(await settings({ preset: "strict" }), "a.yaml")).toEqual([undefined, undefined, "off"]);
});

test("the nearest configuration counts, up to the repository's folder", async () => {
  write({
    "polc.config.yaml": "rules: { quiet-rule: off }",
    "a/polc.config.json": '{"rules":{"quiet-rule":"error"}}',
    "b/.git/HEAD": "",
  });
  const at = async (folder: string) =>
    (await settings({ cwd: join(cwd, folder) })).levels.levelOf("quiet-rule", "x");
  mkdirSync(join(cwd, "a/deep"));
  mkdirSync(join(cwd, "c"));
  expect([await at("c"), await at("a/deep"), await at("b")]).toEqual(["off", "error", undefined]);
  expect((await settings({ config: false })).levels.levelOf("quiet-rule", "x")).toBeUndefined();
});

test("what is said later prevails: base, own rules, overrides, flags", async () => {
  write({
    "base.yaml": "extends: all\nrules: { quiet-rule: error, strict-rule: error, loud-rule: error }",
    "polc.config.yaml": `
extends: [./base.yaml]
rules:
  strict-rule: warning
overrides:
  - files: ["legacy/**"]
    rules: { quiet-rule: off, loud-rule: off }
  - files: ["*.claims.ts"]
    rules: { quiet-rule: warning }
`,
  });
  const loaded = await settings({ flags: new Map([["loud-rule", "warning"]]) });
  expect(levels(loaded, "a.yaml")).toEqual(["error", "warning", "warning"]);
  expect(levels(loaded, "legacy/a.yaml")).toEqual(["off", "warning", "warning"]);
  expect(levels(loaded, "legacy/x/a.claims.ts")).toEqual(["warning", "warning", "warning"]);
  expect(loaded.describe("legacy/a.yaml")).toEqual({
    file: "legacy/a.yaml",
    config: "polc.config.yaml",
    ignored: false,
    scopes: [],
    rules: {
      "quiet-rule": { level: "off", from: "polc.config.yaml:7" },
      "strict-rule": { level: "warning", from: "polc.config.yaml:4" },
      "loud-rule": { level: "warning", from: "--rule" },
    },
  });
});

test("a rule that is on for some files only runs", async () => {
  write({ "polc.config.yaml": "overrides: [{ files: [prod], rules: { loud-rule: error } }]" });
  const { levels } = await settings();
  expect([levels.levelOf("loud-rule", ""), levels.levelOf("strict-rule", "")]).toEqual(["error", "off"]);
  expect(levels.levelOf("loud-rule", "prod/a.yaml")).toBe("error");
  expect(levels.levelOf("loud-rule", "a.yaml")).toBe("off");
});

test("a preset of the command line stands in place of the configured ones", async () => {
  write({ "polc.config.yaml": "extends: all\nrules: { strict-rule: error }" });
  expect(levels(await settings({ preset: "recommended" }), "a")).toEqual([undefined, "error", "off"]);
});

test("patterns are relative to the folder of the file that has them", async () => {
  write({ "sub/base.yaml": "ignore: [vendor, a/b.yaml]", "polc.config.yaml": "extends: ./sub/base.yaml" });
  const loaded = await settings();
  const ignored = [
    "sub/vendor/x.yaml",
    "sub/x/vendor",
    "sub/a/b.yaml",
    "vendor/x.yaml",
    "sub/a/c.yaml",
    "x/a/b.yaml",
  ];
  expect(ignored.map((path) => loaded.ignores(join(cwd, path)))).toEqual([
    true,
    true,
    true,
    false,
    false,
    false,
  ]);
});

test("configured scopes hold their files; the others are told by the files", async () => {
  write({
    "polc.config.yaml":
      "scopes:\n  - { name: east, files: [base, east] }\n  - { name: west, files: [base, west] }\n",
  });
  const scopes = (await settings()).scopes({
    policies: [],
    kustomizations: [],
    inventory: EMPTY_INVENTORY,
    sources: new SourceMap(),
  });
  const holding = (file: string) => scopes.of(file).map(({ name }) => name);
  expect(holding("east/a.yaml")).toEqual(["east"]);
  expect(holding("base/a.yaml")).toEqual(["east", "west"]);
  expect(holding("other/a.yaml")).toEqual([""]);
});

test.each([
  ["rules: { quiet-rul: off }", "unknown-rule", "quiet-rul", "did you mean `quiet-rule`?"],
  ["rules: { quiet-rule: warn }", "invalid-level", "warn", "did you mean `warning`?"],
  ["rules: { quiet-rule: 2 }", "invalid-level", "2", "write off, warning, error"],
  ["rule: {}", "unknown-field", "rule", "did you mean `rules`?"],
  ["extends: strikt", "unknown-preset", "strikt", "did you mean `strict`?"],
  ["extends: ./none.yaml", "unreadable-config", "./none.yaml", "write a path relative to this file"],
  ["extends: ./polc.config.yaml", "circular-extends", "./polc.config.yaml", "remove one of the two"],
  [
    "ignore: ['!a']",
    "invalid-pattern",
    "'!a'",
    "patterns are relative to this file's folder, such as `policies/**`",
  ],
  ["overrides: [{ files: [], rules: {} }]", "invalid-pattern", "[]", "list files, such as `policies/**`"],
  ["overrides: [{ files: [a] }]", "missing-field", "{ files: [a] }", "add `rules`"],
  ["[a]", "wrong-type", "[a]", "write `rules:`, then a level for each rule"],
])("%s is refused, at its place", async (text, code, place, help) => {
  write({ "polc.config.yaml": text });
  expect(await faults()).toEqual([[code, place, help]]);
});

test("a configuration that says nothing is one", async () => {
  write({ "polc.config.yaml": "# nothing yet\nrules:\n  # quiet-rule: off\n" });
  expect(await faults()).toEqual([]);
});

test("two configurations in one folder, or none where one is named, are refused", async () => {
  expect(await faults({ config: "none.yaml" })).toEqual([["unreadable-file", undefined, "check the path"]]);
  write({ "polc.config.yaml": "", "polc.config.json": "{}" });
  expect(await faults()).toEqual([
    ["several-configs", undefined, "keep one of them, or choose one with --config FILE"],
  ]);
});

test("nothing outside of the repository is extended, not by a link either", async () => {
  const outside = mkdtempSync(join(tmpdir(), "polc-outside-"));
  try {
    writeFileSync(join(outside, "secret.yaml"), "token: secret\n");
    symlinkSync(join(outside, "secret.yaml"), join(cwd, "link.yaml"));
    write({ "polc.config.json": JSON.stringify({ extends: [join(outside, "secret.yaml"), "./link.yaml"] }) });
    expect((await faults()).map((fault) => (fault as string[])[0])).toEqual([
      "unreadable-config",
      "unreadable-config",
    ]);
  } finally {
    rmSync(outside, { recursive: true, force: true });
  }
});

test("a configuration in TypeScript is checked as the same in YAML, and runs in the sandbox", async () => {
  const config = (body: string) =>
    `import { defineConfig } from "polc";\nexport default defineConfig(${body});\n`;
  write({ "polc.config.ts": config('{ rules: { "quiet-rule": "error" }, ignore: ["vendor"] }') });
  const loaded = await settings();
  expect(loaded.levels.levelOf("quiet-rule", "a.yaml")).toBe("error");
  expect(loaded.ignores(join(cwd, "vendor/a.yaml"))).toBe(true);
  write({ "polc.config.ts": config('{ rules: { "quiet-rul": "error" } }') });
  expect(await faults()).toEqual([["unknown-rule", '"quiet-rul": "error"', "did you mean `quiet-rule`?"]]);
  write({ "polc.config.ts": 'import "node:fs";\nexport default {};\n' });
  const refused = 'import only from "polc" and from files of the project by relative paths';
  expect(await faults()).toEqual([["forbidden-import", '"node:fs"', refused]]);
  write({ "a.policy.ts": config("{}") });
  const { diagnostics } = await readProject(["a.policy.ts"], { cwd });
  expect(diagnostics.map(({ rule }) => rule)).toEqual(["misplaced-config"]);
});
