/** Random policies, compiled and loaded: a sample of every class of their flows in the kernel, against the reference. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import fc from "fast-check";
import { afterAll, expect, test } from "vitest";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import { SourceMap } from "../../src/source/source_file.js";
import { verifyBundle } from "../../src/verify/verify.js";
import { policies } from "../state/arbitrary_cluster.js";

const SEED = Number(process.env["POLC_SEED"] ?? Date.now() % 1_000_000_007);
const BUNDLES = 4;
const directory = mkdtempSync(join(tmpdir(), "polc-kernel-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

test.skipIf(process.getuid?.() !== 0).each(["specialised", "table"] as const)(
  `random bundles of the %s form decide in the kernel as the reference does (seed ${SEED})`,
  { timeout: 300_000 },
  async (form) => {
    let packets = 0;
    for (const [index, given] of fc.sample(policies, { numRuns: BUNDLES, seed: SEED }).entries()) {
      const bundle = await buildBundle(given, new SourceMap(), join(directory, `${form}-${index}`), { form });
      if (Array.isArray(bundle)) throw new Error(bundle[0]!.message);
      for (const { mismatches, ...report } of await verifyBundle(bundle, { packetLimit: 5000 })) {
        expect(mismatches, `seed ${SEED}, bundle ${index}`).toEqual([]);
        packets += report.packets;
      }
    }
    process.stdout.write(`${packets} packets of ${BUNDLES} random bundles, ${form}, seed ${SEED}\n`);
    expect(packets).toBeGreaterThan(1000);
  },
);
