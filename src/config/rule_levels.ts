import { resolve } from "node:path";
import { presetLevel } from "../lint/levels.js";
import type { Level, Levels } from "../lint/levels.js";
import type { Preset, Rule } from "../lint/rule.js";
import type { SourceMap } from "../source/source_file.js";
import type { Config, RuleLevel } from "./config.js";

/** A level and where it was set. */
export interface Setting {
  /** undefined: as the finding says. */
  readonly level: Level | undefined;
  /** Such as "preset recommended", "polc.config.yaml:3" or "--rule". */
  readonly from: string;
}

/** Levels for some files, or for all. */
interface Layer {
  readonly settings: ReadonlyMap<string, Setting>;
  readonly matches?: (absolute: string) => boolean;
}

export interface RuleLevelsOptions {
  readonly rules: readonly Rule[];
  /** What the paths of files start from. */
  readonly cwd: string;
  /** Replaces the presets that the configuration extends. */
  readonly preset?: Preset;
  /** By rule. These win over all others. undefined: the level of the finding. */
  readonly flags: ReadonlyMap<string, Level | undefined>;
}

/** The levels of the presets, the configuration and the command line. The last one that is set wins. */
export class RuleLevels implements Levels {
  /** The ones that win come first. */
  private readonly layers: readonly Layer[];

  constructor(
    configured: readonly (Config | Preset)[],
    sources: SourceMap,
    private readonly options: RuleLevelsOptions,
  ) {
    const { preset, rules, flags } = options;
    const layers = [presetLayer(preset ?? "recommended", rules)];
    for (const each of configured) {
      if (typeof each !== "string") layers.push(...configLayers(each, sources));
      else if (!preset) layers.push(presetLayer(each, rules));
    }
    layers.push({ settings: new Map([...flags].map(([rule, level]) => [rule, { level, from: "--rule" }])) });
    this.layers = layers.reverse();
  }

  levelOf(rule: string, file: string): Level | undefined {
    return file === "" ? this.anywhere(rule) : this.setting(rule, file)?.level;
  }

  setting(rule: string, file: string): Setting | undefined {
    const absolute = resolve(this.options.cwd, file);
    for (const { settings, matches } of this.layers) {
      const setting = settings.get(rule);
      if (setting && (!matches || matches(absolute))) return setting;
    }
    return undefined;
  }

  /** Off only if it is off in every file. */
  private anywhere(rule: string): Level | undefined {
    for (const { settings, matches } of this.layers) {
      const setting = settings.get(rule);
      if (setting && (!matches || setting.level !== "off")) return setting.level;
    }
    return undefined;
  }
}

function presetLayer(preset: Preset, rules: readonly Rule[]): Layer {
  const from = `preset ${preset}`;
  return { settings: new Map(rules.map((rule) => [rule.name, { level: presetLevel(preset, rule), from }])) };
}

function configLayers({ rules, overrides }: Config, sources: SourceMap): readonly Layer[] {
  const settingsOf = (levels: readonly RuleLevel[]) =>
    new Map(levels.map(({ rule, level, span }) => [rule, { level, from: sources.where(span) }]));
  return [
    { settings: settingsOf(rules) },
    ...overrides.map(({ files, rules }) => ({
      settings: settingsOf(rules),
      matches: (absolute: string) => files.matches(absolute),
    })),
  ];
}
