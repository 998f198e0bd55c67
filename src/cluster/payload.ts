/**
 * A bundle as it travels through the API: its files as a tar archive, compressed, in chunks that fit into ConfigMaps. What a
 * node unpacks counts only if every digest in it is right, and the bundle is the one that was asked for.
 */
import { readFile, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { promisify } from "node:util";
import { constants, gunzip, gzip } from "node:zlib";
import type { Bundle } from "../bundle/bundle.js";
import { MANIFEST_FILE } from "../bundle/manifest.js";
import { replaceDirectory } from "../bundle/output_directory.js";
import { bundleFiles, readBundle } from "../bundle/read_bundle.js";
import type { Failure } from "../node/failure.js";
import { failureOf, isFailure } from "../node/failure.js";
import type { TarFile } from "./tar.js";
import { readTar, writeTar } from "./tar.js";

export const ENCODING = "tar+gzip";
/** With base64 and the rest of an object below the 1 MiB of a ConfigMap and the 1.5 MiB of a request. */
export const CHUNK_BYTES = 700 * 1024;
/** More is no bundle, but something that wants to fill a node's memory. */
const UNPACKED_BYTES = 512 * 1024 * 1024;

export interface Payload {
  /** Of the bundle, as its manifest has it. */
  readonly digest: string;
  readonly chunks: readonly Buffer[];
}

/** The ConfigMap of each chunk, in order. */
export function chunkNames(digest: string, count: number): readonly string[] {
  const start = digest.replace(/^sha256:/, "").slice(0, 16);
  return Array.from({ length: count }, (_, i) => `polc-bundle-${start}-${i}`);
}

export async function packBundle(dir: string): Promise<Payload | Failure> {
  const bundle = await readBundle(dir);
  if (Array.isArray(bundle)) return invalid(dir, bundle);
  return packFiles(bundle as Bundle);
}

/** Of a bundle whose digests were checked. */
export async function packFiles(
  { dir, manifest }: Bundle,
  chunkBytes: number = CHUNK_BYTES,
): Promise<Payload | Failure> {
  try {
    const names = [MANIFEST_FILE, ...new Set(bundleFiles(manifest).map(({ file }) => file))];
    const files: TarFile[] = [];
    for (const name of names) files.push({ name, data: await readFile(join(dir, name)) });
    const packed = await promisify(gzip)(writeTar(files), { level: constants.Z_BEST_COMPRESSION });
    // RFC 1952, OS: 255 is unknown. zlib writes the system it was compiled for.
    packed[9] = 255;
    const count = Math.ceil(packed.length / chunkBytes);
    const chunks = Array.from({ length: count }, (_, i) =>
      packed.subarray(i * chunkBytes, (i + 1) * chunkBytes),
    );
    return { digest: manifest.digest, chunks };
  } catch (error) {
    return failureOf(`packing the bundle ${dir}`, error);
  }
}

/** Writes the bundle into `dir`, which is replaced as a whole, if it is the one with this digest. Else `dir` stays as it was. */
export async function unpackBundle(
  chunks: readonly Uint8Array[],
  dir: string,
  digest: string,
): Promise<Bundle | Failure> {
  const files = await filesOf(chunks);
  if (isFailure(files)) return files;
  let failure: Failure = { error: `the bundle cannot be written into ${dir}` };
  try {
    const bundle = await replaceDirectory(dir, async (fresh) => {
      for (const { name, data } of files) await writeFile(join(fresh, name), data);
      const found = await checked(fresh, digest);
      if (isFailure(found)) return void (failure = found);
      return found;
    });
    return bundle ? { ...bundle, dir } : failure;
  } catch (error) {
    return failureOf(`writing the bundle into ${dir}`, error);
  }
}

async function filesOf(chunks: readonly Uint8Array[]): Promise<readonly TarFile[] | Failure> {
  try {
    const files = readTar(
      await promisify(gunzip)(Buffer.concat(chunks), { maxOutputLength: UNPACKED_BYTES }),
    );
    return typeof files === "string"
      ? { error: `the payload is not a bundle: ${files}`, help: AGAIN }
      : files;
  } catch (error) {
    return { error: `the payload cannot be unpacked: ${(error as Error).message}`, help: AGAIN };
  }
}

const AGAIN = "deploy the bundle again";

async function checked(dir: string, digest: string): Promise<Bundle | Failure> {
  const bundle = await readBundle(dir);
  if (Array.isArray(bundle)) return { ...invalid("of the payload", bundle), help: AGAIN };
  const found = (bundle as Bundle).manifest.digest;
  if (found === digest) return bundle as Bundle;
  return { error: `the payload is another bundle: ${found} instead of ${digest}`, help: AGAIN };
}

function invalid(dir: string, problems: readonly { message: string }[]): Failure {
  return {
    error: `the bundle ${dir} is not valid: ${problems.map(({ message }) => message).join("; ")}`,
    help: "make it again: polc build",
  };
}
