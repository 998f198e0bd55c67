import { expect, test } from "vitest";
import { generateRepo } from "../../bench/lint/repo.js";
import { lintFiles } from "./lint_files.js";

test("in a repository of a thousand policies, what is found is what was planted, at its line, and nothing else", async () => {
  const repo = generateRepo(1000);
  expect([...new Set(repo.planted.map(({ rule }) => rule))].sort()).toEqual([
    "ambiguous-priority",
    "baseline-unreachable",
    "cidr-host-bits",
    "dangling-peer",
    "dangling-subject",
    "dns-blocked",
    "duplicate-policy",
    "empty-match",
    "ineffective-section",
    "named-port-protocol",
    "networks-hits-pods",
    "noncanonical-cidr",
    "or-instead-of-and",
    "overridden-by-admin",
    "peer-contained-in-sibling",
    "redundant-policy",
    "redundant-rule",
    "redundant-tier-rule",
    "shadowed-rule",
    "unknown-named-port",
    "unreachable-rule",
  ]);
  const { diagnostics, project } = await lintFiles(Object.fromEntries(repo.files));
  expect(project.policies).toHaveLength(1000);
  const found = diagnostics.map(({ rule, span: { file, start } }) => {
    return { rule, file, line: project.sources.get(file)!.position(start).line };
  });
  const byText = (list: readonly object[]) => list.map((each) => JSON.stringify(each)).sort();
  expect(byText(found)).toEqual(byText(repo.planted));
});
