import { dump } from "js-yaml";
import { readBundle } from "../../bundle/read_bundle.js";
import { NAMESPACE, TRUSTED_KEYS } from "../../cluster/policy_bundle.js";
import { isFailure } from "../../node/failure.js";
import type { Failure } from "../../node/failure.js";
import { createKey, readPrivateKey, readPublicKey, trustedOf } from "../../signing/key.js";
import type { PrivateKey } from "../../signing/key.js";
import { checkSignatures, readSignatures, signDigest, writeSignatures } from "../../signing/signature.js";
import { printable } from "../../source/printable.js";
import { SourceMap } from "../../source/source_file.js";
import { EXIT } from "../exit.js";
import { fail } from "../fail.js";
import { printDiagnostics } from "../print_diagnostics.js";

export async function runNew(name: string): Promise<number> {
  const made = createKey(name);
  if (isFailure(made)) return failed("new", made);
  print(
    `${made.id}: ${made.privatePath} signs bundles, keep it secret; ${made.publicPath} is for the agents`,
  );
  return EXIT.ok;
}

export async function runId(path: string): Promise<number> {
  const key = readPublicKey(path);
  if (isFailure(key)) return failed("id", key);
  print(key.id);
  return EXIT.ok;
}

/** Signatures by other keys stay. */
export async function runSign(dir: string, from: readonly string[]): Promise<number> {
  const digest = await digestOf(dir);
  if (digest === undefined) return EXIT.usage;
  const keys: PrivateKey[] = [];
  for (const each of from) {
    const key = readPrivateKey(each);
    if (isFailure(key)) return failed("sign", key);
    keys.push(key);
  }
  const old = readSignatures(dir);
  if (isFailure(old)) return failed("sign", old);
  const made = keys.map((key) => signDigest(digest, key));
  const ids = new Set(made.map(({ keyId }) => keyId));
  const failure = writeSignatures(dir, [...old.filter(({ keyId }) => !ids.has(keyId)), ...made]);
  if (failure) return failed("sign", failure);
  print(`${dir}: ${digest} is signed by ${[...ids].join(", ")}`);
  return EXIT.ok;
}

export async function runVerify(dir: string, paths: readonly string[]): Promise<number> {
  const digest = await digestOf(dir);
  if (digest === undefined) return EXIT.usage;
  const trusted = trustedOf(paths);
  if (isFailure(trusted)) return failed("verify", trusted);
  const signatures = readSignatures(dir);
  if (isFailure(signatures)) return failed("verify", signatures);
  const failure = checkSignatures(digest, signatures, trusted);
  if (failure) {
    failed("verify", failure);
    return EXIT.findings;
  }
  print(`${dir}: ${digest} is signed by a key that is trusted`);
  return EXIT.ok;
}

export async function runTrust(paths: readonly string[]): Promise<number> {
  const trusted = trustedOf(paths);
  if (isFailure(trusted)) return failed("trust", trusted);
  const data = Object.fromEntries([...trusted.values()].map(({ id, pem }) => [`${id}.pub`, pem]));
  const metadata = { name: TRUSTED_KEYS, namespace: NAMESPACE };
  print(dump({ apiVersion: "v1", kind: "Secret", type: "Opaque", metadata, stringData: data }).trimEnd());
  return EXIT.ok;
}

async function digestOf(dir: string): Promise<string | undefined> {
  const bundle = await readBundle(dir);
  if (!Array.isArray(bundle)) return (bundle as { manifest: { digest: string } }).manifest.digest;
  printDiagnostics(bundle, new SourceMap());
  return undefined;
}

function failed(command: string, failure: Failure): number {
  return fail(`key ${command}`, failure.error, failure);
}

function print(text: string): void {
  process.stdout.write(`${text.split("\n").map(printable).join("\n")}\n`);
}
