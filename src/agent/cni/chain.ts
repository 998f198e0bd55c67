/** A node's CNI configuration with polc-cni in its chain: as the first plugin and as the last. */
import type { Failure } from "../../node/failure.js";

export const PLUGIN = "polc-cni";

export interface PluginSettings {
  readonly instance: string;
  readonly socket: string;
  /** Path of polc-loader on the node. */
  readonly loader: string;
  readonly openWithoutAgent: boolean;
}

interface Plugin {
  readonly type?: unknown;
  readonly [field: string]: unknown;
}

interface Configuration {
  readonly cniVersion?: unknown;
  readonly name?: unknown;
  readonly plugins?: unknown;
  readonly type?: unknown;
  readonly [field: string]: unknown;
}

/** The oldest version of configurations with a list. */
const LIST_VERSION = "0.3.1";

/**
 * The network keeps its name, by which plugins find what they keep of it: their addresses, and what they do on a removal.
 * @param text of a .conflist, or of a .conf, which has one plugin
 */
export function chained(text: string, settings: PluginSettings): string | Failure {
  const given = parse(text);
  if (!given) return { error: "it is not JSON" };
  const { name, cniVersion = LIST_VERSION, plugins, ...rest } = given;
  if (typeof name !== "string") return { error: "it has no name" };
  const list = Array.isArray(plugins) ? (plugins as Plugin[]) : typeof rest.type === "string" ? [rest] : [];
  const others = list.filter(({ type }) => type !== PLUGIN);
  if (others.length === 0) return { error: "it has no plugin" };
  const ofList = Array.isArray(plugins) ? rest : {};
  const last = { type: PLUGIN, ...settings };
  const chain = { cniVersion, name, ...ofList, plugins: [{ type: PLUGIN }, ...others, last] };
  return `${JSON.stringify(chain, null, 2)}\n`;
}

function parse(text: string): Configuration | undefined {
  try {
    const value = JSON.parse(text) as unknown;
    return typeof value === "object" && value !== null && !Array.isArray(value)
      ? (value as Configuration)
      : undefined;
  } catch {
    return undefined;
  }
}
