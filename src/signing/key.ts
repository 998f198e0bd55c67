/**
 * Keys for signing bundles: ed25519, as PEM files. A key's id is what it is, not what it is called: `ed25519-` and the first 16 digits
 * of the SHA-256 of the public key.
 */
import { createPrivateKey, createPublicKey, generateKeyPairSync } from "node:crypto";
import type { KeyObject } from "node:crypto";
import { chmodSync, readdirSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { sha256 } from "../bundle/digest.js";
import type { Failure } from "../node/failure.js";
import { failureOf, isFailure } from "../node/failure.js";

export interface PublicKey {
  readonly id: string;
  readonly key: KeyObject;
  /** SPKI, as PEM. */
  readonly pem: string;
}

export interface PrivateKey extends PublicKey {
  readonly secret: KeyObject;
}

/** By id. */
export type TrustedKeys = ReadonlyMap<string, PublicKey>;

/** `env:NAME` instead of a path: the PEM text is in this environment variable, as CI systems give secrets. */
const FROM_ENVIRONMENT = "env:";

export interface NewKey {
  readonly id: string;
  readonly privatePath: string;
  readonly publicPath: string;
}

/** Writes NAME.key, for nobody but its owner, and NAME.pub; neither may exist. */
export function createKey(name: string): NewKey | Failure {
  const { privateKey, publicKey } = generateKeyPairSync("ed25519");
  const [privatePath, publicPath] = [`${name}.key`, `${name}.pub`];
  try {
    const secret = privateKey.export({ type: "pkcs8", format: "pem" });
    const made = publicOf(publicKey);
    writeFileSync(publicPath, made.pem, { mode: 0o644, flag: "wx" });
    writeFileSync(privatePath, secret, { mode: 0o600, flag: "wx" });
    // The mode of `writeFileSync` is less than this where the umask says so, never more.
    chmodSync(privatePath, 0o600);
    return { id: made.id, privatePath, publicPath };
  } catch (error) {
    const { code, path } = error as NodeJS.ErrnoException;
    if (code === "EEXIST")
      return {
        error: `${path} exists`,
        help: "give the new key another name: old ones are needed to rotate",
      };
    return failureOf(`writing the key ${name}`, error);
  }
}

export function readPrivateKey(from: string): PrivateKey | Failure {
  const pem = from.startsWith(FROM_ENVIRONMENT) ? fromEnvironment(from) : fromFile(from);
  if (isFailure(pem)) return pem;
  try {
    const secret = createPrivateKey(pem.text);
    if (secret.asymmetricKeyType === "ed25519") return { ...publicOf(createPublicKey(secret)), secret };
    return { error: `${from} is a key of type ${secret.asymmetricKeyType}, not ed25519`, help: MAKE };
  } catch {
    return { error: `${from} is no private key in PEM form`, help: MAKE };
  }
}

const MAKE = "make one: polc key new NAME";

function fromEnvironment(from: string): { text: string } | Failure {
  const name = from.slice(FROM_ENVIRONMENT.length);
  const text = process.env[name];
  return text
    ? { text }
    : { error: `the environment variable ${name} is not set`, help: "it holds a private key" };
}

function fromFile(path: string): { text: string } | Failure {
  try {
    const open = statSync(path).mode & 0o077;
    if (open !== 0 && process.platform !== "win32")
      return { error: `others can read the private key ${path}`, help: `chmod 600 ${path}` };
    return { text: readFileSync(path, "utf8") };
  } catch (error) {
    return failureOf(`reading the private key ${path}`, error);
  }
}

/** Of a private key the public half: so that nobody has to keep both files. */
export function readPublicKey(path: string): PublicKey | Failure {
  try {
    const key = createPublicKey(readFileSync(path, "utf8"));
    if (key.asymmetricKeyType === "ed25519") return publicOf(key);
    return { error: `${path} is a key of type ${key.asymmetricKeyType}, not ed25519`, help: MAKE };
  } catch (error) {
    if ((error as NodeJS.ErrnoException).path !== undefined)
      return failureOf(`reading the public key ${path}`, error);
    return { error: `${path} is no public key in PEM form`, help: MAKE };
  }
}

/**
 * Every `*.pub` of a folder, such as a mounted Secret. One that cannot be read is a failure, and not one key less: with none
 * left, all would be trusted.
 */
export function readTrustedKeys(folder: string): TrustedKeys | Failure {
  let names: readonly string[];
  try {
    names = readdirSync(folder).filter((name) => name.endsWith(".pub"));
  } catch (error) {
    return failureOf(`reading the trusted keys in ${folder}`, error);
  }
  if (names.length === 0)
    return { error: `there is no key in ${folder}`, help: "add one, or run without trusted keys" };
  return trustedOf(names.map((name) => join(folder, name)));
}

export function trustedOf(paths: readonly string[]): TrustedKeys | Failure {
  const keys = new Map<string, PublicKey>();
  for (const path of paths) {
    const key = readPublicKey(path);
    if (isFailure(key)) return key;
    keys.set(key.id, key);
  }
  return keys;
}

function publicOf(key: KeyObject): PublicKey {
  const { x } = key.export({ format: "jwk" }) as { x: string };
  const id = `ed25519-${sha256(Buffer.from(x, "base64url")).slice(0, 16)}`;
  return { id, key, pem: key.export({ type: "spki", format: "pem" }) as string };
}
