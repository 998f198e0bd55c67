/**
 * The bundles that a cluster holds, in immutable ConfigMaps named by their content. The first chunk is written last, so a payload
 * that has it is whole; its annotations say what the payload is and when it was deployed.
 */
import { isFailure } from "../node/failure.js";
import type { Failure } from "../node/failure.js";
import type { Cluster, Writable } from "../cluster/client.js";
import { chunkNames, ENCODING } from "../cluster/payload.js";
import type { Payload } from "../cluster/payload.js";
import { NAMESPACE } from "../cluster/policy_bundle.js";
import type { PolicyBundle, PolicyBundleSpec } from "../cluster/policy_bundle.js";
import type { ApiFailure, KubeObject, ObjectMeta } from "../cluster/resource.js";
import { RESOURCES } from "../cluster/resource.js";
import type { Signature } from "../signing/signature.js";

const { configMaps, policyBundles } = RESOURCES;

export const PAYLOAD_LABELS = { "app.kubernetes.io/managed-by": "polc", "polc.dev/part": "payload" };
const PAYLOADS = "polc.dev/part=payload";

const ANNOTATIONS = {
  digest: "polc.dev/digest",
  chunks: "polc.dev/chunks",
  signatures: "polc.dev/signatures",
  content: "polc.dev/content",
  deployed: "polc.dev/deployed",
} as const;

export interface StoredPayload {
  /** Undefined: of an upload that did not end. */
  readonly digest?: string;
  /** All that there are, in order. */
  readonly names: readonly string[];
  readonly isWhole: boolean;
  readonly signatures: readonly Signature[];
  /** Such as `12 policies, 40 rules`. */
  readonly content: string;
  readonly deployed: readonly DeployedOnce[];
  readonly created: string;
}

export interface DeployedOnce {
  /** The PolicyBundle's name. */
  readonly bundle: string;
  readonly epoch: number;
  readonly at: string;
}

export async function storedPayloads(cluster: Cluster): Promise<readonly StoredPayload[] | Failure> {
  const listed = await cluster.listMetadata(configMaps, { namespace: NAMESPACE, labelSelector: PAYLOADS });
  if (isFailure(listed)) return listed;
  const sets = new Map<string, ObjectMeta[]>();
  for (const { metadata } of listed.items) {
    const [, set] = /^(.*)-\d+$/.exec(metadata.name) ?? [];
    if (set !== undefined) sets.set(set, [...(sets.get(set) ?? []), metadata]);
  }
  return [...sets.values()].map(payloadOf);
}

function payloadOf(chunks: readonly ObjectMeta[]): StoredPayload {
  const placeOf = ({ name }: ObjectMeta) => Number(/\d+$/.exec(name)![0]);
  const sorted = [...chunks].sort((a, b) => placeOf(a) - placeOf(b));
  const annotations = (placeOf(sorted[0]!) === 0 && sorted[0]!.annotations) || {};
  const digest = annotations[ANNOTATIONS.digest];
  return {
    ...(digest !== undefined && { digest }),
    names: sorted.map(({ name }) => name),
    isWhole: Number(annotations[ANNOTATIONS.chunks]) === sorted.length,
    signatures: listOf<Signature>(annotations[ANNOTATIONS.signatures]),
    content: annotations[ANNOTATIONS.content] ?? "",
    deployed: listOf<DeployedOnce>(annotations[ANNOTATIONS.deployed]),
    created: sorted[0]!.creationTimestamp ?? "",
  };
}

/** What people may have written into an annotation is at worst not known. */
function listOf<T>(text: string | undefined): readonly T[] {
  try {
    const value: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(value) ? (value as T[]) : [];
  } catch {
    return [];
  }
}

/** The objects of a payload, the first one last: in the order in which they are written. */
export function payloadObjects(
  { digest, chunks }: Payload,
  { signatures, content }: Pick<StoredPayload, "signatures" | "content">,
): readonly Writable[] {
  const names = chunkNames(digest, chunks.length);
  return names
    .map((name, place) => ({
      metadata: {
        name,
        namespace: NAMESPACE,
        labels: PAYLOAD_LABELS,
        ...(place === 0 && {
          annotations: {
            [ANNOTATIONS.digest]: digest,
            [ANNOTATIONS.chunks]: String(chunks.length),
            [ANNOTATIONS.content]: content,
            [ANNOTATIONS.signatures]: JSON.stringify(signatures),
          },
        }),
      },
      immutable: true,
      binaryData: { chunk: chunks[place]!.toString("base64") },
    }))
    .reverse();
}

/**
 * Writes those that are not there; what an interrupted upload of the same bundle left is replaced. Nothing half-written stays: if one
 * cannot be written, those that were are removed.
 */
