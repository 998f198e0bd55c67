/** Keys and signatures: only a bundle that a trusted key signed counts as signed. */
import { execFileSync } from "node:child_process";
import { chmodSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { isFailure } from "../../src/node/failure.js";
import {
  createKey,
  readPrivateKey,
  readPublicKey,
  readTrustedKeys,
  trustedOf,
} from "../../src/signing/key.js";
import type { PrivateKey } from "../../src/signing/key.js";
import { checkSignatures, readSignatures, signDigest, writeSignatures } from "../../src/signing/signature.js";
import { folder } from "../bundle/building.js";

const root = folder();
const DIGEST = `sha256:${"1".repeat(64)}`;
const OTHER = `sha256:${"2".repeat(64)}`;

function newKey(name: string): PrivateKey {
  const made = createKey(join(root, name));
  if (isFailure(made)) throw new Error(made.error);
  return readPrivateKey(made.privatePath) as PrivateKey;
}

const [old, next, foreign] = ["old", "next", "foreign"].map(newKey) as [PrivateKey, PrivateKey, PrivateKey];

function trusting(...names: readonly string[]) {
  const trusted = trustedOf(names.map((name) => join(root, `${name}.pub`)));
  if (isFailure(trusted)) throw new Error(trusted.error);
  return trusted;
}

test("a new key can be read by its owner alone, its public half by everybody", () => {
  expect(["old.key", "old.pub"].map((name) => (statSync(join(root, name)).mode & 0o777).toString(8))).toEqual(
    ["600", "644"],
  );
});

test("a key is never written over another", () => {
  expect(createKey(join(root, "old"))).toEqual({
    error: `${join(root, "old.pub")} exists`,
    help: "give the new key another name: old ones are needed to rotate",
  });
});

test("the public and the private key of a pair have the same id", () => {
  expect(readPublicKey(join(root, "old.pub"))).toMatchObject({ id: old.id });
  expect(readPublicKey(join(root, "old.key"))).toMatchObject({ id: old.id });
  expect(old.id).toMatch(/^ed25519-[0-9a-f]{16}$/);
});

test("a private key that others can read is refused", () => {
  const path = join(root, "foreign.key");
  chmodSync(path, 0o640);
  expect(readPrivateKey(path)).toEqual({
    error: `others can read the private key ${path}`,
    help: `chmod 600 ${path}`,
  });
});

test("a private key may come from the environment", () => {
  process.env["POLC_TEST_KEY"] = old.secret.export({ type: "pkcs8", format: "pem" }) as string;
  expect(readPrivateKey("env:POLC_TEST_KEY")).toMatchObject({ id: old.id });
  delete process.env["POLC_TEST_KEY"];
  expect(readPrivateKey("env:POLC_TEST_KEY")).toMatchObject({
    error: "the environment variable POLC_TEST_KEY is not set",
  });
});

test("keys of another type, and files that are no keys, are refused", () => {
  const path = join(root, "rsa.key");
  execFileSync("openssl", ["genpkey", "-algorithm", "RSA", "-out", path], { stdio: "ignore" });
  chmodSync(path, 0o600);
  expect(readPrivateKey(path)).toMatchObject({ error: `${path} is a key of type rsa, not ed25519` });
  writeFileSync(path, "nothing");
  expect(readPrivateKey(path)).toMatchObject({ error: `${path} is no private key in PEM form` });
  expect(readPublicKey(path)).toMatchObject({ error: `${path} is no public key in PEM form` });
});

test("openssl accepts what is signed, so the format is nothing of our own", () => {
  const { signature } = signDigest(DIGEST, old);
  writeFileSync(join(root, "text"), `polc bundle\n${DIGEST}\n`);
  writeFileSync(join(root, "signature"), Buffer.from(signature, "base64"));
  const args = ["-verify", "-pubin", "-inkey", "old.pub", "-rawin", "-in", "text", "-sigfile", "signature"];
  expect(execFileSync("openssl", ["pkeyutl", ...args], { cwd: root, encoding: "utf8" })).toBe(
    "Signature Verified Successfully\n",
  );
});

test("a signature by a trusted key is accepted, for its own digest alone", () => {
  const signatures = [signDigest(DIGEST, old)];
  expect(checkSignatures(DIGEST, signatures, trusting("old"))).toBeUndefined();
  expect(checkSignatures(OTHER, signatures, trusting("old"))?.error).toBe(
    `the signature by ${old.id} is not one of bundle ${OTHER}`,
  );
});

test("while keys are rotated, one of two signatures, or one of two trusted keys, is enough", () => {
  const both = [signDigest(DIGEST, old), signDigest(DIGEST, next)];
  expect(checkSignatures(DIGEST, both, trusting("next"))).toBeUndefined();
  expect(checkSignatures(DIGEST, [both[0]!], trusting("old", "next"))).toBeUndefined();
});

test("no signature, and one by a key that is not trusted, are refused", () => {
  expect(checkSignatures(DIGEST, [], trusting("old"))).toEqual({
    error: `bundle ${DIGEST} is not signed`,
    help: `sign it with one of ${old.id}: polc build --sign`,
  });
  expect(checkSignatures(DIGEST, [signDigest(DIGEST, foreign)], trusting("old"))?.error).toBe(
    `bundle ${DIGEST} is signed by ${foreign.id}, which is not trusted`,
  );
});

test("a foreign signature under the id of a trusted key is refused", () => {
  const forged = { ...signDigest(DIGEST, foreign), keyId: old.id };
  expect(checkSignatures(DIGEST, [forged], trusting("old"))?.error).toBe(
    `the signature by ${old.id} is not one of bundle ${DIGEST}`,
  );
  const empty = { keyId: old.id, signature: "" };
  expect(checkSignatures(DIGEST, [empty], trusting("old"))).toMatchObject({ error: /not one of/ });
});

test("a folder of trusted keys without any, or with a broken one, trusts nobody", () => {
  const none = folder();
  expect(readTrustedKeys(none)).toMatchObject({ error: `there is no key in ${none}` });
  const broken = folder({ "a.pub": "nothing" });
  expect(readTrustedKeys(broken)).toMatchObject({
    error: `${join(broken, "a.pub")} is no public key in PEM form`,
  });
});

test("signatures are written in the order of their keys, and read again", () => {
  const dir = folder();
  const both = [signDigest(DIGEST, old), signDigest(DIGEST, next)];
  expect(readSignatures(dir)).toEqual([]);
  expect(writeSignatures(dir, both)).toBeUndefined();
  expect((readSignatures(dir) as typeof both).map(({ keyId }) => keyId)).toEqual([old.id, next.id].sort());
  writeFileSync(join(dir, "signatures.json"), `{"signatures":[{}]}`);
  expect(readSignatures(dir)).toMatchObject({ error: `${join(dir, "signatures.json")} holds no signatures` });
});
