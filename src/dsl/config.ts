import { Document, made } from "./document.js";

/** What a finding of a rule counts as. */
export type ConfigLevel = "off" | "warning" | "error";

/** What `polc.config.ts` exports; `polc.config.yaml` and `.json` have the same fields. Patterns are relative to the file. */
export interface Config {
  /** Presets (`recommended`, `strict`, `all`) and files, relative to this one. Later ones prevail. */
  readonly extends?: string | readonly string[];
  /** Levels by the names of rules. */
  readonly rules?: Readonly<Record<string, ConfigLevel>>;
  /** Levels for some files. Later ones prevail. */
  readonly overrides?: readonly {
    readonly files: readonly string[];
    readonly rules: Readonly<Record<string, ConfigLevel>>;
  }[];
  /** Files and folders that are not linted. */
  readonly ignore?: readonly string[];
  /** Files whose objects end up in one cluster. Nothing is compared across scopes. */
  readonly scopes?: readonly { readonly name: string; readonly files: readonly string[] }[];
}

/** The configuration of polc: `export default defineConfig({ ... })` in `polc.config.ts`. */
export function defineConfig(config: Config): Document {
  return made("config", { config });
}
