/** What the configuration says of services; undefined after its errors were reported. */
import { loadSettings } from "../config/settings.js";
import type { ServiceSettings } from "../services/settings.js";
import { printReport } from "./print_diagnostics.js";

interface Options {
  /** A path, or false for none. */
  readonly config?: string | false;
  readonly color: boolean;
}

export async function serviceSettings({
  config,
  color,
}: Options): Promise<Partial<ServiceSettings> | undefined> {
  const { RULES } = await import("../../rules/registry.js");
  const given = config === undefined ? {} : { config };
  const settings = await loadSettings({ cwd: process.cwd(), rules: RULES, ...given });
  if (!("diagnostics" in settings)) return settings.services;
  printReport(settings.diagnostics, { sources: settings.sources, files: 0 }, { color });
  return undefined;
}
