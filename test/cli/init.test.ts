import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import * as init from "../../src/cli/init/init.js";
import { initialFiles } from "../../src/cli/init/files.js";
import { lintFiles } from "../lint/lint_files.js";
import { runCommand } from "./run_command.js";

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "polc-init-"));
});
afterEach(() => rmSync(folder, { recursive: true }));

test("without a terminal it asks nothing, and never changes a file that is there", async () => {
  writeFileSync(join(folder, ".pre-commit-config.yaml"), "mine\n");
  const { code, stdout } = await runCommand(init, folder, "--namespace", "shop");
  expect(code).toBe(0);
  expect(stdout.replaceAll(`${folder}/`, "")).toBe(`wrote  polc.config.yaml
wrote  policies/shop.yaml
kept   .pre-commit-config.yaml
wrote  .github/workflows/polc.yml

Next: npx polc lint, pre-commit install
`);
  expect(readFileSync(join(folder, ".pre-commit-config.yaml"), "utf8")).toBe("mine\n");
});

test.each(["yaml", "typescript"] as const)("what it writes in %s is clean", async (language) => {
  const files = initialFiles({ language, namespace: "shop", hook: "lefthook", ci: "gitlab" });
  const { diagnostics, project } = await lintFiles(
    Object.fromEntries(files.map(({ path, text }) => [path, text])),
  );
  expect(diagnostics).toEqual([]);
  expect(project.policies.length).toBeGreaterThan(0);
});

test("a namespace that cannot be one is refused", async () => {
  expect((await runCommand(init, folder, "--namespace", 'x"; evil')).code).toBe(2);
});
