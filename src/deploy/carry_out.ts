/**
 * Carries out a plan.
 *
 * 1. The payload is written first: a PolicyBundle never names what is not there.
 * 2. Then the PolicyBundle, for the canary nodes alone where there are some, and when they are done for all.
 * 3. If that fails, what was deployed before is deployed again, as a newer epoch.
 * 4. Old payloads are removed last, and only after a success.
 * 5. A write that meets an API server that is away, as while it is started anew, is made again for a while, and that is told.
 */
import type { Cluster } from "../cluster/client.js";
import type { PolicyBundle, PolicyBundleSpec } from "../cluster/policy_bundle.js";
import { RESOURCES } from "../cluster/resource.js";
import { RESTART_MS } from "../cluster/retries.js";
import type { Failure } from "../node/failure.js";
import { isFailure } from "../node/failure.js";
import { removePolicyBundle } from "./epochs.js";
import {
  historyOf,
  now,
  payloadSpec,
  recordDeployed,
  removeMaps,
  removePayloads,
  uploadPayload,
} from "./payloads.js";
import type { Plan } from "./plan.js";
import { follow } from "./rollout.js";
import type { Limits, Outcome, Progress } from "./rollout.js";

const { policyBundles } = RESOURCES;

export interface CarryOutOptions {
  readonly force: boolean;
  /** The API server checks everything, and keeps nothing. */
  readonly dryRun: boolean;
  /** Undefined: nobody waits. */
  readonly wait?: Limits | undefined;
  readonly rollback: boolean;
  /** For how long a write is made again while the API server is away. */
  readonly awayMs?: number;
  readonly tell: (told: Told) => void;
  readonly signal?: AbortSignal;
}

export type Told =
  | Progress
  | { readonly kind: "uploaded"; readonly count: number }
  | { readonly kind: "applied"; readonly epoch: number; readonly nodes: number; readonly canary: boolean }
  | { readonly kind: "rolling-back"; readonly reason: string }
  /** Something that does not matter for what is enforced. */
  | { readonly kind: "note"; readonly text: string };

export type Result =
  | { readonly kind: "checked" | "applied" }
  | { readonly kind: "complete"; readonly done: number; readonly epoch: number }
  | { readonly kind: "superseded" | "interrupted"; readonly reason: string }
  | { readonly kind: "failed"; readonly reason: string; readonly rolledBack?: RolledBack };

/** What is enforced after a rollback, or why it did not work. */
export interface RolledBack {
  /** Undefined: nothing was deployed before. */
  readonly digest?: string;
  readonly epoch?: number;
  readonly failure?: Failure;
}

export async function carryOut(
  connected: Cluster,
  plan: Plan,
  options: CarryOutOptions,
): Promise<Result | Failure> {
  const onAway = ({ error }: Failure) => options.tell({ kind: "away", error });
  const cluster = connected.patient({ ms: options.awayMs ?? RESTART_MS, onAway });
  const { upload, leftOver, name, spec } = plan;
  const { written, failure: notWritten } = await uploadPayload(cluster, upload, leftOver, options.dryRun);
  if (upload.length > 0 && !notWritten) options.tell({ kind: "uploaded", count: upload.length });
  const [first, ...rest] = stagesOf(plan);
  const applied = notWritten ?? (await apply(cluster, name, first!.spec, options));
  if (isFailure(applied)) {
    const left = await removeMaps(cluster, written);
    if (left) options.tell({ kind: "note", text: `what was uploaded is not removed: ${left.error}` });
    return applied;
  }
  if (options.dryRun) return { kind: "checked" };
  const unrecorded = await record(cluster, plan);
  let outcome = await stage(cluster, plan, first!, options);
  for (const next of rest) {
    if (outcome && outcome.kind !== "complete") break;
    const done = await apply(cluster, name, next.spec, options);
    outcome = isFailure(done)
      ? { kind: "failed", reason: done.error, done: 0 }
      : await stage(cluster, plan, next, options);
  }
  // The API server may have been away; since then the rollout was followed.
  if (unrecorded) tellUnrecorded(await record(cluster, plan), options);
  if (outcome?.kind === "failed") return failed(cluster, plan, outcome, options);
  if (outcome?.kind === "superseded" || outcome?.kind === "interrupted") return outcome;
  const failure = await removePayloads(cluster, plan.prune);
  if (failure) options.tell({ kind: "note", text: `old payloads are not removed: ${failure.error}` });
  if (!outcome) return { kind: "applied" };
  await tellRollout(cluster, name, {
    state: "complete",
    done: outcome.done,
    of: outcome.done,
    epoch: spec.epoch,
  });
  return { kind: "complete", done: outcome.done, epoch: spec.epoch };
}

/** A deploy that nobody waits for has no canary: nobody would look at it. */
interface Stage {
  readonly spec: PolicyBundleSpec;
  readonly nodes: readonly string[];
  readonly isCanary: boolean;
}

function stagesOf({ spec, nodes, canary }: Plan): readonly Stage[] {
  const ready = nodes.filter(({ isReady }) => isReady).map(({ name }) => name);
  const all: Stage = { spec, nodes: ready, isCanary: false };
  if (!canary) return [all];
  return [{ spec: { ...spec, canary: { nodes: canary } }, nodes: canary, isCanary: true }, all];
}

