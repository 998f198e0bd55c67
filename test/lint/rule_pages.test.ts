import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { RULES } from "../../rules/registry.js";
import { RULE_NAMES } from "../../src/source/rule_names.js";
import { lintFiles, RECOMMENDED } from "./lint_files.js";

interface Example {
  readonly kind: "Bad" | "Good";
  readonly file: string;
  readonly text: string;
}

/** The fenced blocks under the headings "Bad" and "Good" of a page. */
function examplesOf(page: string): Example[] {
  return page.split(/^## /m).flatMap((section) => {
    const kind = /^(Bad|Good)\b/.exec(section)?.[1] as Example["kind"] | undefined;
    if (!kind) return [];
    return [...section.matchAll(/^```(yaml|ts)\n(.*?)^```$/gms)].map(([, language, text]) => {
      return { kind, file: language === "ts" ? "example.policy.ts" : "example.yaml", text: text! };
    });
  });
}

test("every folder of rules/ is a rule of its name in the registry, and there are no others", () => {
  const folders = readdirSync(new URL("../../rules", import.meta.url))
    .filter((name) => name !== "registry.ts")
    .sort();
  expect(RULES.map(({ name }) => name)).toEqual(folders);
  expect(RULE_NAMES).toEqual(folders);
});

for (const rule of RULES)
  describe(`the page of ${rule.name}`, () => {
    const page = readFileSync(new URL(`../../rules/${rule.name}/README.md`, import.meta.url), "utf8");
    const examples = examplesOf(page);

    test("opens with the rule's name and its summary", () => {
      expect(page.startsWith(`# ${rule.name}\n\n`)).toBe(true);
      expect(page.toLowerCase()).toContain(rule.meta.summary.toLowerCase());
    });

    test("has bad and good examples", () => {
      expect(new Set(examples.map(({ kind }) => kind))).toEqual(new Set(["Bad", "Good"]));
    });

    for (const [index, { kind, file, text }] of examples.entries())
      test(`${kind.toLowerCase()} example ${index + 1} is ${kind === "Bad" ? "found" : "clean"}`, async () => {
        const { diagnostics } = await lintFiles({ [file]: text }, [...new Set([...RECOMMENDED, rule])]);
        if (kind === "Bad") expect([...new Set(diagnostics.map((each) => each.rule))]).toEqual([rule.name]);
        else expect(diagnostics).toEqual([]);
      });
  });
