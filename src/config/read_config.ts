/** The tree of a configuration file, checked against its schema, as a `Config`. */
import { dirname } from "node:path";
import type { Level } from "../lint/levels.js";
import { MappingEdits } from "../parser/kubernetes/mapping_edits.js";
import { nearestName } from "../source/nearest_name.js";
import { ObjectReport } from "../parser/kubernetes/object_report.js";
import { checkAgainst, shown } from "../parser/kubernetes/structure.js";
import type { Validator } from "../parser/kubernetes/structure.js";
import { quoted } from "../parser/quoted.js";
import { entriesOf, get, itemsOf, textOf } from "../parser/yaml/node.js";
import type { MappingNode, Node } from "../parser/yaml/node.js";
import { spanOf } from "../parser/yaml/problem.js";
import type { Diagnostic } from "../source/diagnostic.js";
import type { SourceFile } from "../source/source_file.js";
import { validateConfig } from "./compiled_schemas.js";
import type { Config, RuleLevel } from "./config.js";
import { PathPatterns } from "./path_patterns.js";
import { readServices } from "./read_services.js";

export interface ReadConfig {
  /** Only if there is no diagnostic. */
  readonly config?: Config;
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * @param absolute where the file is: its patterns are relative to its folder
 * @param rules the names that rules have
 */
export function readConfig(
  root: Node,
  file: SourceFile,
  absolute: string,
  rules: readonly string[],
): ReadConfig {
  const diagnostics: Diagnostic[] = [];
  const report = new ObjectReport(file.path, diagnostics, new MappingEdits(file, root));
  if (root.type !== "mapping") {
    report.error("wrong-type", root, "", `a configuration must be a mapping, not ${shown(root)}`, {
      help: "write `rules:`, then a level for each rule",
    });
    return { diagnostics };
  }
  // A section with nothing under it says nothing.
  const said = root.entries.filter(({ value }) => value.type !== "null");
  const tree = withLevels({ ...root, entries: said }, file.text) as MappingNode;
  checkAgainst(validateConfig as Validator, tree, report, reportLevel);
  if (diagnostics.length > 0) return { diagnostics };
  const config = new ConfigReader(file.path, dirname(absolute), rules, report).read(tree);
  return diagnostics.length > 0 ? { diagnostics } : { config, diagnostics };
}

/** In YAML 1.1, which Kubernetes uses, `off` is a boolean. Here it is a level. */
function withLevels(node: Node, text: string): Node {
  if (node.type === "boolean" && !node.value && /^off$/i.test(text.slice(node.start, node.end)))
    return { type: "string", value: "off", start: node.start, end: node.end };
  if (node.type === "sequence") return { ...node, items: node.items.map((item) => withLevels(item, text)) };
  if (node.type !== "mapping") return node;
  return {
    ...node,
    entries: node.entries.map((entry) => ({ ...entry, value: withLevels(entry.value, text) })),
  };
}

function reportLevel(node: Node, path: string, allowed: readonly string[], report: ObjectReport): void {
  const written = node.type === "string" ? node.value : "";
  const nearest =
    nearestName(written, allowed) ?? allowed.find((level) => written.length > 1 && level.startsWith(written));
  report.error("invalid-level", node, path, `${shown(node)} is not a level`, {
    help: nearest ? `did you mean \`${nearest}\`?` : `write ${allowed.join(", ")}`,
  });
}

class ConfigReader {
  constructor(
    private readonly path: string,
    private readonly folder: string,
    private readonly names: readonly string[],
    private readonly report: ObjectReport,
  ) {}

  read(root: MappingNode): Config {
    const extended = get(root, "extends");
    const names = new Set<string>();
    return {
      path: this.path,
      extends: (extended?.type === "string" ? [extended] : itemsOf(extended)).map((node) => ({
        name: textOf(node)!,
        span: spanOf(this.path, node),
      })),
      rules: this.levels(get(root, "rules")),
      overrides: itemsOf(get(root, "overrides")).map((each) => ({
        files: this.patterns(get(each, "files"), true),
        rules: this.levels(get(each, "rules")),
      })),
      ignore: this.patterns(get(root, "ignore"), false),
      scopes: itemsOf(get(root, "scopes")).map((each) => ({
        name: this.scopeName(get(each, "name")!, names),
        files: this.patterns(get(each, "files"), true),
      })),
      services: readServices(get(root, "services"), this.report),
    };
  }

  private levels(node: Node | undefined): readonly RuleLevel[] {
    return entriesOf(node).map(({ key, keyRange, value }) => {
      if (!this.names.includes(key)) {
        const nearest = nearestName(key, this.names);
        this.report.error("unknown-rule", keyRange, "", `unknown rule ${quoted(key)}`, {
          help: nearest ? `did you mean \`${nearest}\`?` : "polc rules lists the rules",
        });
      }
      return { rule: key, level: textOf(value) as Level, span: spanOf(this.path, keyRange) };
    });
  }

  private scopeName(node: Node, names: Set<string>): string {
    const name = textOf(node)!;
    if (name === "" || names.has(name))
      this.report.error(
        "invalid-scope",
        node,
        "",
        name === "" ? "a scope needs a name" : `two scopes are named ${quoted(name)}`,
        {
          help: "give each scope its own name",
        },
      );
    names.add(name);
    return name;
  }

  /** @param needed a list without patterns is of no use */
  private patterns(node: Node | undefined, needed: boolean): PathPatterns {
    const items = itemsOf(node);
    if (needed && node && items.length === 0)
      this.report.error("invalid-pattern", node, "", "the list of file patterns is empty", {
        help: "list files, such as `policies/**`",
      });
    return PathPatterns.parse(
      this.folder,
      items.map((item) => textOf(item)!),
      (index, fault) => {
        const item = items[index]!;
        this.report.error("invalid-pattern", item, "", `the pattern ${quoted(textOf(item)!)} ${fault}`, {
          help: "patterns are relative to this file's folder, such as `policies/**`",
        });
      },
    );
  }
}
