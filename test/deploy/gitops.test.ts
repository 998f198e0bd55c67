/** `polc deploy --to`: a folder for what applies a git repository, and no cluster. */
import { spawnSync } from "node:child_process";
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { load } from "js-yaml";
import { beforeAll, expect, test } from "vitest";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import * as deploy from "../../src/cli/deploy/deploy.js";
import { unpackBundle } from "../../src/cluster/payload.js";
import type { PolicyBundle } from "../../src/cluster/policy_bundle.js";
import { isFailure } from "../../src/node/failure.js";
import { contents, folder, POLICIES } from "../bundle/building.js";
import { runCommand } from "../cli/run_command.js";
import { parsed } from "../codegen/parsed.js";

const root = folder();
const digests: string[] = [];

/** Three that differ in a port. */
beforeAll(async () => {
  for (const port of [8080, 8081, 8082]) {
    const { policies, sources } = parsed(POLICIES.replace("8080", String(port)));
    const bundle = await buildBundle(policies, sources, join(root, `${port}`), {
      cacheDir: join(root, "cache"),
    });
    if (Array.isArray(bundle)) throw new Error(bundle[0]!.message);
    digests.push((bundle as { manifest: { digest: string } }).manifest.digest);
  }
});

const written = (to: string, port: number, ...args: readonly string[]) =>
  runCommand(deploy, join(root, `${port}`), "--to", to, ...args);
const bundleIn = (to: string) => load(readFileSync(join(to, "policybundle.yaml"), "utf8")) as PolicyBundle;
const short = (i: number) => digests[i]!.slice(0, 19);
const payload = (i: number) => `polc-bundle-${digests[i]!.slice(7, 23)}-0.yaml`;

test("the folder has the payload, the PolicyBundle and a kustomization of both", async () => {
  const to = join(root, "first");
  expect(await written(to, 8080)).toEqual({
    code: 0,
    stdout: `${to}: ${short(0)} as epoch 1 written\n`,
    stderr: "",
  });
  expect(readdirSync(to)).toEqual(["kustomization.yaml", payload(0), "policybundle.yaml"].sort());
  expect(bundleIn(to)).toMatchObject({
    apiVersion: "polc.dev/v1alpha1",
    spec: { digest: digests[0], epoch: 1 },
  });
  const map = load(readFileSync(join(to, payload(0)), "utf8")) as { binaryData: { chunk: string } };
  const chunks = [Buffer.from(map.binaryData.chunk, "base64")];
  expect(isFailure(await unpackBundle(chunks, join(root, "copy"), digests[0]!))).toBe(false);
  expect(contents(join(root, "copy"))).toEqual(contents(join(root, "8080")));
});

test("kubectl makes one list of the folder", async () => {
  const to = join(root, "listed");
  await written(to, 8080);
  const { status, stdout } = spawnSync("kubectl", ["kustomize", to], { encoding: "utf8" });
  expect([status, [...stdout.matchAll(/^kind: (.*)$/gm)].map(([, kind]) => kind)]).toEqual([
    0,
    ["ConfigMap", "PolicyBundle"],
  ]);
});

test("a new bundle takes the next epoch, and keeps the payload before it alone", async () => {
  const to = join(root, "grown");
  for (const port of [8080, 8081]) await written(to, port);
  expect((await written(to, 8082)).stdout).toBe(
    `${to}: ${short(2)} as epoch 3 written, before ${short(1)} as epoch 2\n`,
  );
  expect(readdirSync(to).filter((name) => name.startsWith("polc-"))).toEqual([payload(1), payload(2)].sort());
});

test("the same bundle again changes no byte, and the exit code says so", async () => {
  const to = join(root, "same");
  expect(await written(to, 8080, "--detailed-exitcode")).toMatchObject({ code: 2 });
  const before = contents(to);
  expect(await written(to, 8080, "--detailed-exitcode")).toEqual({
    code: 0,
    stdout: `${to}: ${short(0)} as epoch 1 is there already, before ${short(0)} as epoch 1\n`,
    stderr: "",
  });
  expect(contents(to)).toEqual(before);
});

test("an epoch may be given, but never an older one", async () => {
  const to = join(root, "given");
  expect((await written(to, 8080, "--epoch", "7")).stdout).toBe(`${to}: ${short(0)} as epoch 7 written\n`);
  expect(await written(to, 8081, "--epoch", "7")).toMatchObject({
    code: 2,
    stderr: `polc deploy --to: epoch 7 is not after epoch 7, which ${join(to, "policybundle.yaml")} has\n  help: leave out --epoch\n`,
  });
});

test("a dry run writes nothing", async () => {
  const to = join(root, "dry");
  expect((await written(to, 8080, "--dry-run")).stdout).toBe(
    `${to}: ${short(0)} as epoch 1 would be written\n`,
  );
  expect(existsSync(to)).toBe(false);
});

test("a file that is no PolicyBundle is not replaced", async () => {
  const to = folder({ "policybundle.yaml": "kind: Other\n" });
  expect(await written(to, 8080)).toMatchObject({
    code: 2,
    stderr: expect.stringContaining(`${join(to, "policybundle.yaml")} is no PolicyBundle\n`) as string,
  });
  writeFileSync(join(to, "policybundle.yaml"), "{");
  expect(await written(to, 8080)).toMatchObject({ code: 2 });
});
