/** Real installations to measure: a pod's interface in a network namespace, and the ordinary deployment onto it. */
import { execFileSync } from "node:child_process";
import { mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { isFailure } from "../../src/node/failure.js";
import { applyLocal, removeLocal } from "../../src/node/local.js";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import { SourceFile, SourceMap } from "../../src/source/source_file.js";
import { clients, namespace, policies, server } from "./policies.js";
import type { Shape } from "./policies.js";

/** Entries of the maps: every flow of a whole measurement has room. */
const ROOM = 1 << 20;

export interface Installed {
  readonly instance: string;
  /** Pins of the links that attach the dispatchers. */
  readonly toPod: string;
  readonly fromPod: string;
  /** Pin of the ring of events. */
  readonly events: string;
}

/** Network namespaces and instances of this run, and their removal. */
export class Installations {
  private readonly name = `polc-bench-${process.pid}`;
  private readonly instances: string[] = [];
  private readonly directory = mkdtempSync(join(tmpdir(), "polc-bench-"));

  constructor() {
    ip("netns", "add", this.name);
  }

  async install(count: number, shape: Shape, logged: boolean): Promise<Installed> {
    const instance = `bench-${process.pid}-${this.instances.length}`;
    const link = `b${this.instances.length}`;
    this.instances.push(instance);
    ip("-n", this.name, "link", "add", link, "type", "veth", "peer", "name", `${link}p`);
    ip("-n", this.name, "link", "set", link, "up");
    const bundle = await this.build(count, shape);
    const applied = await applyLocal(
      bundle,
      { namespaces: [namespace], pods: [server, ...clients(count)], nodes: [], services: [] },
      { instance, name: "bench", ips: [], netns: `/run/netns/${this.name}` },
      [{ pod: server, interface: link }],
      {
        config: { log_allowed: logged, log_denied: logged, deny_events_per_second: 0 },
        sizes: { established: ROOM, half_open: ROOM, events_bytes: 1 << 22 },
      },
    );
    if (isFailure(applied)) throw new Error(applied.error);
    return { instance, ...links(instance), events: `/sys/fs/bpf/polc/${instance}/events` };
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
    const failure = await removeLocal(instance, { netns: `/run/netns/${this.name}` });
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

/** The links of an instance with one pod. */
function links(instance: string): { toPod: string; fromPod: string } {
  const folder = `/sys/fs/bpf/polc/${instance}/links`;
  const pin = (hook: string) => {
    const name = readdirSync(folder).find((file) => file.endsWith(`-${hook}`));
    if (!name) throw new Error(`${folder} has no link for ${hook}: this kernel has no tcx`);
    return join(folder, name);
  };
  return { toPod: pin("to_pod"), fromPod: pin("from_pod") };
}
