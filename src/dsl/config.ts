import { Document, made } from "./document.js";

/** The severity of a rule's findings. */
export type ConfigLevel = "off" | "warning" | "error";

/** The export of `polc.config.ts`. `polc.config.yaml` and `.json` have the same fields. Patterns are relative to the file. */
export interface Config {
  /** Presets (`recommended`, `strict`, `all`) and files, relative to this one. Later entries win. */
  readonly extends?: string | readonly string[];
  /** Levels by rule name. */
  readonly rules?: Readonly<Record<string, ConfigLevel>>;
  /** Levels for some files. Later entries win. */
  readonly overrides?: readonly {
    readonly files: readonly string[];
    readonly rules: Readonly<Record<string, ConfigLevel>>;
  }[];
  /** Files and folders that are not linted. */
  readonly ignore?: readonly string[];
  /** The files of each cluster. Objects of different scopes are not compared. */
  readonly scopes?: readonly { readonly name: string; readonly files: readonly string[] }[];
}

/** Checks polc's configuration: `export default defineConfig({ ... })` in `polc.config.ts`. */
export function defineConfig(config: Config): Document {
  return made("config", { config });
}
