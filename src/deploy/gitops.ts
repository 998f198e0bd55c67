/** The objects of a deploy as files, for what applies a folder of a git repository: Argo CD, Flux, `kubectl apply -k`. */
import { mkdirSync, readFileSync, readdirSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { dump, load } from "js-yaml";
import type { Writable } from "../cluster/client.js";
import { chunkNames } from "../cluster/payload.js";
import type { PolicyBundle, PolicyBundleSpec } from "../cluster/policy_bundle.js";
import { apiVersionOf, RESOURCES } from "../cluster/resource.js";
import type { Resource } from "../cluster/resource.js";
import type { Failure } from "../node/failure.js";
import { failureOf, isFailure } from "../node/failure.js";
import { payloadObjects, payloadSpec } from "./payloads.js";
import type { Target } from "./plan.js";

const BUNDLE_FILE = "policybundle.yaml";
const KUSTOMIZATION = "kustomization.yaml";
const PAYLOAD_FILE = /^polc-bundle-[0-9a-f]{16}-\d+\.yaml$/;

export interface Written {
  readonly epoch: number;
  /** Undefined: there was none. */
  readonly before?: PolicyBundleSpec;
  readonly isSame: boolean;
}

/**
 * Writes the payload first and the PolicyBundle last. The payload of what was there before stays, for nodes that start before the
 * folder is applied; older ones go.
 */
export function writeFolder(
  dir: string,
  target: Required<Target>,
  { name, epoch: wanted, dryRun }: { name: string; epoch?: number | undefined; dryRun: boolean },
): Written | Failure {
  const before = readBefore(dir);
  if (isFailure(before)) return before;
  const { spec: was } = before;
  const isSame =
    was?.digest === target.digest &&
    JSON.stringify(was.signatures ?? []) === JSON.stringify(target.signatures);
  const epoch = wanted ?? (was?.digest === target.digest ? was.epoch : 1 + (was?.epoch ?? 0));
  if (was && (epoch < was.epoch || (epoch === was.epoch && was.digest !== target.digest)))
    return {
      error: `epoch ${epoch} is not after epoch ${was.epoch}, which ${join(dir, BUNDLE_FILE)} has`,
      help: "leave out --epoch",
    };
  const names = chunkNames(target.digest, target.chunks.length);
  const spec: PolicyBundleSpec = {
    ...{ digest: target.digest, epoch, payload: payloadSpec(names) },
    ...(target.signatures.length > 0 && { signatures: target.signatures }),
  };
  const written = { epoch, isSame: isSame && epoch === was?.epoch, ...(was && { before: was }) };
  if (dryRun) return written;
  try {
    mkdirSync(dir, { recursive: true });
    const kept = new Set([...names, ...(was?.payload.configMaps ?? [])]);
    for (const object of payloadObjects(target, target))
      writeWhole(join(dir, `${object.metadata.name}.yaml`), yaml(RESOURCES.configMaps, object));
    const there = readdirSync(dir).filter(
      (file) => PAYLOAD_FILE.test(file) && kept.has(file.replace(/\.yaml$/, "")),
    );
    const resources = [...there.sort(), BUNDLE_FILE];
    const metadata = { name, labels: { "app.kubernetes.io/managed-by": "polc" } };
    writeWhole(join(dir, BUNDLE_FILE), yaml(RESOURCES.policyBundles, { metadata, spec }));
    writeWhole(
      join(dir, KUSTOMIZATION),
      dump({ apiVersion: "kustomize.config.k8s.io/v1beta1", kind: "Kustomization", resources }),
    );
    for (const file of readdirSync(dir))
      if (PAYLOAD_FILE.test(file) && !resources.includes(file)) rmSync(join(dir, file));
    return written;
  } catch (error) {
    return failureOf(`writing into ${dir}`, error);
  }
}

function readBefore(dir: string): { readonly spec?: PolicyBundleSpec } | Failure {
  const path = join(dir, BUNDLE_FILE);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? {} : failureOf(`reading ${path}`, error);
  }
  try {
    const { spec } = load(text) as PolicyBundle;
    if (Number.isSafeInteger(spec.epoch) && Array.isArray(spec.payload.configMaps)) return { spec };
  } catch {
    // Said below.
  }
  return {
    error: `${path} is no PolicyBundle`,
    help: "remove it, and pass an --epoch later than the one that the nodes enforce",
  };
}

function yaml(resource: Resource, object: Writable): string {
  return dump({ apiVersion: apiVersionOf(resource), kind: resource.kind, ...object }, { lineWidth: -1 });
}

function writeWhole(path: string, text: string): void {
  const beside = `${path}.${process.pid}.tmp`;
  writeFileSync(beside, text);
  renameSync(beside, path);
}
