import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import type { Policy } from "../ir/policy.js";
import type { Diagnostic } from "../source/diagnostic.js";
import type { Bundle } from "./bundle.js";
import { bundleError } from "./bundle_error.js";
import { manifestDigest, parseIr, parseManifest } from "./bundle_json.js";
import { canonicalJson } from "./canonical_json.js";
import { describePolicy, describeRules, describeSets } from "./describe.js";
import { sha256 } from "./digest.js";
import { MANIFEST_FILE } from "./manifest.js";
import { parseServices } from "./service_tables.js";
import type { Manifest, ManifestFile, ManifestSet, SetLayout } from "./manifest.js";

/**
 * Reads a bundle and checks all of it: schema, digests, that no file is missing or left over, and that the layout of
 * each set is the one that its policies give.
 */
export async function readBundle(dir: string): Promise<Bundle | Diagnostic[]> {
  const manifestPath = join(dir, MANIFEST_FILE);
  const text = await readText(manifestPath);
  if (text === undefined)
    return [
      bundleError("invalid-bundle", manifestPath, "no bundle here: manifest.json cannot be read", REBUILD),
    ];
  const manifest = parseManifest(text);
  if (typeof manifest === "string")
    return [bundleError("invalid-bundle", manifestPath, `the manifest is not valid: ${manifest}`, REBUILD)];
  if (manifestDigest(manifest) !== manifest.digest)
    return [
      bundleError("invalid-bundle", manifestPath, "the manifest does not match its own digest", REBUILD),
    ];
  const broken = await brokenFiles(dir, manifest);
  if (broken.length > 0) return broken;
  const policies = parseIr((await readText(join(dir, manifest.ir.file)))!);
  const problem = typeof policies === "string" ? policies : disagreement(manifest, policies);
  if (typeof policies === "string" || problem !== undefined)
    return [
      bundleError(
        "invalid-bundle",
        join(dir, manifest.ir.file),
        `the policies are not valid: ${problem}`,
        REBUILD,
      ),
    ];
  if (!manifest.services) return { dir, manifest, policies };
  const path = join(dir, manifest.services.file);
  const services = parseServices((await readText(path))!);
  if (typeof services === "string")
    return [bundleError("invalid-bundle", path, `the services are not valid: ${services}`, REBUILD)];
  return { dir, manifest, policies, services };
}

const REBUILD = "make it again: polc build";

/** Every file that the bundle has to have beside its manifest, with its digest. */
export function bundleFiles({ shell, ir, services, sets }: Manifest): readonly ManifestFile[] {
  const all = [
    shell,
    ir,
    ...(services ? [services, ...Object.values(services.objects)] : []),
    ...sets.flatMap((set) =>
      set.form === "table"
        ? []
        : [
            { file: set.source, sha256: set.sourceSha256 },
            { file: set.object, sha256: set.sha256 },
          ],
    ),
  ];
  return [...new Map(all.map((each) => [`${each.file} ${each.sha256}`, each])).values()];
}

async function brokenFiles(dir: string, manifest: Manifest): Promise<Diagnostic[]> {
  const files = bundleFiles(manifest);
  const checked: (Diagnostic | undefined)[] = [];
  // One after the other: a bundle may have more files than a process may open.
  for (const file of files) checked.push(await checkFile(dir, file));
  const listed = new Set(files.map(({ file }) => file));
  const found = await readdir(dir).catch(() => []);
  const extra = found.filter((file) => /\.bpf\.[co]$/.test(file) && !listed.has(file)).sort();
  return [
    ...checked.filter((each) => each !== undefined),
    ...extra.map((file) =>
      bundleError("invalid-bundle", join(dir, file), "the manifest does not name this file", "remove it"),
    ),
  ];
}

async function checkFile(
  dir: string,
  { file, sha256: expected }: ManifestFile,
): Promise<Diagnostic | undefined> {
  const path = join(dir, file);
  try {
    if (sha256(await readFile(path)) === expected) return undefined;
    return bundleError(
      "invalid-bundle",
      path,
      "this file was changed after the build: its digest differs",
      REBUILD,
    );
  } catch {
    return bundleError(
      "invalid-bundle",
      path,
      "the manifest names this file, but it cannot be read",
      REBUILD,
    );
  }
}

/** Where the manifest says something else than the policies, in words. */
function disagreement(manifest: Manifest, policies: readonly Policy[]): string | undefined {
  const nowhere = { where: () => "" };
  const listed = manifest.policies.map((policy) => ({ ...policy, source: "" }));
  if (canonicalJson(listed) !== canonicalJson(policies.map((policy) => describePolicy(policy, nowhere))))
    return "the manifest lists other ones";
  const rules = describeRules(policies, nowhere);
  if (canonicalJson(rules) !== canonicalJson(manifest.rules.map((rule) => ({ ...rule, source: "" }))))
    return "the manifest lists other rules";
  const layouts = manifest.sets.map(layoutOnly);
  if (canonicalJson(layouts) !== canonicalJson(describeSets(policies)))
    return "they do not give the sets of the manifest";
  return undefined;
}

function layoutOnly(set: ManifestSet): SetLayout {
  if (set.form === "table") {
    const { form: _form, ...layout } = set;
    return layout;
  }
  const {
    form: _form,
    source: _source,
    sourceSha256: _digest,
    object: _object,
    sha256: _sha256,
    ...layout
  } = set;
  return layout;
}

async function readText(path: string): Promise<string | undefined> {
  return readFile(path, "utf8").catch(() => undefined);
}
