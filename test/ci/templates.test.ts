/** What users copy into their pipelines: valid by the published schemas, and with scripts that a shell can read. */
import { spawnSync } from "node:child_process";
import { cpSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { validateAction, validateWorkflow } from "@action-validator/core";
import { load } from "js-yaml";
import { expect, test } from "vitest";
import { folder } from "../bundle/building.js";

const ACTION = readFileSync("ci/github/action.yml", "utf8");
const WORKFLOW = readFileSync("ci/github/example_workflow.yml", "utf8");

test("the GitHub Action is valid", () => {
  expect(validateAction(ACTION).errors).toEqual([]);
});

test("the example workflow is valid, and gives no input that the action does not have", () => {
  expect(validateWorkflow(WORKFLOW).errors).toEqual([]);
  const { inputs } = load(ACTION) as { inputs: object };
  const { jobs } = load(WORKFLOW) as { jobs: Record<string, { steps: { uses?: string; with?: object }[] }> };
  const given = Object.values(jobs)
    .flatMap(({ steps }) => steps)
    .filter(({ uses }) => uses?.startsWith("polc/"))
    .flatMap((step) => Object.keys(step.with ?? {}));
  expect(given.length).toBeGreaterThan(0);
  expect(given.filter((name) => !(name in inputs))).toEqual([]);
});

test("the validator finds what is wrong", () => {
  expect(validateAction(ACTION.replace("using: composite", "using: nothing")).errors).not.toEqual([]);
});

test("no script of the action has an expression in it: inputs come as environment variables", () => {
  const { runs } = load(ACTION) as { runs: { steps: { run?: string }[] } };
  const scripts = runs.steps.flatMap(({ run }) => run ?? []);
  expect(scripts.length).toBeGreaterThan(5);
  for (const script of scripts) {
    expect(script).not.toContain("${{");
    expect(spawnSync("bash", ["-n"], { input: script, encoding: "utf8" })).toMatchObject({
      status: 0,
      stderr: "",
    });
  }
});

test("the GitLab template is valid, and has the jobs that the docs name", () => {
  const dir = folder();
  cpSync("ci/gitlab/polc.gitlab-ci.yml", join(dir, "polc.yml"));
  writeFileSync(join(dir, ".gitlab-ci.yml"), "include: [{ local: polc.yml, inputs: { paths: policies } }]\n");
  for (const args of [
    ["init", "-q", "-b", "main"],
    ["add", "."],
    ["-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "a"],
    ["remote", "add", "origin", "git@gitlab.com:a/b.git"],
  ])
    spawnSync("git", args, { cwd: dir });
  const main = resolve(
    createRequire(import.meta.url).resolve("gitlab-ci-local/package.json"),
    "../src/index.js",
  );
  const run = (...args: readonly string[]) =>
    spawnSync(process.execPath, [main, ...args], {
      cwd: dir,
      encoding: "utf8",
      env: { ...process.env, HOME: dir },
    });
  const { status, stdout, stderr } = run("--list-csv-all");
  expect([status, stderr]).toEqual([0, expect.not.stringContaining("invalid")]);
  const names = stdout
    .split("\n")
    .slice(1)
    .flatMap((line) => line.split(";")[0] ?? [])
    .filter((name) => name.startsWith("polc"));
  expect(names.sort()).toEqual([
    "polc build",
    "polc deploy",
    "polc diff",
    "polc lint",
    "polc plan",
    "polc verify",
  ]);
});
