/** A configuration file with all that it extends. */
import type { Code } from "../source/codes.js";
import { realpathSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { PRESETS } from "../lint/rule.js";
import type { Preset } from "../lint/rule.js";
import { reasonOf } from "../parser/find_files.js";
import { isInside, shownPath } from "../source/paths.js";
import { nearestName } from "../source/nearest_name.js";
import { messageLine, quoted } from "../parser/quoted.js";
import { readSource } from "../parser/read_source.js";
import type { Node } from "../parser/yaml/node.js";
import { toDiagnostic } from "../parser/yaml/problem.js";
import { readDocuments } from "../parser/yaml/read_documents.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { SourceFile, SourceMap } from "../source/source_file.js";
import type { Span } from "../source/span.js";
import type { Config } from "./config.js";
import { repositoryOf } from "./find_config.js";
import { readConfig } from "./read_config.js";

export interface LoadConfigOptions {
  /** What paths are shown relative to. */
  readonly cwd: string;
  /** The names that rules have. */
  readonly rules: readonly string[];
}

export interface LoadedConfig {
  /** Those that are extended come before those that extend them; a name is a preset's. */
  readonly layers: readonly (Config | Preset)[];
  /** If there is one, the configuration cannot be used. */
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: SourceMap;
}

/** @param path absolute */
export async function loadConfig(path: string, options: LoadConfigOptions): Promise<LoadedConfig> {
  const loader = new Loader(repositoryOf(dirname(path)), options);
  await loader.load(path, { file: shownPath(path, options.cwd), start: 0, end: 0 });
  return loader;
}

class Loader implements LoadedConfig {
  readonly layers: (Config | Preset)[] = [];
  readonly diagnostics: Diagnostic[] = [];
  readonly sources = new SourceMap();
  /** By absolute path; false while what they extend is loaded. */
  private readonly finished = new Map<string, boolean>();

  /** @param root nothing outside of this folder is extended or imported */
  constructor(
    private readonly root: string,
    private readonly options: LoadConfigOptions,
  ) {}

  /** @param from what names the file */
  async load(path: string, from: Span): Promise<void> {
    const known = this.finished.get(path);
    if (known === false)
      this.error("circular-extends", from, "this file extends itself", "remove one of the two");
    if (known !== undefined) return;
    this.finished.set(path, false);
    const config = path.endsWith(".ts") ? await this.readScript(path) : this.readText(path);
    for (const { name, span } of config?.extends ?? []) await this.extend(path, name, span);
    if (config) this.layers.push(config);
    this.finished.set(path, true);
  }

  private async extend(path: string, name: string, span: Span): Promise<void> {
    const preset = PRESETS.find((each) => each === name);
    if (preset) this.layers.push(preset);
    else if (!/\.(?:ts|ya?ml|json)$/.test(name)) {
      const nearest = nearestName(name, PRESETS);
      const help = nearest
        ? `did you mean \`${nearest}\`?`
        : `presets are ${PRESETS.join(", ")}; for a file, write its extension`;
      this.error("unknown-preset", span, `unknown preset ${quoted(name)}`, help);
    } else {
      const target = resolve(dirname(path), name);
      const fault = this.faultOf(target);
      if (fault === undefined) await this.load(target, span);
      else
        this.error(
          "unreadable-config",
          span,
          `${quoted(name)} ${fault}`,
          "write a path relative to this file",
        );
    }
  }

  /** A configuration in a pull request must not make polc show a file of the machine that runs it. */
  private faultOf(target: string): string | undefined {
    try {
      return isInside(realpathSync(target), realpathSync(this.root)) ? undefined : "is outside the project";
    } catch (error) {
      return reasonOf(error);
    }
  }

  private readText(path: string): Config | undefined {
    const { file, diagnostic } = readSource(path, shownPath(path, this.options.cwd));
    this.sources.add(file);
    if (diagnostic) {
      this.diagnostics.push(diagnostic);
      return undefined;
    }
    const roots: Node[] = [];
    const problems = readDocuments(file.text, ({ root }) => roots.push(root));
    this.diagnostics.push(...problems.map((problem) => toDiagnostic(file.path, problem)));
    if (problems.length > 0) return undefined;
    const second = roots[1];
    if (second) {
      const span = { file: file.path, start: second.start, end: second.end };
      this.error("wrong-type", span, "a configuration must be a single document", "remove the others");
      return undefined;
    }
    return this.check(roots[0], file, path);
  }

  private async readScript(path: string): Promise<Config | undefined> {
    const { parseTypeScriptFiles } = await import("../parser/typescript/parse.js");
    const { cwd } = this.options;
    const { files, parsed } = await parseTypeScriptFiles([path], { root: this.root, cwd });
    for (const file of files) this.sources.add(file);
    const found = parsed.diagnostics.filter(({ rule }) => rule !== "nothing-exported");
    this.diagnostics.push(...found);
    if (found.length > 0) return undefined;
    const [exported, second] = parsed.configs ?? [];
    const shown = shownPath(path, cwd);
    if (!exported || second) {
      const message = second ? "the file exports two configurations" : "the file exports no configuration";
      const span = second?.span ?? { file: shown, start: 0, end: 0 };
      this.error("no-config", span, message, "write one `export default defineConfig({ ... })`");
      return undefined;
    }
    return this.check(exported.root, this.sources.get(exported.span.file) ?? new SourceFile(shown, ""), path);
  }

  private check(root: Node | undefined, file: SourceFile, path: string): Config | undefined {
    const empty: Node = { type: "mapping", start: 0, end: 0, entries: [], size: 1 };
    const { config, diagnostics } = readConfig(root ?? empty, file, path, this.options.rules);
    this.diagnostics.push(...diagnostics);
    return config;
  }

  private error(rule: Code, span: Span, message: string, help: string): void {
    this.diagnostics.push({
      rule,
      severity: "error",
      message: messageLine(message),
      span,
      help: messageLine(help),
    });
  }
}
