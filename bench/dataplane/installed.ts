/** Real installations to measure: a pod's interface in a network namespace, and the ordinary deployment onto it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFailure } from "../../src/node/failure.js";
import { applyLocal, removeLocal } from "../../src/node/local.js";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import type { Tier } from "../../src/node/loader_status.js";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import { SourceFile, SourceMap } from "../../src/source/source_file.js";
import { clients, namespace, policies, server } from "./policies.js";
import type { Shape } from "./policies.js";

/** Entries of the maps: every flow of a whole measurement has room. */
const ROOM = 1 << 20;

export interface Installed {
  readonly instance: string;
  /** Folder of its pins. */
  readonly pins: string;
  /** Of the pod's interface, in the network namespace of all installations. */
  readonly ifindex: number;
}

/** What the verdicts of an installation are logged as, and what decides them. */
export interface Kind {
  readonly logged: boolean;
  readonly tier: Tier;
}

/** Network namespaces and instances of this run, and their removal. */
export class Installations {
  private readonly name = `polc-bench-${process.pid}`;
  private readonly instances: string[] = [];
  private readonly directory = mkdtempSync(join(tmpdir(), "polc-bench-"));

  constructor() {
    ip("netns", "add", this.name);
  }

  /** Path of the network namespace that all of them are in. */
  get netns(): string {
    return `/run/netns/${this.name}`;
  }

  async install(count: number, shape: Shape, { logged, tier }: Kind): Promise<Installed> {
    const instance = `bench-${process.pid}-${this.instances.length}`;
    const link = `b${this.instances.length}`;
    this.instances.push(instance);
    ip("-n", this.name, "link", "add", link, "type", "veth", "peer", "name", `${link}p`);
    ip("-n", this.name, "link", "set", link, "up");
    const bundle = await this.build(count, shape);
    const applied = await applyLocal(
      bundle,
      { namespaces: [namespace], pods: [server, ...clients(count)], nodes: [], services: [] },
      { instance, name: "bench", ips: [], netns: this.netns },
      [{ pod: server, interface: link }],
      {
        tier,
        settings: {
          ...{ log_allowed: logged, log_denied: logged },
          ...{ deny_events_per_second: 0, allow_events_per_second: 0 },
        },
        sizes: { established: ROOM, half_open: ROOM, events_bytes: 1 << 22 },
      },
    );
    if (isFailure(applied)) throw new Error(applied.error);
    const [{ ifindex }] = JSON.parse(ip("-n", this.name, "-j", "link", "show", link)) as [
      { ifindex: number },
    ];
    return { instance, pins: `/sys/fs/bpf/polc/${instance}`, ifindex };
  }

  private async build(count: number, shape: Shape) {
    const sources = new SourceMap();
    const file = sources.add(new SourceFile("bench.yaml", policies(count, shape)));
    const out = join(this.directory, `${shape}-${count}`);
    const bundle = await buildBundle(parseYamlFile(file).policies, sources, out);
    if (Array.isArray(bundle)) throw new Error(bundle.map(({ message }) => message).join("; "));
    return bundle;
  }

  async remove(instance: string): Promise<void> {
    const failure = await removeLocal(instance, { netns: this.netns });
    if (failure) throw new Error(failure.error);
  }

  async removeAll(): Promise<void> {
    for (const instance of this.instances) await this.remove(instance);
    ip("netns", "del", this.name);
    rmSync(this.directory, { recursive: true, force: true });
  }
}

function ip(...words: string[]): string {
  return execFileSync("ip", words, { encoding: "utf8" });
}
