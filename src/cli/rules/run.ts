import { readFileSync } from "node:fs";
import { join } from "node:path";
import { RULES } from "../../../rules/registry.js";
import type { Rule } from "../../lint/rule.js";
import { packageRoot } from "../../source/package_root.js";
import { colorsFor } from "../../source/pretty.js";
import { EXIT } from "../exit.js";
import { renderPage } from "./page.js";
import { rulesTable } from "./table.js";
import { failUnknownRule } from "./unknown_rule.js";

interface RulesOptions {
  readonly format: "table" | "json";
  readonly color: boolean;
}

export async function run(name: string | undefined, { format, color }: RulesOptions): Promise<number> {
  const named = RULES.find((rule) => rule.name === name);
  if (name !== undefined && !named) return failUnknownRule("rules", name, RULES);
  const colors = colorsFor(process.stdout, color);
  const text =
    format === "json"
      ? JSON.stringify(named ? describe(named) : RULES.map(describe), null, 2)
      : named
        ? renderPage(readFileSync(join(packageRoot(), "rules", named.name, "README.md"), "utf8"), colors)
        : rulesTable(RULES, colors);
  process.stdout.write(`${text}\n`);
  return EXIT.ok;
}

function describe({ name, meta }: Rule): object {
  const { preset, severity, world, fixable = false, summary } = meta;
  return { name, preset, severity, world, fixable, summary };
}
