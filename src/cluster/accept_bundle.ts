/** What a node checks before it enforces the bundle that the cluster names. */
import type { Bundle } from "../bundle/bundle.js";
import type { Failure } from "../node/failure.js";
import type { TrustedKeys } from "../signing/key.js";
import { checkSignatures } from "../signing/signature.js";
import { isFailure } from "../node/failure.js";
import type { Cluster } from "./client.js";
import { ENCODING, unpackBundle } from "./payload.js";
import type { PolicyBundleSpec } from "./policy_bundle.js";
import { isNotFound, RESOURCES } from "./resource.js";
import type { ApiFailure, KubeObject } from "./resource.js";

export interface Acceptance {
  /** Undefined: no keys were given, and signatures are not looked at. */
  readonly trusted?: TrustedKeys | undefined;
  /** What was enforced last. */
  readonly enforced?: { readonly digest: string; readonly epoch: number } | undefined;
}

/**
 *  1. The epoch is not older than the one in force; of the same epoch there is one bundle.
 *  2. One of the trusted keys signed the digest.
 *  3. The payload has a form that this polc reads.
 */
export function refusalOf(
  { digest, epoch, payload, signatures = [] }: PolicyBundleSpec,
  { trusted, enforced }: Acceptance,
): Failure | undefined {
  const newer = enforced && { help: `deploy it with --epoch ${enforced.epoch + 1}` };
  if (enforced && epoch < enforced.epoch)
    return { error: `epoch ${epoch} is older than epoch ${enforced.epoch}, which is in force`, ...newer };
  if (enforced && epoch === enforced.epoch && digest !== enforced.digest)
    return { error: `epoch ${epoch} is in force with another bundle, ${enforced.digest}`, ...newer };
  if (trusted) {
    const failure = checkSignatures(digest, signatures, trusted);
    if (failure) return failure;
  }
  if (payload.encoding !== ENCODING)
    return {
      error: `the payload is encoded as ${JSON.stringify(payload.encoding)}, this polc reads ${ENCODING}`,
      help: "use one version of polc for the deploy and the agents",
    };
  return undefined;
}

/** The bundle in `dir`, with all of its digests checked; a failure, and `dir` as it was. */
export async function acceptBundle(
  spec: PolicyBundleSpec,
  chunks: readonly Uint8Array[],
  dir: string,
  acceptance: Acceptance,
): Promise<Bundle | Failure> {
  return refusalOf(spec, acceptance) ?? (await unpackBundle(chunks, dir, spec.digest));
}

interface ChunkMap extends KubeObject {
  readonly binaryData?: Readonly<Record<string, string>>;
}

/** The chunks that a PolicyBundle names. One that is missing is a failure of its own. */
export async function fetchChunks(
  cluster: Cluster,
  { namespace, configMaps }: PolicyBundleSpec["payload"],
): Promise<readonly Buffer[] | ApiFailure> {
  const chunks: Buffer[] = [];
  for (const name of configMaps) {
    const map = await cluster.get<ChunkMap>(RESOURCES.configMaps, { namespace, name });
    if (isFailure(map) && !isNotFound(map)) return map;
    const chunk = isFailure(map) ? undefined : map.binaryData?.["chunk"];
    if (chunk === undefined)
      return {
        error: `the payload is missing: there is no ConfigMap ${namespace}/${name} with a chunk of the bundle`,
        help: "deploy the bundle again",
        status: 404,
      };
    chunks.push(Buffer.from(chunk, "base64"));
  }
  return chunks;
}
