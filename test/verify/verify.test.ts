import { createHash } from "node:crypto";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { buildBundle } from "../../src/bundle/build_bundle.js";
import { readBundle } from "../../src/bundle/read_bundle.js";
import type { Bundle } from "../../src/bundle/bundle.js";
import { manifestDigest, parseManifest, printManifest } from "../../src/bundle/bundle_json.js";
import { findCompiler, compile } from "../../src/bundle/compiler.js";
import { parseYamlFile } from "../../src/parser/yaml_file.js";
import { SourceFile, SourceMap } from "../../src/source/source_file.js";
import { describeReports } from "../../src/verify/describe_reports.js";
import type { VerifyProgress } from "../../src/verify/verify.js";
import { verifyBundle } from "../../src/verify/verify.js";

const asRoot = test.skipIf(process.getuid?.() !== 0);
const directory = mkdtempSync(join(tmpdir(), "polc-verify-test-"));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

async function build(name: string, yaml: string): Promise<Bundle> {
  const sources = new SourceMap();
  const file = sources.add(new SourceFile(`${name}.yaml`, yaml));
  const bundle = await buildBundle(parseYamlFile(file).policies, sources, join(directory, name));
  if (Array.isArray(bundle)) throw new Error(bundle[0]!.message);
  return bundle;
}

const SHOP = `
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: web, namespace: shop }
spec:
  podSelector: { matchLabels: { app: web } }
  ingress:
    - from:
        - namespaceSelector: { matchExpressions: [{ key: env, operator: NotIn, values: [dev, test] }] }
          podSelector: { matchLabels: { app: client } }
        - ipBlock: { cidr: 10.0.0.0/8, except: [10.1.0.0/16, 10.1.2.0/24] }
      ports: [{ port: 8080, endPort: 8090 }, { port: metrics, protocol: UDP }]
  egress:
    - to: [{ podSelector: { matchLabels: { app: db } } }]
      ports: [{ port: sql }]
  policyTypes: [Ingress, Egress]
---
apiVersion: networking.k8s.io/v1
kind: NetworkPolicy
metadata: { name: all, namespace: shop }
spec:
  podSelector: {}
  egress: [{ ports: [{ port: 53, protocol: UDP }] }]
  policyTypes: [Egress]
`;

asRoot("a bundle's programs agree with the reference on one packet of every class", async () => {
  const reports = await verifyBundle(await build("shop", SHOP), { packetLimit: 1_000_000 });
  expect(reports.map(({ set, form }) => `${set} ${form}`)).toEqual(["shop specialised"]);
  expect(reports[0]!.mismatches).toEqual([]);
  expect(reports[0]).toMatchObject({ skipped: 0 });
  expect(reports[0]!.packets).toBeGreaterThan(1000);
});

asRoot("sets that differ in names alone are verified once, and the report of each says so", async () => {
  const names = ["bank", "mail", "shop"];
  const bundle = await build("alike", names.map((name) => SHOP.replaceAll("shop", name)).join("---"));
  const seen: VerifyProgress[] = [];
  const reports = await verifyBundle(bundle, {
    packetLimit: 1_000_000,
    onProgress: (at) => seen.push(at),
  });
  expect(reports.map(({ set, sameAs }) => [set, sameAs])).toEqual([
    ["bank", undefined],
    ["mail", "bank"],
    ["shop", "bank"],
  ]);
  const [bank, mail] = reports;
  expect(bank!.packets).toBeGreaterThan(1000);
  expect(mail).toMatchObject({ subjects: bank!.subjects, packets: 0, mismatches: [] });
  expect(seen[0]).toEqual({ set: "bank", done: 0, total: 3, packets: 0, ofPackets: 0 });
  expect(describeReports(reports, 1000)).toBe(
    `bank: specialised, ${bank!.subjects} subjects x ${bank!.peers} peers, ${bank!.packets} packets, 0 mismatches
  the same for what differs from it in names alone: mail, shop
${bank!.packets} packets, one of every class of flows: 0 mismatches, 1.0 s
`,
  );
});

asRoot("a limit takes an even sample and says what it left", async () => {
  const bundle = await build("sampled", SHOP);
  const [all] = await verifyBundle(bundle, { packetLimit: 1_000_000 });
  const [sample] = await verifyBundle(bundle, { packetLimit: 100 });
  expect(sample!.packets).toBeLessThanOrEqual(200);
  expect(sample!.skipped).toBeGreaterThan(all!.packets / 2);
});

/** Compiles changed C into the bundle, digests and all: what a mistake in the compiler would have made. */
async function withMistake(bundle: Bundle, from: string | RegExp, to: string): Promise<Bundle> {
  const set = bundle.manifest.sets[0]!;
  if (set.form !== "specialised") throw new Error("a table has no C");
  const source = join(bundle.dir, set.source);
  const text = readFileSync(source, "utf8");
  const changed = text.replace(from, to);
  expect(changed).not.toBe(text);
  writeFileSync(source, changed);
  const compiler = await findCompiler();
  if ("message" in compiler) throw new Error(compiler.message);
  const problem = await compile(compiler, bundle.dir, set.source, set.object);
  expect(problem).toBeUndefined();
  return redigested(bundle);
}

async function redigested(bundle: Bundle): Promise<Bundle> {
  const path = join(bundle.dir, "manifest.json");
  const manifest = parseManifest(readFileSync(path, "utf8"));
  if (typeof manifest === "string") throw new Error(manifest);
  const digest = (file: string) =>
    createHash("sha256")
      .update(readFileSync(join(bundle.dir, file)))
      .digest("hex");
  const sets = manifest.sets.map((set) =>
    set.form === "table" ? set : { ...set, sha256: digest(set.object), sourceSha256: digest(set.source) },
  );
  const changed = { ...manifest, sets };
  writeFileSync(path, printManifest({ ...changed, digest: manifestDigest(changed) }));
  const read = await readBundle(bundle.dir);
  if (Array.isArray(read)) throw new Error(read.map(({ message }) => message).join("; "));
  return read;
}

asRoot.each([
  ["a port off by one", /8090/g, "8091"],
  ["a peer term of another rule", /peer_in\(peer, 0, 0x[0-9a-f]+ULL\)/, "peer_in(peer, 0, 0x4ULL)"],
  [
    "an allow turned into a deny",
    /ACTION_ALLOW, false\);\n\t\t\treturn/,
    "ACTION_DENY, false);\n\t\t\treturn",
  ],
])("%s in the generated code is found", async (name, from, to) => {
  const bundle = await withMistake(await build(name.replaceAll(" ", "-"), SHOP), from, to);
  const [report] = await verifyBundle(bundle, { packetLimit: 1_000_000 });
  expect(report!.mismatches.length).toBeGreaterThan(0);
});

test("a bundle that is none is refused before anything else", () => {
  const main = "dist/src/cli/main.js";
  const run = () => execFileSync("node", [main, "verify", directory], { stdio: "pipe" });
  expect(run).toThrow(/no bundle here/);
});
