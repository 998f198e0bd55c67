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
  /** How services are served: the same on all nodes of a cluster. */
  readonly services?: {
    /** How packets get to the node of their endpoint. `hybrid`: TCP by `opt`, UDP by `snat`. Default: `opt`. */
    readonly dispatch?: "opt" | "ipip" | "geneve" | "snat" | "hybrid";
    /** What a client gets whom no endpoint can serve. `rst` is for TCP; others get ICMP. Default: `icmp`. */
    readonly refusal?: "icmp" | "rst" | "drop";
    /** Serve `spec.externalIPs`. Default: false. */
    readonly externalIPs?: boolean;
    /** `loadBalancerSourceRanges` hold on node ports as well. Default: false. */
    readonly sourceRangesOnNodePorts?: boolean;
    /** Places of a Maglev table, a prime. Default: 16381. */
    readonly tableSize?: number;
    /** Of the hash that spreads connections. Default: 1. */
    readonly seed?: number;
    /** UDP port of Geneve. Default: 6081. */
    readonly genevePort?: number;
    /** Ports of a node that SNAT takes for itself. Default: `61000-65535`. */
    readonly snatPorts?: string;
    /** Blocks that the outer sources of `ipip` vary in, so that receivers spread their load. Default: the node's address. */
    readonly outerSources?: { readonly ipv4?: string; readonly ipv6?: string };
  };
}

/** Checks polc's configuration: `export default defineConfig({ ... })` in `polc.config.ts`. */
export function defineConfig(config: Config): Document {
  return made("config", { config });
}