/** Undefined: nobody waits. */
async function stage(
  cluster: Cluster,
  { name, current }: Plan,
  { spec, nodes, isCanary }: Stage,
  { wait, tell, signal }: CarryOutOptions,
): Promise<Outcome | undefined> {
  tell({ kind: "applied", epoch: spec.epoch, nodes: nodes.length, canary: isCanary });
  const state = isCanary ? "canary" : "progressing";
  await tellRollout(cluster, name, { state, done: 0, of: nodes.length, epoch: spec.epoch });
  if (!wait) return undefined;
  const before = new Map((current?.status?.nodes ?? []).map((each) => [each.node, each]));
  return follow(cluster, {
    ...wait,
    name,
    digest: spec.digest,
    epoch: spec.epoch,
    nodes,
    before,
    tell,
    signal,
  });
}

async function apply(
  cluster: Cluster,
  name: string,
  spec: PolicyBundleSpec,
  { force, dryRun }: Pick<CarryOutOptions, "force" | "dryRun">,
): Promise<PolicyBundle | Failure> {
  const metadata = { name, labels: { "app.kubernetes.io/managed-by": "polc" } };
  return cluster.apply<PolicyBundle>(policyBundles, { metadata, spec }, { force, dryRun });
}

async function record(cluster: Cluster, plan: Plan): Promise<Failure | undefined> {
  const { name, spec, payloads, target } = plan;
  const deployed = payloads.find(({ digest }) => digest === target.digest)?.deployed ?? [];
  if (deployed.some(({ bundle, epoch }) => bundle === name && epoch === spec.epoch)) return undefined;
  return recordDeployed(cluster, { name, spec }, deployed);
}

function tellUnrecorded(failure: Failure | undefined, { tell }: CarryOutOptions): void {
  if (failure) tell({ kind: "note", text: `the history lacks this deploy: ${failure.error}` });
}

async function failed(
  cluster: Cluster,
  plan: Plan,
  { reason, done }: Outcome & { kind: "failed" },
  options: CarryOutOptions,
): Promise<Result> {
  const of = plan.nodes.length;
  const told = { state: "failed", done, of, epoch: plan.spec.epoch, message: reason } as const;
  if (!options.rollback) {
    await tellRollout(cluster, plan.name, told);
    return { kind: "failed", reason };
  }
  options.tell({ kind: "rolling-back", reason });
  return { kind: "failed", reason, rolledBack: await rollBack(cluster, plan, reason, options) };
}

async function rollBack(
  cluster: Cluster,
  plan: Plan,
  reason: string,
  options: CarryOutOptions,
): Promise<RolledBack> {
  const { name, nodes } = plan;
  const before = specBefore(plan);
  if (!before) {
    const failure = await removePolicyBundle(cluster, name, plan.spec.epoch);
    return failure ? { failure } : {};
  }
  const { digest, epoch } = before;
  const applied = await apply(cluster, name, before, options);
  if (isFailure(applied)) return { digest, epoch, failure: applied };
  tellUnrecorded(
    await record(cluster, { ...plan, spec: before, target: { ...plan.target, digest } }),
    options,
  );
  const ready = nodes.filter(({ isReady }) => isReady).map((each) => each.name);
  const timeoutMs = options.wait!.timeoutMs;
  const { tell } = options;
  const outcome = await follow(cluster, {
    ...{ name, digest, epoch, timeoutMs, tell, nodes: ready },
    soakMs: 0,
    before: new Map(),
  });
  const state = { done: outcome.done, of: ready.length, epoch, message: reason };
  await tellRollout(cluster, name, {
    ...state,
    state: outcome.kind === "complete" ? "rolled-back" : "failed",
  });
  return { digest, epoch, ...(outcome.kind !== "complete" && { failure: { error: outcome.reason } }) };
}

/** What all nodes enforced: not what was on its way to them. As an epoch of its own. */
function specBefore({ current, name, payloads, spec }: Plan): PolicyBundleSpec | undefined {
  if (!current) return undefined;
  const { canary, ...last } = current.spec;
  const epoch = spec.epoch + 1;
  const known = historyOf(name, payloads).find(({ digest }) => ![last.digest, spec.digest].includes(digest));
  if (!canary || !known) return { ...last, epoch };
  const { digest, signatures, names } = known;
  return { digest, epoch, payload: payloadSpec(names), ...(signatures.length > 0 && { signatures }) };
}

interface RolloutStatus {
  readonly state: "progressing" | "canary" | "complete" | "rolled-back" | "failed";
  readonly done: number;
  readonly of: number;
  readonly epoch: number;
  readonly message?: string;
}

/** For `kubectl get policybundles`. That it cannot be written changes nothing that is enforced. */
async function tellRollout(cluster: Cluster, name: string, told: RolloutStatus): Promise<void> {
  const { state, done, of, epoch, message } = told;
  const rollout = {
    state,
    nodes: `${done}/${of}`,
    epoch,
    at: now(),
    ...(message && { message: message.slice(0, 2048) }),
  };
  await cluster.apply(
    policyBundles,
    { metadata: { name }, status: { rollout } },
    { subresource: "status", force: true },
  );
}
