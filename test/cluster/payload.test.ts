/** A bundle that travels through the API arrives as it was, or not at all. */
import { execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { gunzipSync, gzipSync } from "node:zlib";
import { beforeAll, expect, test } from "vitest";
import type { Bundle } from "../../src/bundle/bundle.js";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import { readBundle } from "../../src/bundle/read_bundle.js";
import { CHUNK_BYTES, chunkNames, packBundle, packFiles, unpackBundle } from "../../src/cluster/payload.js";
import type { Payload } from "../../src/cluster/payload.js";
import { readTar, writeTar } from "../../src/cluster/tar.js";
import { isFailure } from "../../src/node/failure.js";
import { contents, folder, POLICIES } from "../bundle/building.js";
import { parsed } from "../codegen/parsed.js";

const root = folder();
const good = join(root, "good");
let payload: Payload;

beforeAll(async () => {
  const { policies, sources } = parsed(POLICIES);
  const bundle = await buildBundle(policies, sources, good);
  if (Array.isArray(bundle)) throw new Error(bundle[0]!.message);
  const packed = await packBundle(good);
  if (isFailure(packed)) throw new Error(packed.error);
  payload = packed;
});

test("a bundle is the same after packing and unpacking", async () => {
  const dir = join(root, "copy");
  expect(await unpackBundle(payload.chunks, dir, payload.digest)).toMatchObject({
    dir,
    manifest: { digest: payload.digest },
  });
  expect(contents(dir)).toEqual(contents(good));
});

test("packing the same bundle twice gives the same bytes", async () => {
  expect(await packBundle(good)).toEqual(payload);
});

test("tar itself lists what is packed", () => {
  const input = Buffer.concat(payload.chunks);
  const listed = execFileSync("tar", ["-tzf", "-"], { input, encoding: "utf8" });
  expect(listed.trim().split("\n")).toEqual(readdirSync(good).sort());
});

test("chunks are named by the digest's first 16 digits and their place", () => {
  expect(chunkNames("sha256:0123456789abcdef0123", 2)).toEqual([
    "polc-bundle-0123456789abcdef-0",
    "polc-bundle-0123456789abcdef-1",
  ]);
});

test("chunks are cut at the size that a ConfigMap takes, and make the bundle again in their order alone", async () => {
  expect(payload.chunks.map(({ length }) => length <= CHUNK_BYTES)).toEqual([true]);
  const packed = await packFiles((await readBundle(good)) as Bundle, 1000);
  if (isFailure(packed)) throw new Error(packed.error);
  const { chunks } = packed;
  expect(chunks.length).toBeGreaterThan(10);
  expect(chunks.slice(0, -1).every(({ length }) => length === 1000)).toBe(true);
  expect(await unpackBundle(chunks, join(root, "joined"), payload.digest)).toMatchObject({
    dir: join(root, "joined"),
  });
  expect(contents(join(root, "joined"))).toEqual(contents(good));
  expect(await refused([chunks[1]!, chunks[0]!, ...chunks.slice(2)])).toMatch(
    /^the payload cannot be unpacked: /,
  );
});

async function refused(chunks: readonly Buffer[], digest = payload.digest): Promise<string> {
  const dir = join(root, "refused");
  const result = await unpackBundle(chunks, dir, digest);
  expect(existsSync(dir)).toBe(false);
  return isFailure(result) ? result.error : "accepted";
}

test("another bundle than the one that was asked for is not written", async () => {
  const other = `sha256:${"0".repeat(64)}`;
  expect(await refused(payload.chunks, other)).toBe(
    `the payload is another bundle: ${payload.digest} instead of ${other}`,
  );
});

test("a payload that is cut off is not written", async () => {
  const whole = Buffer.concat(payload.chunks);
  expect(await refused([whole.subarray(0, whole.length - 100)])).toBe(
    "the payload cannot be unpacked: unexpected end of file",
  );
});

test("a payload with one changed file is not written", async () => {
  const files = readTar(gunzipSync(Buffer.concat(payload.chunks))) as { name: string; data: Buffer }[];
  const changed = files.map(({ name, data }) => ({
    name,
    data: name === "ir.json" ? Buffer.from(data.toString().replace("10.0.0.0/8", "10.0.0.0/9")) : data,
  }));
  expect(await refused([gzipSync(writeTar(changed))])).toBe(
    "the bundle of the payload is not valid: this file was changed after the build: its digest differs",
  );
});

test.each(["../escaped", "/tmp/escaped", "a/b", "..", ""])(
  "a payload with a file named %j is not written",
  async (name) => {
    expect(await refused([gzipSync(writeTar([{ name, data: Buffer.from("x") }]))])).toMatch(
      /^the payload is no bundle: it holds a file ".*", which is no plain name$/,
    );
  },
);

test("a payload with a link is not written", async () => {
  const archive = writeTar([{ name: "manifest.json", data: Buffer.alloc(0) }]);
  archive[156] = "2".charCodeAt(0);
  const sum = archive
    .subarray(0, 512)
    .reduce((all, byte, at) => all + (at >= 148 && at < 156 ? 32 : byte), 0);
  archive.write(`${sum.toString(8).padStart(6, "0")}\0 `, 148);
  expect(await refused([gzipSync(archive)])).toBe("the payload is no bundle: manifest.json is no plain file");
});

test("a payload that would unpack to more than a bundle's size is not written", async () => {
  const bomb = gzipSync(Buffer.alloc(600 * 1024 * 1024));
  expect(await refused([bomb])).toMatch(
    /^the payload cannot be unpacked: Cannot create a Buffer larger than/,
  );
});
