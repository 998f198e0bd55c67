/**
 * The names of an instance that a session keeps up to date. Those of profiles are on disk before the first event of theirs
 * can be. Those of pods follow within seconds: there are many, and they change often.
 */
import type { NodeIndex } from "../state/index/node_index.js";
import { indexNames, podNames } from "../state/generation_names.js";
import type { SourceMap } from "../source/source_file.js";
import type { LocalNode } from "./local.js";
import { newestNames, pruneNames, writeNames, writePodNames } from "./run_dir.js";

const PODS_AFTER_MS = 2000;

export interface NamesOptions {
  /** Digest of the bundle that the policies are from. */
  readonly bundle: string;
  /** Where policies and their rules are written. */
  readonly sources: Pick<SourceMap, "where">;
}

export class ResidentNames {
  private nextProfile: number;
  private written = "";
  private timer: NodeJS.Timeout | undefined;

  constructor(
    private readonly node: LocalNode,
    private readonly options: NamesOptions,
  ) {
    this.nextProfile = newestNames(node.instance)?.nextProfile ?? 1;
  }

  /** The first number that has not meant a profile in this instance. */
  get firstProfile(): number {
    return this.nextProfile;
  }

  /** Before a state of this generation is sent. */
  before(generation: number, index: NodeIndex, { whole }: { readonly whole: boolean }): void {
    const meanings = [...index.meanings()];
    const audit = index.audit;
    const content = JSON.stringify([audit, ...meanings.map(({ number }) => number)]);
    if (whole) this.writePods(index);
    else this.timer ??= setTimeout(() => this.writePods(index), PODS_AFTER_MS).unref();
    if (!whole && content === this.written) return;
    this.nextProfile = Math.max(this.nextProfile, ...meanings.map(({ number }) => number + 1));
    const { instance, name, netns } = this.node;
    const of = { generation, node: name, ...(netns !== undefined && { netns }) };
    const { bundle, sources } = this.options;
    writeNames(
      instance,
      indexNames({ ...of, bundle, audit, nextProfile: this.nextProfile }, meanings, sources),
    );
    pruneNames(instance, generation);
    this.written = content;
  }

  /** Nothing follows any more. */
  end(index: NodeIndex): void {
    if (this.timer) this.writePods(index);
  }

  private writePods(index: NodeIndex): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const profiles = [...index.meanings()].flatMap(({ number, pods }) =>
      pods.map((pod) => [pod, number] as const),
    );
    writePodNames(this.node.instance, podNames(index.localPods(), new Map(profiles), index.podByAddress()));
  }
}
