/**
 * Keeps polc-cni in the chain of a node's CNI plugins.
 *
 * 1. The runtime takes the first configuration by name. What was the first stays as it is, and a copy of it with polc-cni is
 *    put before it, so taking polc out is removing one file.
 * 2. The copy follows the original: where the network's own agent writes it again, or another comes to be the first.
 * 3. The plugin is there before the configuration that names it.
 */
import type { FSWatcher } from "node:fs";
import {
  chmodSync,
  copyFileSync,
  mkdirSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  watch,
  writeFileSync,
} from "node:fs";
import { basename, join } from "node:path";
import type { Failure } from "../../node/failure.js";
import { failureOf, isFailure } from "../../node/failure.js";
import type { PluginSettings } from "./chain.js";
import { chained, PLUGIN } from "./chain.js";

export interface CniChainOptions {
  /** Where the runtime looks for configurations, such as /etc/cni/net.d. */
  readonly configurations: string;
  /** Where it looks for plugins. The path is the same on the node: the configuration names it. */
  readonly plugins: string;
  /** polc-cni and polc-loader as they come with the agent. */
  readonly programs: { readonly plugin: string; readonly loader: string };
  readonly settings: Omit<PluginSettings, "loader">;
  readonly log: (text: string) => void;
}

/** Before all others that are named as is the custom, by a number. */
export const FILE = "00-00-polc.conflist";
/** What the runtime reads. */
const READ = /\.(conf|conflist|json)$/;
const SETTLE_MS = 200;

export class CniChain {
  private watcher: FSWatcher | undefined;
  private timer: NodeJS.Timeout | undefined;
  private said = "";

  constructor(private readonly options: CniChainOptions) {}

  /** From here on pods start when they are enforced. */
  start(): Failure | undefined {
    const { configurations, plugins, programs } = this.options;
    try {
      mkdirSync(plugins, { recursive: true });
      for (const program of [programs.plugin, programs.loader]) install(program, plugins);
      this.watcher = watch(configurations, (_, name) => name !== FILE && this.later());
    } catch (error) {
      return failureOf(`putting ${PLUGIN} into ${plugins}`, error);
    }
    this.update();
    return undefined;
  }

  /** The chain stays, and holds pods while no agent runs. */
  stop(): void {
    this.watcher?.close();
    clearTimeout(this.timer);
  }

  /** Takes polc-cni out of the chain. Its programs stay: sandboxes that it is part of are still removed by it. */
  remove(): void {
    this.stop();
    rmSync(join(this.options.configurations, FILE), { force: true });
  }

  private later(): void {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.update(), SETTLE_MS);
  }

  private update(): void {
    const { configurations, settings, plugins, programs } = this.options;
    const path = join(configurations, FILE);
    try {
      const first = readdirSync(configurations)
        .filter((name) => name !== FILE && READ.test(name))
        .sort()[0];
      if (first === undefined) {
        rmSync(path, { force: true });
        return this.say(`${configurations} has no CNI configuration yet: pods are open until they are known`);
      }
      const loader = join(plugins, basename(programs.loader));
      const text = chained(readFileSync(join(configurations, first), "utf8"), { ...settings, loader });
      if (isFailure(text)) return this.say(`${join(configurations, first)} cannot be chained: ${text.error}`);
      if (first < FILE)
        return this.say(`${first} comes before ${FILE}, so ${PLUGIN} is not called: rename it`);
      if (read(path) !== text) write(path, text);
      this.say(`pods start when they are enforced: ${PLUGIN} is in the chain of ${first}`);
    } catch (error) {
      this.say(failureOf(`writing ${path}`, error).error);
    }
  }

  private say(text: string): void {
    if (text !== this.said) this.options.log(text);
    this.said = text;
  }
}

/** A program that runs cannot be written, but another can take its name. */
function install(program: string, folder: string): void {
  const path = join(folder, basename(program));
  copyFileSync(program, `${path}.new`);
  chmodSync(`${path}.new`, 0o755);
  renameSync(`${path}.new`, path);
}

function read(path: string): string | undefined {
  try {
    return readFileSync(path, "utf8");
  } catch {
    return undefined;
  }
}

function write(path: string, text: string): void {
  const beside = `${path}.new`;
  writeFileSync(beside, text, { mode: 0o600 });
  renameSync(beside, path);
}
