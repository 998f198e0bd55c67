/** The settings of one run: from a configuration file, if there is one, and the command line. */
import type { Code } from "../source/codes.js";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { Level } from "../lint/levels.js";
import type { Preset, Rule } from "../lint/rule.js";
import { scopesOf } from "../lint/scopes/scopes.js";
import type { Scoped, Scopes } from "../lint/scopes/scopes.js";
import type { ServiceSettings } from "../services/settings.js";
import { shownPath } from "../source/paths.js";
import type { Diagnostic } from "../source/diagnostic.js";
import { SourceMap } from "../source/source_file.js";
import type { Config } from "./config.js";
import { configuredScopes } from "./config_scopes.js";
import { findConfigs } from "./find_config.js";
import type { LoadedConfig } from "./load_config.js";
import { RuleLevels } from "./rule_levels.js";

export interface SettingsOptions {
  /** What paths start from, and where the search for a configuration begins. */
  readonly cwd: string;
  /** A configuration file in place of the one that is found; false: none. */
  readonly config?: string | false;
  readonly rules: readonly Rule[];
  /** Replaces the presets that the configuration extends. */
  readonly preset?: Preset;
  /** Levels by rule that prevail over the configuration; undefined: as the rule's findings say. */
  readonly flags?: ReadonlyMap<string, Level | undefined>;
}

/** Why there are no settings: the configuration has errors, or there are several. */
export interface NoSettings {
  readonly diagnostics: readonly Diagnostic[];
  readonly sources: SourceMap;
}

const NO_CONFIG: LoadedConfig = { layers: [], diagnostics: [], sources: new SourceMap() };

/** Never throws for what a configuration says. What reads configurations is loaded only if there is one. */
export async function loadSettings(options: SettingsOptions): Promise<Settings | NoSettings> {
  const { cwd, config, rules } = options;
  const found =
    typeof config === "string" ? [resolve(cwd, config)] : config === false ? [] : findConfigs(cwd);
  const [path, second] = found;
  if (path === undefined) return new Settings(NO_CONFIG, undefined, options);
  const shown = shownPath(path, cwd);
  const refuse = (rule: Code, message: string, help: string): NoSettings => {
    const span = { file: shown, start: 0, end: 0 };
    return { diagnostics: [{ rule, severity: "error", message, span, help }], sources: new SourceMap() };
  };
  if (second !== undefined)
    return refuse(
      "several-configs",
      `${shownPath(second, cwd)} also exists`,
      "keep one of them, or choose one with --config FILE",
    );
  if (!existsSync(path))
    return refuse("unreadable-file", "this configuration does not exist", "check the path");
  const { loadConfig } = await import("./load_config.js");
  const loaded = await loadConfig(path, { cwd, rules: rules.map(({ name }) => name) });
  return loaded.diagnostics.length > 0 ? loaded : new Settings(loaded, shown, options);
}

export class Settings {
  readonly levels: RuleLevels;
  private readonly configs: readonly Config[];

  constructor(
    private readonly loaded: LoadedConfig,
    /** The configuration file, as spans have it. */
    readonly file: string | undefined,
    private readonly options: SettingsOptions,
  ) {
    const { layers, sources } = loaded;
    this.configs = layers.filter((layer) => typeof layer !== "string");
    this.levels = new RuleLevels(layers, sources, { flags: new Map(), ...options });
  }

  /** Equal for settings that are made of the same configuration and options in the same folder. */
  fingerprint(): string {
    const { cwd, preset, flags } = this.options;
    const texts = [...this.loaded.sources.all()].map(({ path, text }) => [path, text]);
    const levels = [...(flags ?? [])].map(([rule, level]) => [rule, level ?? null]);
    return JSON.stringify([cwd, preset ?? null, levels, this.file ?? null, texts]);
  }

  /** Is the file or folder, by its absolute path, not to be linted? */
  ignores(absolute: string): boolean {
    return this.configs.some(({ ignore }) => ignore.matches(absolute));
  }

  scopes(project: Scoped): Scopes {
    const { cwd } = this.options;
    return this.configuredScopes.length === 0
      ? scopesOf(project, cwd)
      : configuredScopes(this.configuredScopes, project, cwd);
  }

  /** Of several configurations, the later one prevails. */
  get services(): Partial<ServiceSettings> {
    return Object.assign({}, ...this.configs.map(({ services }) => services));
  }

  /** The settings of a file, and the origin of each. */
  describe(file: string): object {
    const { cwd, rules } = this.options;
    const absolute = resolve(cwd, file);
    const scopes = this.configuredScopes.filter(({ files }) => files.matches(absolute));
    return {
      file: shownPath(absolute, cwd),
      config: this.file ?? null,
      ignored: this.ignores(absolute),
      scopes: scopes.map(({ name }) => name),
      rules: Object.fromEntries(
        rules.map(({ name, meta }) => {
          const setting = this.levels.setting(name, file);
          return [name, { level: setting?.level ?? meta.severity, from: setting?.from }];
        }),
      ),
    };
  }

  /** Those of the configuration that prevails. */
  private get configuredScopes(): Config["scopes"] {
    return this.configs.findLast(({ scopes }) => scopes.length > 0)?.scopes ?? [];
  }
}
