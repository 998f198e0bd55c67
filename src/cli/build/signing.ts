/** The keys that `polc build` signs with: read before anything is built, used when all of it is. */
import { bundleError } from "../../bundle/bundle_error.js";
import type { BuildOptions } from "../../bundle/build_bundle.js";
import { isFailure } from "../../node/failure.js";
import type { Failure } from "../../node/failure.js";
import { readPrivateKey } from "../../signing/key.js";
import type { PrivateKey } from "../../signing/key.js";
import { signDigest, writeSignatures } from "../../signing/signature.js";

export interface Signing {
  readonly sign: NonNullable<BuildOptions["check"]>;
  readonly lines: readonly string[];
}

export function signingFor(from: readonly string[]): Signing | Failure {
  const keys: PrivateKey[] = [];
  for (const each of from) {
    const key = readPrivateKey(each);
    if (isFailure(key)) return key;
    keys.push(key);
  }
  if (keys.length === 0) return { sign: () => Promise.resolve([]), lines: [] };
  return {
    sign: ({ dir, manifest: { digest } }) => {
      const signatures = keys.map((key) => signDigest(digest, key));
      const failure = writeSignatures(dir, signatures);
      return Promise.resolve(
        failure ? [bundleError("output-refused", dir, failure.error, failure.help)] : [],
      );
    },
    lines: [`signed: by ${keys.map(({ id }) => id).join(", ")}`],
  };
}
