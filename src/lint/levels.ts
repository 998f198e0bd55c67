import type { Severity } from "../source/diagnostic.js";
import type { Preset, Rule } from "./rule.js";
import { PRESETS } from "./rule.js";

export type Level = Exclude<Severity, "note"> | "off";

/** The level of each rule, which may differ from file to file. */
export interface Levels {
  /** undefined: the level of the finding. For the file `""`: off only if the rule is off in every file. */
  levelOf(rule: string, file: string): Level | undefined;
}

/** The level of a rule in a preset; undefined: the level of its findings. */
export function presetLevel(preset: Preset, { meta }: Rule): Level | undefined {
  return PRESETS.indexOf(meta.preset) <= PRESETS.indexOf(preset) ? undefined : "off";
}

export function presetLevels(preset: Preset, rules: readonly Rule[]): Levels {
  const levels = new Map<string, Level | undefined>(
    rules.map((rule) => [rule.name, presetLevel(preset, rule)]),
  );
  return { levelOf: (rule) => levels.get(rule) };
}
