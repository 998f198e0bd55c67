import { expect, test } from "vitest";
import { inEnvironments } from "../../bench/lint/environments.js";
import type { Repo } from "../../bench/lint/repo.js";
import { generateRepo } from "../../bench/lint/repo.js";
import { lintFiles } from "./lint_files.js";

const RULES_PLANTED = [
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
  "port-contained-in-sibling",
  "redundant-policy",
  "redundant-rule",
  "redundant-tier-rule",
  "service-port",
  "shadowed-rule",
  "split-rule",
  "unknown-named-port",
  "unlabelled-namespace",
  "unreachable-rule",
];

/** As `file:line rule`. */
async function foundIn(repo: Repo): Promise<readonly string[]> {
  const { diagnostics, project } = await lintFiles(Object.fromEntries(repo.files));
  expect(project.policies).toHaveLength(repo.policies);
  return diagnostics
    .map(({ rule, span: { file, start } }) => {
      return `${file}:${project.sources.get(file)!.position(start).line} ${rule}`;
    })
    .sort();
}

function plantedIn({ planted }: Repo): readonly string[] {
  return planted.map(({ rule, file, line }) => `${file}:${line} ${rule}`).sort();
}

test("in a repository of a thousand policies, what is found is what was planted, at its line, and nothing else", async () => {
  const repo = generateRepo(1000);
  expect([...new Set(repo.planted.map(({ rule }) => rule))].sort()).toEqual(RULES_PLANTED);
  expect(await foundIn(repo)).toEqual(plantedIn(repo));
});

test("folders of two environments with the same names have each its own findings, and none because of the other", async () => {
  const repo = inEnvironments(generateRepo(300));
  expect(await foundIn(repo)).toEqual(plantedIn(repo));
});
