/**
 * Waits until nodes enforce a bundle, and tells how each of them gets on.
 *
 * 1. A node is done when it says that it enforces this digest in this epoch.
 * 2. One that refuses it, or loses or denies more than is allowed, fails the rollout at once.
 * 3. When all are done, they are looked at for a while longer.
 * 4. An API that cannot be reached fails nothing by itself: the time is what runs out.
 */
import type { Cluster } from "../cluster/client.js";
import type { NodeStatus, PolicyBundle } from "../cluster/policy_bundle.js";
import type { KubeObject } from "../cluster/resource.js";
import { RESOURCES } from "../cluster/resource.js";
import { Watcher } from "../cluster/watcher.js";

export interface Limits {
  readonly timeoutMs: number;
  /** How long all nodes have to enforce it without trouble. */
  readonly soakMs: number;
  /** How many more log events a node may lose, or packets it may deny; undefined: any number. */
  readonly maxLosses?: number | undefined;
  readonly maxDenies?: number | undefined;
}

export interface Rollout extends Limits {
  readonly name: string;
  readonly digest: string;
  readonly epoch: number;
  readonly nodes: readonly string[];
  /** Before the rollout, by node: counters are compared with these. */
  readonly before: ReadonlyMap<string, NodeStatus>;
  readonly tell: (progress: Progress) => void;
  /** Ends the waiting, and nothing else. */
  readonly signal?: AbortSignal | undefined;
}

export type Progress =
  | { readonly kind: "node"; readonly status: NodeStatus; readonly done: number; readonly of: number }
  | { readonly kind: "soaking"; readonly ms: number }
  /** The API cannot be followed now. */
  | { readonly kind: "away"; readonly error: string };

export type Outcome =
  | { readonly kind: "complete"; readonly done: number }
  | {
      readonly kind: "failed";
      /** In words. */
      readonly reason: string;
      readonly done: number;
    }
  /** Another deploy came; what it brings is not ours to judge or to roll back. */
  | { readonly kind: "superseded"; readonly reason: string; readonly done: number }
  | { readonly kind: "interrupted"; readonly reason: string; readonly done: number };

const followed = (name: string) => ({
  ...RESOURCES.policyBundles,
  fieldSelector: `metadata.name=${name}`,
  read: (object: KubeObject) => object as PolicyBundle,
});

export async function follow(cluster: Cluster, rollout: Rollout): Promise<Outcome> {
  const judge = new Judge(rollout);
  const ending = new AbortController();
  const timer = setTimeout(() => judge.timeOut(), rollout.timeoutMs);
  const interrupt = () => judge.end("interrupted", "the waiting was interrupted");
  // The interruption may have come while the objects were written.
  if (rollout.signal?.aborted) interrupt();
  else rollout.signal?.addEventListener("abort", interrupt, { once: true });
  const following = new Watcher<PolicyBundle>(cluster, followed(rollout.name), {
    onBatch: ({ changed }) => judge.see(changed[0]),
    onSynced: () => judge.seen || judge.see(undefined),
    onFailure: ({ error }) => rollout.tell({ kind: "away", error }),
  }).run(ending.signal);
  const outcome = await judge.outcome;
  clearTimeout(timer);
  rollout.signal?.removeEventListener("abort", interrupt);
  ending.abort();
  await following;
  return outcome;
}

class Judge {
  readonly outcome: Promise<Outcome>;
  seen = false;
  private resolve!: (outcome: Outcome) => void;
  private readonly told = new Map<string, string>();
  private readonly done = new Set<string>();
  private last = new Map<string, NodeStatus>();
  private soak: NodeJS.Timeout | undefined;

  constructor(private readonly rollout: Rollout) {
    this.outcome = new Promise((resolve) => (this.resolve = resolve));
    if (rollout.nodes.length === 0) this.end("complete");
  }

  /** The PolicyBundle as it is now; undefined: there is none. */
  see(object: PolicyBundle | undefined): void {
    this.seen = true;
    const { name, digest, epoch, nodes } = this.rollout;
    if (!object) return this.end("superseded", `PolicyBundle ${name} was removed meanwhile`);
    if (object.spec.digest !== digest || object.spec.epoch !== epoch)
      return this.end(
        "superseded",
        `somebody else deployed ${object.spec.digest} as epoch ${object.spec.epoch} meanwhile`,
      );
    this.last = new Map((object.status?.nodes ?? []).map((each) => [each.node, each]));
    for (const node of nodes) {
      const status = this.last.get(node);
      if (status && status.epoch === epoch && status.digest === digest) this.node(status);
    }
    if (this.done.size < nodes.length) {
      clearTimeout(this.soak);
      this.soak = undefined;
    } else if (!this.soak) {
      const { soakMs, tell } = this.rollout;
      if (soakMs > 0) tell({ kind: "soaking", ms: soakMs });
      this.soak = setTimeout(() => this.end("complete"), soakMs);
    }
  }

  timeOut(): void {
    const { nodes, timeoutMs } = this.rollout;
    const missing = nodes.filter((node) => !this.done.has(node));
    const said = missing.map((node) => {
      const status = this.last.get(node);
      const message = status?.epoch === this.rollout.epoch ? status.message : undefined;
      return message ? `${node} (${message})` : node;
    });
    const shown =
      said.slice(0, SHOWN).join(", ") + (said.length > SHOWN ? ` and ${said.length - SHOWN} more` : "");
    const reason =
      missing.length > 0
        ? `no answer in ${timeoutMs / 1000} s from ${shown}`
        : `the time of ${timeoutMs / 1000} s was over before the nodes were looked at long enough`;
    this.end("failed", reason);
  }

  private node(status: NodeStatus): void {
    const { tell, nodes } = this.rollout;
    const { node, state, message } = status;
    if (state === "enforcing") this.done.add(node);
    else this.done.delete(node);
    const said = `${state} ${message ?? ""} ${status.pods ?? ""} ${status.podsMissing ?? ""}`;
    if (this.told.get(node) !== said) {
      this.told.set(node, said);
      tell({ kind: "node", status, done: this.done.size, of: nodes.length });
    }
    if (state === "refused") return this.end("failed", `${node} refused it: ${message ?? "no reason given"}`);
    const much = this.tooMuch(status);
    if (much) this.end("failed", much);
  }

  private tooMuch(status: NodeStatus): string | undefined {
    const { before, maxLosses, maxDenies } = this.rollout;
    const was = before.get(status.node);
    const losses = risen(status.losses, was?.losses);
    const denies = risen(status.denies, was?.denies);
    if (maxLosses !== undefined && losses > maxLosses)
      return `${status.node} lost ${losses} log events, more than ${maxLosses}`;
    if (maxDenies !== undefined && denies > maxDenies)
      return `${status.node} denied ${denies} packets, more than ${maxDenies}`;
    return undefined;
  }

  end(kind: "complete"): void;
  end(kind: "failed" | "superseded" | "interrupted", reason: string): void;
  end(kind: Outcome["kind"], reason = ""): void {
    clearTimeout(this.soak);
    this.soak = undefined;
    const done = this.done.size;
    this.resolve(kind === "complete" ? { kind, done } : { kind, reason, done });
  }
}

const SHOWN = 8;

/** A counter of an agent that started anew begins at zero. */
function risen(now = 0, before = 0): number {
  return now >= before ? now - before : now;
}
