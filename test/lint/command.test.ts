import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import * as lint from "../../src/cli/lint.js";
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
