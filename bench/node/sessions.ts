/** Sessions of this build on the benchmark's node. */
import type { Failure } from "../../src/node/failure.js";
import { isFailure } from "../../src/node/failure.js";
import { removeLocal } from "../../src/node/local.js";
import { Resident } from "../../src/node/resident.js";
import type { ResidentOptions } from "../../src/node/resident.js";
import type { ClusterChange } from "../../src/state/index/changes.js";
import type { FirstState } from "../../src/state/index/node_index.js";
import type { Compiled } from "./bundles.js";
import { NODE_IP, NODE_NAME } from "./cluster.js";
import { sources } from "./inputs.js";
import type { NodeLinks } from "./links.js";

export class Sessions {
  readonly instance = `bench-${process.pid}`;
  private session: Resident | undefined;
  /** What went wrong beside a change. */
  private wrong: string | undefined;

  constructor(
    private readonly links: NodeLinks,
    private readonly first: FirstState,
    private readonly compiled: Compiled,
  ) {}

  async start(options: Partial<ResidentOptions> = {}): Promise<void> {
    const { instance, links, first } = this;
    const { shell } = this.compiled;
    const node = { instance, name: NODE_NAME, ips: [NODE_IP], netns: links.netns };
    this.session = must(
      await Resident.start(node, first, {
        ...{ shell, sources, bundle: "sha256:bench" },
        onProblems: (problems) => (this.wrong = problems.join("; ")),
        onFailure: ({ error }) => (this.wrong = error),
        ...options,
      }),
    );
  }

  /** The generation that was made last. */
  generation = 0;

  /** Milliseconds until it was in force. */
  async apply(...changes: ClusterChange[]): Promise<number> {
    const { generation, microseconds } = must(await this.session!.apply(changes));
    this.generation = generation;
    return this.wrong === undefined ? microseconds / 1000 : fail(this.wrong);
  }

  /** What was enforced is no longer. */
  async remove(): Promise<void> {
    await this.session?.stop();
    this.session = undefined;
    const failure = await removeLocal(this.instance, { netns: this.links.netns });
    if (failure) fail(failure.error);
  }
}

function must<T>(result: T | Failure): T {
  return isFailure(result) ? fail(result.error) : result;
}

function fail(message: string): never {
  throw new Error(message);
}
