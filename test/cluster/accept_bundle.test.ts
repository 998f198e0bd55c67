/** What a node refuses before it looks at a payload. */
import { join } from "node:path";
import { expect, test } from "vitest";
import { refusalOf } from "../../src/cluster/accept_bundle.js";
import type { PolicyBundleSpec } from "../../src/cluster/policy_bundle.js";
import { isFailure } from "../../src/node/failure.js";
import { createKey, readPrivateKey, trustedOf } from "../../src/signing/key.js";
import type { PrivateKey, TrustedKeys } from "../../src/signing/key.js";
import { signDigest } from "../../src/signing/signature.js";
import { folder } from "../bundle/building.js";

const DIGEST = `sha256:${"1".repeat(64)}`;
const OTHER = `sha256:${"2".repeat(64)}`;
const root = folder();
const made = createKey(join(root, "key"));
if (isFailure(made)) throw new Error(made.error);
const key = readPrivateKey(made.privatePath) as PrivateKey;
const trusted = trustedOf([made.publicPath]) as TrustedKeys;

const SPEC: PolicyBundleSpec = {
  digest: DIGEST,
  epoch: 7,
  payload: { namespace: "polc-system", configMaps: ["polc-bundle-1111111111111111-0"], encoding: "tar+gzip" },
  signatures: [signDigest(DIGEST, key)],
};

test("a newer epoch that a trusted key signed is accepted", () => {
  expect(refusalOf(SPEC, { trusted, enforced: { digest: OTHER, epoch: 6 } })).toBeUndefined();
});

test("the same epoch and bundle again are accepted: a node that starts anew", () => {
  expect(refusalOf(SPEC, { trusted, enforced: { digest: DIGEST, epoch: 7 } })).toBeUndefined();
});

test("an older epoch is refused, signed or not", () => {
  expect(refusalOf(SPEC, { trusted, enforced: { digest: OTHER, epoch: 8 } })).toMatchObject({
    error: "epoch 7 is older than epoch 8, which is in force",
  });
});

test("another bundle of the same epoch is refused", () => {
  expect(refusalOf(SPEC, { trusted, enforced: { digest: OTHER, epoch: 7 } })).toMatchObject({
    error: `epoch 7 is in force with another bundle, ${OTHER}`,
  });
});

test("another digest than the one that was signed is refused", () => {
  expect(refusalOf({ ...SPEC, digest: OTHER }, { trusted })).toMatchObject({
    error: `the signature by ${key.id} is not one of bundle ${OTHER}`,
  });
});

test("without trusted keys signatures are not looked at", () => {
  expect(refusalOf({ ...SPEC, signatures: [] }, {})).toBeUndefined();
});

test("a payload in a form that this polc does not read is refused", () => {
  const payload = { ...SPEC.payload, encoding: "zip" as "tar+gzip" };
  expect(refusalOf({ ...SPEC, payload }, { trusted })).toMatchObject({
    error: 'the payload is encoded as "zip", this polc reads tar+gzip',
  });
});