export async function uploadPayload(
  cluster: Cluster,
  objects: readonly Writable[],
  leftOver: StoredPayload | undefined,
  dryRun: boolean,
): Promise<Uploaded> {
  const left = leftOver?.names ?? [];
  const written: string[] = [];
  for (const name of left) {
    const failure = await cluster.delete(configMaps, { namespace: NAMESPACE, name }, { dryRun });
    if (failure && failure.status !== 404) return { written, failure };
  }
  for (const object of objects) {
    const { name } = object.metadata;
    if (dryRun && left.includes(name)) continue;
    const made = await cluster.create<KubeObject>(configMaps, object, { dryRun });
    // Another deploy of the same bundle was quicker.
    if (isFailure(made) && (made as ApiFailure).reason === "AlreadyExists") continue;
    if (isFailure(made)) return { written, failure: made };
    if (!dryRun) written.push(name);
  }
  return { written };
}

export interface Uploaded {
  /** The ConfigMaps that were not there before. */
  readonly written: readonly string[];
  readonly failure?: Failure;
}

export function payloadSpec(names: readonly string[]): PolicyBundleSpec["payload"] {
  return { namespace: NAMESPACE, configMaps: names, encoding: ENCODING };
}

/** Keeps in the payload itself that it was deployed, and which signatures it had. */
export async function recordDeployed(
  cluster: Cluster,
  { name, spec }: { readonly name: string; readonly spec: PolicyBundleSpec },
  before: readonly DeployedOnce[],
): Promise<Failure | undefined> {
  const deployed = [...before, { bundle: name, epoch: spec.epoch, at: now() }].slice(-RECORDED);
  const annotations = {
    [ANNOTATIONS.deployed]: JSON.stringify(deployed),
    [ANNOTATIONS.signatures]: JSON.stringify(spec.signatures ?? []),
  };
  const place = { namespace: NAMESPACE, name: spec.payload.configMaps[0]! };
  const patched = await cluster.merge<KubeObject>(configMaps, place, { metadata: { annotations } });
  return isFailure(patched) ? patched : undefined;
}

/** Annotations are not to grow without end. */
const RECORDED = 50;

export function now(): string {
  return new Date().toISOString().replace(/\.\d+Z$/, "Z");
}

export interface Deploy extends DeployedOnce {
  readonly digest: string;
  readonly content: string;
  readonly signatures: readonly Signature[];
  readonly names: readonly string[];
}

/** The deploys of a PolicyBundle that the cluster still has the payload of, the last one first. */
export function historyOf(name: string, payloads: readonly StoredPayload[]): readonly Deploy[] {
  return payloads
    .flatMap(({ digest, isWhole, deployed, content, signatures, names }) =>
      digest === undefined || !isWhole
        ? []
        : deployed
            .filter(({ bundle }) => bundle === name)
            .map((each) => ({ ...each, digest, content, signatures, names })),
    )
    .sort((a, b) => b.epoch - a.epoch);
}

/** An upload that is this old and was never deployed was given up. */
const GIVEN_UP_MS = 3600_000;

/**
 * Those that nothing needs any more: neither any PolicyBundle, nor the last `keep` digests of one. The payload of a PolicyBundle that
 * is to be removed was deployed, also if its history could not be written.
 */
export function prunable(
  payloads: readonly StoredPayload[],
  bundles: readonly PolicyBundle[],
  keep: number,
  removed?: PolicyBundle,
): readonly StoredPayload[] {
  const wasNeeded = new Set(removed?.spec.payload.configMaps);
  const needed = new Set(bundles.flatMap(({ spec }) => spec.payload.configMaps));
  const kept = new Set(
    bundles.flatMap(({ metadata }) => {
      const digests = new Set(historyOf(metadata.name, payloads).map(({ digest }) => digest));
      return [...digests].slice(0, keep);
    }),
  );
  return payloads.filter(({ digest, names, deployed, created }) => {
    if (names.some((each) => needed.has(each))) return false;
    if (digest !== undefined && kept.has(digest)) return false;
    if (deployed.length > 0 || names.some((each) => wasNeeded.has(each))) return true;
    return Date.now() - Date.parse(created) > GIVEN_UP_MS;
  });
}

export async function policyBundlesOf(cluster: Cluster): Promise<readonly PolicyBundle[] | Failure> {
  const listed = await cluster.list<PolicyBundle>(policyBundles);
  return isFailure(listed) ? listed : listed.items;
}

export async function removePayloads(
  cluster: Cluster,
  payloads: readonly StoredPayload[],
): Promise<Failure | undefined> {
  return removeMaps(
    cluster,
    payloads.flatMap(({ names }) => names),
  );
}

/** The first chunk of a payload first: without it the rest is known not to be whole. */
export async function removeMaps(cluster: Cluster, names: readonly string[]): Promise<Failure | undefined> {
  for (const name of [...names].sort()) {
    const failure = await cluster.delete(configMaps, { namespace: NAMESPACE, name });
    if (failure && failure.status !== 404) return failure;
  }
  return undefined;
}
