import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Command } from "commander";
import { Option } from "commander";
import type { Rule } from "../../lint/rule.js";
import { EXIT } from "../exit.js";

interface RulesOptions {
  readonly format: "table" | "json";
  readonly color: boolean;
}

export function define(command: Command): void {
  command
    .argument("[name]", "show this rule's page")
    .addOption(
      new Option("-f, --format <format>", "how rules are written")
        .choices(["table", "json"])
        .default("table"),
    )
    .option("--no-color", "plain text; the default where standard output is no terminal")
    .addHelpText("after", "\nExit: 0, or 2 if there is no such rule.")
    .action(run);
}

async function run(name: string | undefined, { format, color }: RulesOptions): Promise<void> {
  const [{ RULES }, { colorsFor }] = await Promise.all([
    import("../../../rules/registry.js"),
    import("../../source/pretty.js"),
  ]);
  const chosen = name === undefined ? RULES : RULES.filter((rule) => rule.name === name);
  if (chosen.length === 0) return failUnknown(name!, RULES);
  const colors = colorsFor(process.stdout, color);
  let text: string;
  if (format === "json") {
    const described = chosen.map(describe);
    text = JSON.stringify(name === undefined ? described : described[0], null, 2);
  } else if (name === undefined) {
    text = (await import("./table.js")).rulesTable(RULES, colors);
  } else {
    const [{ packageRoot }, { renderPage }] = await Promise.all([
      import("../../source/package_root.js"),
      import("./page.js"),
    ]);
    text = renderPage(readFileSync(join(packageRoot(), "rules", name, "README.md"), "utf8"), colors);
  }
  process.stdout.write(`${text}\n`);
}

function describe({ name, meta }: Rule): object {
  const { preset, severity, world, fixable = false, summary } = meta;
  return { name, preset, severity, world, fixable, summary };
}

async function failUnknown(name: string, rules: readonly Rule[]): Promise<void> {
  const [{ nearestName }, { printable }] = await Promise.all([
    import("../../source/nearest_name.js"),
    import("../../source/printable.js"),
  ]);
  const nearest = nearestName(
    name,
    rules.map((rule) => rule.name),
  );
  const hint = nearest ? `did you mean ${nearest}?` : "polc rules lists the rules";
  process.stderr.write(`polc rules: there is no rule ${printable(name)}\n  ${hint}\n`);
  process.exitCode = EXIT.usage;
}
