/** What a deploy would write and remove, before it does. */
import type { Cluster, Writable } from "../cluster/client.js";
import { chunkNames } from "../cluster/payload.js";
import type { PolicyBundle, PolicyBundleSpec } from "../cluster/policy_bundle.js";
import type { Failure } from "../node/failure.js";
import { isFailure } from "../node/failure.js";
import type { Signature } from "../signing/signature.js";
import { findCurrent } from "./current.js";
import { lastEpoch } from "./epochs.js";
import type { Canary, ClusterNode } from "./nodes.js";
import { agentNodes, canaryNodes } from "./nodes.js";
import type { StoredPayload } from "./payloads.js";
import { payloadObjects, payloadSpec, policyBundlesOf, prunable, storedPayloads } from "./payloads.js";

/** What is to be enforced. */
export interface Target {
  readonly digest: string;
  readonly signatures: readonly Signature[];
  /** Such as `12 policies, 40 rules`. */
  readonly content: string;
  /** Undefined: of a bundle that the cluster has the payload of. */
  readonly chunks?: readonly Buffer[];
}

export interface PlanOptions {
  /** The PolicyBundle's. */
  readonly name: string;
  /** How many bundles stay in the cluster for a rollback. */
  readonly keep: number;
  readonly canary?: Canary | undefined;
  /** Left out: the one after the last that the cluster knows of. */
  readonly epoch?: number | undefined;
}

export interface PlannedObject {
  readonly change: "created" | "changed" | "removed" | "same";
  readonly kind: "ConfigMap" | "PolicyBundle";
  readonly name: string;
  /** What of it changes. */
  readonly details: readonly string[];
}

export interface Plan {
  readonly name: string;
  readonly target: Target;
  readonly current?: PolicyBundle;
  readonly spec: PolicyBundleSpec;
  readonly objects: readonly PlannedObject[];
  readonly nodes: readonly ClusterNode[];
  /** The nodes that go first. */
  readonly canary?: readonly string[];
  readonly upload: readonly Writable[];
  /** Of an upload of the same bundle that did not end. */
  readonly leftOver?: StoredPayload;
  readonly payloads: readonly StoredPayload[];
  readonly prune: readonly StoredPayload[];
}

export async function planDeploy(
  cluster: Cluster,
  target: Target,
  { name, keep, canary, epoch: wanted }: PlanOptions,
): Promise<Plan | Failure> {
  const found = await findCurrent(cluster, name);
  if (isFailure(found)) return found;
  const current = found.bundle;
  const payloads = await storedPayloads(cluster);
  if (isFailure(payloads)) return payloads;
  const bundles = await policyBundlesOf(cluster);
  if (isFailure(bundles)) return bundles;
  const nodes = await agentNodes(cluster, current?.status?.nodes ?? []);
  if (isFailure(nodes)) return nodes;
  const stored = payloads.find(({ digest, isWhole }) => digest === target.digest && isWhole);
  if (!stored && !target.chunks)
    return {
      error: `the cluster no longer has the payload of ${target.digest}`,
      help: "deploy it from its folder",
    };
  const first =
    canary && current?.spec.digest !== target.digest ? canaryNodes(canary, nodes, target.digest) : undefined;
  if (first?.length === 0)
    return {
      error: "no node that runs the agent is chosen by --canary",
      help: "kubectl get nodes --show-labels",
    };
  const last = await lastEpoch(cluster, name, current, payloads);
  if (isFailure(last)) return last;
  const epoch = wanted ?? (current?.spec.digest === target.digest ? current.spec.epoch : last + 1);
  if (wanted !== undefined && wanted <= last)
    return {
      error: `epoch ${wanted} is not after epoch ${last}, which nodes may have seen`,
      help: "leave out --epoch",
    };
  const names = stored?.names ?? chunkNames(target.digest, target.chunks!.length);
  const spec: PolicyBundleSpec = {
    ...{ digest: target.digest, epoch, payload: payloadSpec(names) },
    ...(target.signatures.length > 0 && { signatures: target.signatures }),
  };
  const upload = stored ? [] : payloadObjects({ digest: target.digest, chunks: target.chunks! }, target);
  const leftOver = stored
    ? undefined
    : payloads.find((each) => each.names.some((one) => names.includes(one)));
  const prune = pruneAfter(payloads, bundles, { name, spec, keep });
  return {
    ...{ name, target, spec, nodes, upload, payloads, prune },
    ...(current && { current }),
    ...(first && { canary: first }),
    ...(leftOver && { leftOver }),
    objects: plannedObjects({ name, current, spec, names, isStored: stored !== undefined, prune }),
  };
}

export function isChange(plan: Plan): boolean {
  return plan.objects.some(({ change }) => change !== "same");
}

/** As it will be when the new bundle is deployed. */
function pruneAfter(
  payloads: readonly StoredPayload[],
  bundles: readonly PolicyBundle[],
  { name, spec, keep }: { name: string; spec: PolicyBundleSpec; keep: number },
): readonly StoredPayload[] {
  const others = bundles.filter(({ metadata }) => metadata.name !== name);
  const after = payloads.map((payload) =>
    payload.digest === spec.digest
      ? { ...payload, deployed: [...payload.deployed, { bundle: name, epoch: spec.epoch, at: "" }] }
      : payload,
  );
  const isNew = !payloads.some(({ digest }) => digest === spec.digest);
  return prunable(after, [...others, { metadata: { name }, spec }], isNew ? Math.max(keep - 1, 0) : keep);
}

interface Planned {
  readonly name: string;
  readonly current: PolicyBundle | undefined;
  readonly spec: PolicyBundleSpec;
  readonly names: readonly string[];
  readonly isStored: boolean;
  readonly prune: readonly StoredPayload[];
}

function plannedObjects({ name, current, spec, names, isStored, prune }: Planned): readonly PlannedObject[] {
  const details = current ? specChanges(current.spec, spec) : [];
  const change = !current ? "created" : details.length > 0 ? "changed" : "same";
  return [
    ...names.map((each): PlannedObject => {
      return { change: isStored ? "same" : "created", kind: "ConfigMap", name: each, details: [] };
    }),
    { change, kind: "PolicyBundle", name, details },
    ...prune.flatMap((payload) =>
      payload.names.map((each): PlannedObject => {
        return { change: "removed", kind: "ConfigMap", name: each, details: [] };
      }),
    ),
  ];
}

function specChanges(before: PolicyBundleSpec, after: PolicyBundleSpec): readonly string[] {
  const signers = ({ signatures = [] }: PolicyBundleSpec) =>
    signatures.map(({ keyId }) => keyId).join(", ") || "nobody";
  const changes: readonly (readonly [string, string, string])[] = [
    ["digest", before.digest, after.digest],
    ["epoch", String(before.epoch), String(after.epoch)],
    ["payload", before.payload.configMaps.join(", "), after.payload.configMaps.join(", ")],
    ["signed by", signers(before), signers(after)],
    ["canary", before.canary?.nodes.join(", ") ?? "", after.canary?.nodes.join(", ") ?? ""],
  ];
  return changes
    .filter(([, was, is]) => was !== is)
    .map(([what, was, is]) => `${what}: ${was || "none"} -> ${is || "none"}`);
}
