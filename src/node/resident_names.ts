/**
 * The names of an instance that a session keeps up to date. Those of profiles are on disk before the first event of theirs
 * can be. Those of pods follow within seconds: there are many, and they change often.
 */
import type { NodeIndex } from "../state/index/node_index.js";
import type { Policy } from "../ir/policy.js";
import type { DescribedPolicy } from "../state/generation_names.js";
import { describedPolicy, indexNames, PodNamesText } from "../state/generation_names.js";
import type { LoaderState } from "../state/loader_state.js";
import type { SourceMap } from "../source/source_file.js";
import type { LocalNode } from "./local.js";
import { newestNames, pruneNames, writeNames, writePodNames } from "./run_dir.js";

const PODS_AFTER_MS = 5000;

export interface NamesOptions {
  /** Digest of the bundle that the policies are from. */
  readonly bundle: string;
  /** Where policies and their rules are written. */
  readonly sources: Pick<SourceMap, "where">;
}

export class ResidentNames {
  private nextProfile: number;
  private written = "";
  private unpruned = false;
  private timer: NodeJS.Timeout | undefined;
  private readonly podsText = new PodNamesText();
  private readonly known = new WeakMap<Policy, DescribedPolicy>();

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

  /** Before a state is sent. */
  before({ generation, kind }: LoaderState, index: NodeIndex): void {
    if (kind === "whole") this.writePods(index);
    else this.timer ??= setTimeout(() => this.writePods(index), PODS_AFTER_MS).unref();
    const { audit } = index;
    const numbers = index.profileNumbers();
    const content = JSON.stringify([audit, ...numbers]);
    if (kind === "delta" && content === this.written) return;
    this.nextProfile = Math.max(this.nextProfile, ...numbers.map((number) => number + 1));
    const { instance, name, netns } = this.node;
    const { bundle } = this.options;
    const of = { generation, node: name, ...(netns !== undefined && { netns }), bundle, audit };
    const { nextProfile } = this;
    writeNames(
      instance,
      indexNames({ ...of, nextProfile }, index.meanings(), (policy) => this.described(policy)),
    );
    this.written = content;
    this.unpruned = true;
  }

  /** It is in force. */
  after({ generation }: LoaderState): void {
    if (this.unpruned) pruneNames(this.node.instance, generation);
    this.unpruned = false;
  }

  /** Nothing follows any more. */
  end(index: NodeIndex): void {
    if (this.timer) this.writePods(index);
  }

  private described(policy: Policy): DescribedPolicy {
    let described = this.known.get(policy);
    if (!described) this.known.set(policy, (described = describedPolicy(policy, this.options.sources)));
    return described;
  }

  private writePods(index: NodeIndex): void {
    clearTimeout(this.timer);
    this.timer = undefined;
    const profiles = [...index.meanings()].flatMap(({ number, pods }) =>
      pods.map((pod) => [pod, number] as const),
    );
    writePodNames(
      this.node.instance,
      this.podsText.of(index.localPods(), new Map(profiles), index.podByAddress()),
    );
  }
}
