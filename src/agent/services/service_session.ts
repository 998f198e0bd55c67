/**
 * The services of a node, kept in force by a resident loader of theirs: the whole state first, then every change.
 *
 * 1. One state is on its way at a time; changes that come meanwhile follow together.
 * 2. What was refused, or whose loader died, is part of the next whole state, after a pause. What was in force stays so.
 */
import { Backoff } from "../../node/backoff.js";
import type { Failure } from "../../node/failure.js";
import { isFailure } from "../../node/failure.js";
import type { LoaderStream } from "../../node/loader.js";
import { runLoader, streamLoader } from "../../node/loader.js";
import type { HealthCheck } from "../../services/health.js";
import type { ServiceChange } from "../../services/node/changes.js";
import type { ServiceCluster, ServiceNode } from "../../services/node/node_services.js";
import { NodeServices } from "../../services/node/node_services.js";
import type { ServiceObjects, ServicesState } from "../../services/node/services_state.js";
import type { ServiceSettings } from "../../services/settings.js";

export interface ServiceSessionOptions {
  readonly instance: string;
  readonly netns?: string;
  readonly objects: ServiceObjects;
  readonly settings?: Partial<ServiceSettings>;
  readonly onInForce: () => void;
  readonly onFailure: (failure: Failure) => void;
  readonly onProblems: (problems: readonly string[]) => void;
}

/** Failures of services have a code, and are objects of their own. */
type Said = string | Failure | { readonly message: string; readonly help?: string };

interface Answer {
  readonly generation?: number;
  readonly problems?: readonly Said[];
  readonly error?: Said;
  readonly help?: string;
}

export class ServiceSession {
  generation = 0;
  private readonly index: NodeServices;
  private readonly backoff = new Backoff();
  private readonly stopping = new AbortController();
  private queue: ServiceChange[] = [];
  private stream: LoaderStream | undefined;
  private waiting: ((answer: Answer) => void) | undefined;
  private isWhole = false;
  private wake: () => void = () => undefined;
  private readonly running: Promise<void>;

  constructor(
    private readonly options: ServiceSessionOptions,
    node: ServiceNode,
    first: ServiceCluster,
  ) {
    const { objects, settings } = options;
    this.index = new NodeServices({ objects, generation: 1, ...(settings && { settings }) }, node, first);
    this.running = this.run();
  }

  /** What load balancers may ask this node. */
  healthChecks(): readonly HealthCheck[] {
    return this.index.healthChecks();
  }

  apply(changes: readonly ServiceChange[]): void {
    this.queue.push(...changes);
    this.wake();
  }

  /** What is in force stays so. */
  async stop(): Promise<void> {
    this.stopping.abort();
    this.wake();
    await this.running;
    await this.stream?.stop();
  }

  private async run(): Promise<void> {
    const { signal } = this.stopping;
    while (!signal.aborted) {
      if (this.isWhole && this.queue.length === 0) {
        await new Promise<void>((resolve) => (this.wake = resolve));
        continue;
      }
      const changes = this.queue;
      this.queue = [];
      const state = this.index.update(changes);
      const failure = this.isWhole ? state && (await this.tell(state)) : await this.tellWhole();
      if (!failure) continue;
      this.isWhole = false;
      this.options.onFailure(failure);
      await this.backoff.again(signal);
    }
  }

  private async tellWhole(): Promise<Failure | undefined> {
    const { instance, netns } = this.options;
    const status = await runLoader(["--instance", instance, "services", "status"], netns);
    if (isFailure(status)) return status;
    const inForce = (status as { readonly generation?: number }).generation ?? 0;
    const failure = this.start() ?? (await this.tell(this.index.whole(inForce + 1)));
    this.isWhole = failure === undefined;
    if (!failure) this.backoff.worked();
    return failure;
  }

  private async tell(state: ServicesState): Promise<Failure | undefined> {
    const answered = new Promise<Answer>((resolve) => (this.waiting = resolve));
    this.stream?.write(`${JSON.stringify(state)}\n`);
    const answer = await answered;
    if (answer.generation === undefined) return failureIn(answer);
    this.generation = answer.generation;
    this.options.onInForce();
    const problems = (answer.problems ?? []).map(textOf);
    if (problems.length > 0) this.options.onProblems(problems);
    return undefined;
  }

  private start(): Failure | undefined {
    if (this.stream) return undefined;
    const { instance, netns } = this.options;
    const onLine = (line: unknown) => this.answer(line as Answer);
    const stream = streamLoader(["--instance", instance, "services", "serve"], onLine, netns, true);
    if (isFailure(stream)) return stream;
    this.stream = stream;
    void stream.ended.then((failure) => {
      if (this.stream === stream) this.stream = undefined;
      this.isWhole = false;
      this.answer(failure ?? { error: "polc-loader services serve has ended" });
      this.wake();
    });
    return undefined;
  }

  private answer(answer: Answer): void {
    const { waiting } = this;
    this.waiting = undefined;
    waiting?.(answer);
  }
}

function failureIn({ error, help }: Answer): Failure {
  const own = typeof error === "object" ? error.help : help;
  return {
    error: error === undefined ? "the loader did not say why" : textOf(error),
    ...(own && { help: own }),
  };
}

function textOf(said: Said): string {
  if (typeof said === "string") return said;
  return "message" in said ? said.message : said.error;
}
