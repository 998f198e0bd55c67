/** Signatures of bundles. What is signed is the digest, which stands for every byte of a bundle. */
import { sign, verify } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { SIGNATURES_FILE } from "../bundle/manifest.js";
import type { Failure } from "../node/failure.js";
import { failureOf } from "../node/failure.js";
import type { PrivateKey, TrustedKeys } from "./key.js";

export interface Signature {
  readonly keyId: string;
  /** In base64. */
  readonly signature: string;
}

/** No signature of something else, made with the same key, is one of a bundle. */
function signedText(digest: string): Buffer {
  return Buffer.from(`polc bundle\n${digest}\n`);
}

export function signDigest(digest: string, { id, secret }: PrivateKey): Signature {
  return { keyId: id, signature: sign(null, signedText(digest), secret).toString("base64") };
}

/**
 * Accepted iff one of the trusted keys signed this digest. While keys are rotated, a bundle has signatures of the old and the
 * new one, or nodes trust both.
 */
export function checkSignatures(
  digest: string,
  signatures: readonly Signature[],
  trusted: TrustedKeys,
): Failure | undefined {
  const good = signatures.some(({ keyId, signature }) => {
    const key = trusted.get(keyId)?.key;
    return key && verify(null, signedText(digest), key, Buffer.from(signature, "base64"));
  });
  if (good) return undefined;
  const known = signatures.filter(({ keyId }) => trusted.has(keyId));
  const error =
    known.length > 0
      ? `the signature by ${known[0]!.keyId} is not one of bundle ${digest}`
      : signatures.length > 0
        ? `bundle ${digest} is signed by ${signatures.map(({ keyId }) => keyId).join(", ")}, which is not trusted`
        : `bundle ${digest} is not signed`;
  return { error, help: `sign it with one of ${[...trusted.keys()].join(", ")}: polc build --sign` };
}

/** Those that the build wrote; none is no error. */
export function readSignatures(dir: string): readonly Signature[] | Failure {
  const path = join(dir, SIGNATURES_FILE);
  let text: string;
  try {
    text = readFileSync(path, "utf8");
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "ENOENT" ? [] : failureOf(`reading ${path}`, error);
  }
  try {
    const { signatures } = JSON.parse(text) as { signatures?: unknown };
    if (Array.isArray(signatures) && signatures.every(isSignature)) return signatures;
  } catch {
    // Said below.
  }
  return { error: `${path} holds no signatures`, help: "sign the bundle again: polc key sign" };
}

function isSignature(value: unknown): value is Signature {
  const { keyId, signature } = (value ?? {}) as Partial<Signature>;
  return typeof keyId === "string" && typeof signature === "string";
}

/** In the order of the keys' ids: the same keys give the same bytes. */
export function writeSignatures(dir: string, signatures: readonly Signature[]): Failure | undefined {
  const sorted = [...signatures].sort((a, b) => (a.keyId < b.keyId ? -1 : 1));
  const path = join(dir, SIGNATURES_FILE);
  try {
    writeFileSync(path, `${JSON.stringify({ version: 1, signatures: sorted }, undefined, 2)}\n`);
    return undefined;
  } catch (error) {
    return failureOf(`writing ${path}`, error);
  }
}
